"""What can be refused about billing."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from epione.kernel.errors import Conflict, Expected, NotFound

from .domain.ccam.refusals import Rule
from .templatetags.billing import money


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


REFUSALS: dict[Rule, Any] = {
    Rule.NO_ACT: _("No act is named: give at least one code."),
    Rule.TOO_MANY: _("%(count)s acts are too many at once: price at most %(most)s."),
    Rule.CODE_FORMAT: _("“%(code)s” is no code of the CCAM: write four letters and three digits, as HMFC004."),
    Rule.CODE_UNKNOWN: _("%(code)s is not in %(edition)s: it is mistyped, closed or newer. Search the act by words."),
    Rule.ACTIVITY_UNKNOWN: _("%(code)s has no activity %(activity)s; it has: %(known)s."),
    Rule.PHASE_UNKNOWN: _("Activity %(activity)s of %(code)s has no phase %(phase)s; it has: %(known)s."),
    Rule.ANAESTHESIA_ALONE: _(
        "Activity 4 (anaesthesia) of %(code)s goes with activity 1 of the act: add it, "
        "or say that the anaesthetist bills apart."
    ),
    Rule.NO_TARIFF: _("%(code)s has no tariff in %(edition)s: the health insurance does not cover it."),
    Rule.NO_EDITION: _("No edition of the CCAM in Epione holds on %(date)s; the first one begins on %(first)s."),
    Rule.MODIFIER_UNKNOWN: _("%(modifier)s is no modifier of the CCAM (on %(code)s)."),
    Rule.MODIFIER_NOT_ALLOWED: _("%(code)s does not admit the modifier %(modifier)s; it admits: %(known)s."),
    Rule.MODIFIER_TWICE: _("The modifier %(modifier)s stands twice on %(code)s."),
    Rule.MODIFIERS_TOO_MANY: _("%(code)s bears %(count)s modifiers: at most %(most)s are billed on one act."),
    Rule.MODIFIERS_EXCLUSIVE: _("The modifiers %(other)s and %(modifier)s exclude each other (on %(code)s)."),
    Rule.MODIFIER_WHO: _("The modifier %(modifier)s (on %(code)s) is not for this specialty."),
    Rule.MODIFIER_GRID: _(
        "The modifier %(modifier)s (on %(code)s) is not for this sector. If the patient has the C2S, or the act is an "
        "emergency at the opposable tariff, say so where a derogation exists (K and 3)."
    ),
    Rule.MODIFIER_RATE: _(
        "The modifier %(modifier)s (on %(code)s) has several rates and the table does not say which one applies in "
        "this sector: ask your health insurance fund."
    ),
    Rule.MODIFIER_AGE: _("At %(age)s years, the modifier %(modifier)s (on %(code)s) does not apply."),
    Rule.MODIFIER_DAY: _("%(date)s is no Sunday and no public holiday: %(modifier)s does not apply (on %(code)s)."),
    Rule.MODIFIER_ACTIVITY: _("The modifier %(modifier)s does not go with activity %(activity)s of %(code)s."),
    Rule.SPECIALTY_NEEDED: _(
        "The amount of %(modifier)s (on %(code)s) depends on the specialty: say who does the act."
    ),
    Rule.URGENCY_ONCE: _(
        "One urgency modifier per practitioner, whatever the number of acts: keep one of %(modifier)s."
    ),
    Rule.GESTURE_ALONE: _("%(code)s is a complementary gesture: add the act that it completes."),
    Rule.GESTURE_NOT_LISTED: _("The complementary gesture %(code)s is not listed under %(acts)s."),
    Rule.SUPPLEMENT_ALONE: _("%(code)s is a supplement: it is never coded alone."),
    Rule.AGREEMENT_MISSING: _("%(code)s needs the prior agreement of the health insurance, and there is none."),
    Rule.C2S_EXCESS: _(
        "A patient with the C2S owes no excess: %(excess)s above the tariff. Only a special request of the patient "
        "(DE) makes an exception, which Epione does not price."
    ),
    Rule.FEE_BELOW: _("The fees (%(fee)s) are below the tariff (%(tariff)s): check the acts or the fees."),
}
_MONEY = frozenset({"excess", "fee", "tariff"})


class PriceRefused(Expected):
    """No price can be said; `facts["rule"]` is the rule, the sentence says what to change."""

    status = 422
    code = "price-refused"
    sentence = _("%(reason)s (rule %(rule)s)")

    def __init__(self, rule: Rule, facts: dict[str, Any]) -> None:
        """Choose the sentence of the rule."""
        said = {name: money(value) if name in _MONEY else _plain(value) for name, value in facts.items()}
        super().__init__(rule=rule.value, reason=str(REFUSALS[rule]) % said, inputs=facts)


def _plain(value: Any) -> Any:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else value
