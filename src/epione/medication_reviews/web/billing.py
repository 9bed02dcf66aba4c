"""What a review may bill: each step with its tariff of the day, its proof, or the reason that forbids it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epione.billing.public import BillView, bill_step, bills, reasons_against, tariff
from epione.identity.public import allowed, signed_in
from epione.kernel.actor import Actor
from epione.kernel.errors import Expected
from epione.medication_reviews import services
from epione.medication_reviews.queries import ReviewView
from epione.medication_reviews.services.billing import PROGRAMME
from epione.medication_reviews.worklist import STEP_NAMES

from .pages import actor_of, frame


@dataclass(frozen=True, slots=True)
class Line:
    """A step as it may be billed; `cents` None while it is not done or no tariff is known for its day."""

    step: str
    name: str
    on: date | None
    euros: str
    code: str
    verified: bool
    reasons: tuple[str, ...]
    bill: BillView | None


def _euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}\u00a0€"


def lines_of(review: ReviewView, by: Actor) -> list[Line]:
    """Every step of the year with its price and its obstacles."""
    programme = services.programme_of(review_id=review.id, by=by)
    billed = {bill.step: bill for bill in bills(by.practice_id, subject_id=review.id)}
    made = []
    for step in review.order:
        done = review.step(step)
        price = tariff(by.practice_id, PROGRAMME, step.value, review.year, done.on) if done else None
        bill = billed.get(step.value)
        reasons = reasons_against(programme=programme, step=step.value, practice_id=by.practice_id)
        made.append(
            Line(
                step=step.value,
                name=str(STEP_NAMES[step]),
                on=done.on if done else None,
                euros=_euros(price.cents) if price else "",
                code=price.code if price else "",
                verified=bool(price and price.verified),
                reasons=() if bill else tuple(reasons),
                bill=bill,
            )
        )
    return made


@signed_in("medication_reviews:read")
def billing(request: HttpRequest, review_id: UUID) -> HttpResponseBase:
    """The billable steps of a review."""
    by = actor_of(request)
    review = services.open_review(review_id=review_id, by=by)
    context = frame(review, by) | {"lines": lines_of(review, by), "may_bill": allowed(by, "billing:write")}
    return render(request, "medication_reviews/billing.html", context)


@require_POST
@signed_in("billing:write")
def bill(request: HttpRequest, review_id: UUID, step: str) -> HttpResponseBase:
    """Prepare the invoice of one step; nothing is sent to anybody."""
    by = actor_of(request)
    try:
        programme = services.programme_of(review_id=review_id, by=by)
        bill_step(programme=programme, step=step, by=by, remote="remote" in request.POST)
    except Expected as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("This step was billed."))
    return redirect("medication_reviews:billing", review_id)
