"""What can be refused about a treatment."""

from django.utils.translation import gettext_lazy as _

from epione.kernel.errors import Conflict, NotFound


class LineNotFound(NotFound):
    """No such line in this practice."""

    code = "line-not-found"
    sentence = _("This treatment line was not found.")


class LineChanged(Conflict):
    """Somebody changed the line meanwhile; `facts["current"]` is the newer version."""

    code = "line-changed"
    sentence = _("Somebody changed this line since you opened it. Compare both versions before saving.")


class DispensingNotFound(NotFound):
    """No such dispensing in this practice, or it is retracted already."""

    code = "dispensing-not-found"
    sentence = _("This dispensing was not found: it may have been retracted meanwhile. Look at the list again.")
