"""What can be refused about billing."""

from django.utils.translation import gettext_lazy as _

from epione.kernel.errors import Conflict, Expected, NotFound


class NotBillable(Expected):
    """The step may not be billed; `facts["reasons"]` are sentences."""

    status = 409
    code = "not-billable"
    sentence = _("This step cannot be billed yet: %(reasons)s")


class BillNotFound(NotFound):
    """No such billable step."""

    code = "bill-not-found"
    sentence = _("This billed step was not found.")


class NotAllowed(Conflict):
    """The state machine has no such move."""

    code = "bill-state"
    sentence = _("A step in state “%(state)s” cannot become “%(wanted)s”.")


REASONS = {
    "not-a-step": _("it is not a step of this year of the programme"),
    "not-done": _("it has not been done"),
    "previous-not-done": _("the step before it has not been done"),
    "no-proof": _("its proof is missing (for the analysis: the sending to the physician)"),
    "out-of-window": _("it is more than twelve months after the first step"),
    "already-billed": _("it is billed already"),
    "future": _("its date is in the future"),
    "no-tariff": _("no tariff is known for its date"),
}
