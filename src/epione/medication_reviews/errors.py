"""What can be refused about a medication review."""

from django.utils.translation import gettext_lazy as _

from epione.kernel.errors import Conflict, Expected, NotFound


class ReviewNotFound(NotFound):
    """No such review in this practice."""

    code = "review-not-found"
    sentence = _("This medication review was not found.")


class ReviewOpen(Conflict):
    """The patient already has a review under way."""

    code = "review-open"
    sentence = _("A review of this patient is already under way: continue that one.")


class StepRefused(Conflict):
    """The step is not the next one."""

    code = "step-refused"
    sentence = _("This step cannot be done now: %(reason)s")


class ConsentMissing(Expected):
    """The patient has not agreed."""

    status = 422
    code = "consent-missing"
    sentence = _("The patient must agree before the review begins: record the consent and its date.")


class FindingNotFound(NotFound):
    """The finding is not of the newest analysis."""

    code = "finding-not-found"
    sentence = _("This finding is no longer in the newest analysis.")


class ReasonNeeded(Expected):
    """Adapting or rejecting needs a reason."""

    status = 422
    code = "reason-needed"
    sentence = _("Say why: the reason stands in the letter and in the ledger.")


class NothingAnalysed(Expected):
    """No analysis exists yet."""

    status = 409
    code = "nothing-analysed"
    sentence = _("Run the analysis first.")


class LetterNotSent(Expected):
    """The letter must be validated and sent before the analysis is complete."""

    status = 409
    code = "letter-not-sent"
    sentence = _("Validate the letter to the physician before recording that it was sent.")


STEP_REASONS = {
    "done": _("it is already done."),
    "not-of-this-year": _("it is not a step of this year of the programme."),
    "too-early": _("the step before it is not done."),
}
