"""Steps, states and cycles in words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .domain.steps import State
from .domain.tariffs import ANY, FIRST, FOLLOWING

PROGRAMMES = {"bpm": _("Shared medication review")}

STEPS = {
    "adhesion": _("Adhesion"),
    "collection": _("Collection of information"),
    "analysis": _("Analysis"),
    "interview": _("Interview"),
    "follow_up": _("Follow-up of adherence"),
    "year": _("Whole year"),
    "year_with_change": _("Whole year with a change of treatment"),
}

STATES = {
    State.READY: pgettext_lazy("bill", "To invoice"),
    State.INVOICED: pgettext_lazy("bill", "Invoiced"),
    State.PAID: pgettext_lazy("bill", "Paid"),
    State.REJECTED: pgettext_lazy("bill", "Rejected"),
    State.CANCELLED: pgettext_lazy("bill", "Cancelled"),
}

LEVELS = {State.READY: "info", State.INVOICED: "apc", State.PAID: "ok", State.REJECTED: "ad", State.CANCELLED: ""}
"""The colour of a state, beside its word."""

MOVES = {
    State.READY: _("Put back to invoice"),
    State.INVOICED: _("Invoiced"),
    State.PAID: _("Paid"),
    State.REJECTED: _("Rejected"),
    State.CANCELLED: _("Cancel"),
}

CYCLES = {FIRST: _("first year"), FOLLOWING: _("following years"), ANY: _("every year")}
