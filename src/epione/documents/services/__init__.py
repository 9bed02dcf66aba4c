"""Use cases of documents: writing, validating and reading them, signing and verifying them."""

from .authority import authority_file as authority_file
from .authority import certificates as certificates
from .authority import revocation_file as revocation_file
from .authority import revoke as revoke
from .signing import sign_document as sign_document
from .verifying import verify_file as verify_file
from .writing import export_document as export_document
from .writing import keep_picture as keep_picture
from .writing import open_document as open_document
from .writing import validate_document as validate_document
from .writing import write_document as write_document
