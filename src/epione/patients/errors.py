"""What can be refused about a patient record."""

from django.utils.translation import gettext_lazy as _

from epione.kernel.errors import Conflict, Expected, Forbidden, NotFound


class PatientNotFound(NotFound):
    """No such patient in this practice."""

    code = "patient-not-found"
    sentence = _("This patient was not found in your practice.")


class RecordClosed(Forbidden):
    """The actor is not of the care team."""

    code = "record-closed"
    sentence = _(
        "This record is kept for the team that follows the patient. Ask for access, or open it as an emergency "
        "with a reason."
    )


class ProbableDuplicate(Conflict):
    """Somebody very alike exists already; `facts["candidates"]` names them."""

    code = "probable-duplicate"
    sentence = _("A patient with the same identity exists already. Open that record, or confirm that it is another.")


class IdentifierTaken(Conflict):
    """A unique identifier is already used in the practice."""

    code = "identifier-taken"
    sentence = _("The identifier %(identifier)s already belongs to another patient of the practice.")


class VersionConflict(Conflict):
    """The record was changed meanwhile; `facts` carries the current version."""

    code = "version-conflict"
    sentence = _("Somebody changed this record since you opened it. Compare both versions before saving.")


class CannotMerge(Expected):
    """Both records are the same, or one is already merged."""

    status = 409
    code = "cannot-merge"
    sentence = _("These two records cannot be merged: %(reason)s")


class FactNotFound(NotFound):
    """No such entry in the record."""

    code = "fact-not-found"
    sentence = _("This entry was not found in the record.")


class MustBeKept(Conflict):
    """A duty to keep the record stands against its erasure."""

    code = "must-be-kept"
    sentence = _("The law asks to keep this record: it cannot be erased yet. The reasons and dates are listed.")


class OwnErasure(Forbidden):
    """The one who proposed an erasure cannot confirm it."""

    code = "own-erasure"
    sentence = _("You proposed this erasure: somebody else confirms it.")


class AlreadyProposed(Conflict):
    """An erasure of this record waits for its confirmation."""

    code = "erasure-proposed"
    sentence = _("An erasure of this record is proposed already: confirm or refuse that one.")
