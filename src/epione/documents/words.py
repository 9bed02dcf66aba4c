"""Signatures in words, for pages, files and the command line."""

from django.utils.translation import gettext as _

from .domain.signing import Change, Level, Reason, Timestamp, Trust


def reason_words(reason: str) -> str:
    """Why somebody signed."""
    words = {
        Reason.AUTHOR: _("Author of the document"),
        Reason.APPROVAL: _("Approval of the document"),
        Reason.READ: _("Document read"),
    }
    return words[Reason(reason)]


def timestamp_words(timestamp: str) -> str:
    """Whose clock vouches for the time."""
    words = {
        Timestamp.INTERNAL: _("Internal timestamp, not qualified"),
        Timestamp.EXTERNAL: _("Timestamp of an outside authority"),
        Timestamp.NONE: _("No timestamp: time of the signer’s machine"),
    }
    return words[Timestamp(timestamp)]


def level_words(level: str) -> str:
    """The level of a signature."""
    words = {
        Level.B_T: _("PAdES B-T: signature with a timestamp"),
        Level.B_B: _("PAdES B-B: signature without a timestamp"),
    }
    return words[Level(level)]


def trust_words(trust: Trust) -> str:
    """What is known of the certificate of a signature."""
    words = {
        Trust.KNOWN: _("Certificate known here"),
        Trust.UNKNOWN: _("Certificate unknown here: the name is not proved"),
        Trust.REVOKED: _("Certificate revoked"),
        Trust.EXPIRED: _("Certificate expired, and no known timestamp says that it was not when signing"),
    }
    return words[trust]


def change_words(change: Change) -> str:
    """What came after a signature."""
    words = {
        Change.NONE: _("Nothing was added since"),
        Change.SIGNATURES: _("Only later signatures were added since"),
        Change.OTHER: _("The file was changed after this signature"),
    }
    return words[change]
