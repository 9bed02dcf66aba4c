"""What can be refused about a document."""

from django.utils.translation import gettext_lazy as _

from epione.kernel.errors import Conflict, Expected, Forbidden, NotFound


class DocumentNotFound(NotFound):
    """No such document in this practice."""

    code = "document-not-found"
    sentence = _("This document was not found.")


class AlreadyValidated(Conflict):
    """A validated document does not change: write a new version."""

    code = "document-validated"
    sentence = _("This document is validated and does not change any more: write a new version.")


class ContentChanged(Conflict):
    """The document is no longer the one that the person read."""

    code = "document-changed"
    sentence = _("The document changed since you read it: read it again before validating.")


class UnknownFormat(Expected):
    """No such format."""

    status = 404
    code = "unknown-format"
    sentence = _("This format is not offered: choose pdf, docx or html.")


class Replaced(Conflict):
    """A newer version exists: the old one is not signed any more."""

    code = "document-replaced"
    sentence = _("A newer version replaces this document: sign that one.")


class AlreadySigned(Conflict):
    """One person signs a version once."""

    code = "document-signed"
    sentence = _("You have signed this document already.")


class OnlyPeopleSign(Forbidden):
    """A program or a command has no signature."""

    code = "only-people-sign"
    sentence = _("Only a person of the practice can sign: sign in with your own account.")


class SignedMeanwhile(Conflict):
    """Somebody else signed between the reading and the signature."""

    code = "document-signed-meanwhile"
    sentence = _("Somebody else signed this document at the same moment: sign again, after that signature.")


class TimestampAway(Expected):
    """The configured authority did not answer, or its answer proves nothing; nothing was signed."""

    status = 503
    code = "timestamp-away"
    sentence = _("The timestamp authority does not answer, so nothing was signed: try again in a moment.")


class NotVerifiable(Expected):
    """No PDF, too large, or its structure is broken."""

    status = 422
    code = "file-not-verifiable"
    sentence = _("This file cannot be verified: choose an intact PDF of at most 32 MB.")


class VerifierBusy(Expected):
    """Other files are being verified."""

    status = 503
    code = "verifier-busy"
    sentence = _("Other files are being verified: send this one again in a moment.")


class NoCertificate(NotFound):
    """Nothing was ever signed here, or nobody of this name has a certificate."""

    code = "certificate-not-found"
    sentence = _("There is no certificate yet: it is made at the first signature.")
