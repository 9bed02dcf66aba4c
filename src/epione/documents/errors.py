"""What can be refused about a document."""

from django.utils.translation import gettext_lazy as _

from epione.kernel.errors import Conflict, Expected, NotFound


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
