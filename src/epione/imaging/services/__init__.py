"""Changes and recorded reads of images: one use case, one transaction, one ledger entry."""

from .identities import link_study as link_study
from .identities import reidentify_study as reidentify_study
from .identities import unlink_study as unlink_study
from .importing import Tally as Tally
from .importing import import_archive as import_archive
from .importing import import_files as import_files
from .importing import unpack_archive as unpack_archive
from .opening import View as View
from .opening import find_instance as find_instance
from .opening import find_study as find_study
from .opening import list_studies as list_studies
from .opening import open_header as open_header
from .opening import open_headers as open_headers
from .opening import open_object as open_object
from .opening import open_objects as open_objects
from .opening import open_picture as open_picture
from .opening import open_preview as open_preview
from .opening import open_study as open_study
from .receiving import Outcome as Outcome
from .receiving import Received as Received
from .receiving import Refused as Refused
from .receiving import receive as receive
from .settings import Reception as Reception
from .settings import reception_of as reception_of
from .settings import set_reception as set_reception
