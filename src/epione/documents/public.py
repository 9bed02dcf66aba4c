"""The door of documents."""

from .domain.content import (
    Answer,
    Block,
    Bullets,
    Content,
    Facts,
    Finding,
    Heading,
    Image,
    Notice,
    Paragraph,
    Sender,
    Table,
)
from .domain.signing import Reason, Verdict, Verification
from .events import SIGNED
from .kinds import kind_words, register_kind
from .providers.html import fragment
from .queries import DocumentView, SignatureView, digest_of, of_patient, of_subject, pictures, recent, signatures
from .services import (
    export_document,
    keep_picture,
    open_document,
    sign_document,
    validate_document,
    verify_file,
    write_document,
)

__all__ = [
    "SIGNED",
    "Answer",
    "Block",
    "Bullets",
    "Content",
    "DocumentView",
    "Facts",
    "Finding",
    "Heading",
    "Image",
    "Notice",
    "Paragraph",
    "Reason",
    "Sender",
    "SignatureView",
    "Table",
    "Verdict",
    "Verification",
    "digest_of",
    "export_document",
    "fragment",
    "keep_picture",
    "kind_words",
    "of_patient",
    "of_subject",
    "open_document",
    "pictures",
    "recent",
    "register_kind",
    "sign_document",
    "signatures",
    "validate_document",
    "verify_file",
    "write_document",
]
