"""The door of documents."""

from .domain.content import (
    Answer,
    Block,
    Bullets,
    Content,
    Facts,
    Finding,
    Heading,
    Notice,
    Paragraph,
    Sender,
    Table,
)
from .kinds import kind_words, register_kind
from .providers.html import fragment
from .queries import DocumentView, digest_of, of_patient, of_subject, recent
from .services import export_document, open_document, validate_document, write_document

__all__ = [
    "Answer",
    "Block",
    "Bullets",
    "Content",
    "DocumentView",
    "Facts",
    "Finding",
    "Heading",
    "Notice",
    "Paragraph",
    "Sender",
    "Table",
    "digest_of",
    "export_document",
    "fragment",
    "kind_words",
    "of_patient",
    "of_subject",
    "open_document",
    "recent",
    "register_kind",
    "validate_document",
    "write_document",
]
