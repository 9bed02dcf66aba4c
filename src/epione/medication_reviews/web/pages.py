"""The worklist of reviews, the enrolment of a patient, the frame of a review."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epione.identity.public import allowed, signed_in
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.errors import Expected, Invalid
from epione.kernel.jobs import enqueue
from epione.kernel.kit.parts import Step as StepMark
from epione.kernel.kit.parts import Tab
from epione.medication_reviews import queries, services
from epione.medication_reviews.domain.pathway import Step
from epione.medication_reviews.queries import ReviewView
from epione.medication_reviews.worklist import PAGES, STEP_NAMES, acceptance, counts_bar, names_of, time_spent, worklist
from epione.patients.public import banner_of, cards, closed_to, open_patient
from epione.prescriptions.public import treatment_of

from .forms import EnrolmentForm

READ, WRITE = "medication_reviews:read", "medication_reviews:write"


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in actor of a page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def show_errors(form: Form, refused: Expected) -> None:
    """Put what a service refused where the person typed it."""
    fields = refused.fields if isinstance(refused, Invalid) else {}
    for name, sentences in fields.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)
    if not fields:
        form.add_error(None, str(refused))


def _tabs(current: str, by: Actor) -> list[Tab]:
    url = reverse("medication_reviews:worklist")
    eligible = len(queries.screened(by.practice_id, eligible="yes", closed=closed_to(by)))
    return [
        Tab(_("Mine"), url, current == "mine"),
        Tab(_("Team"), f"{url}?view=team", current == "team"),
        Tab(_("Eligible"), f"{url}?view=eligible", current == "eligible", eligible),
    ]


@signed_in(READ)
def worklist_page(request: HttpRequest) -> HttpResponseBase:
    """Reviews under way and eligible patients."""
    by = actor_of(request)
    view = request.GET.get("view", "mine")
    context: dict[str, Any] = {
        "tabs": _tabs(view, by),
        "view": view,
        "acceptance": acceptance(by),
        "spent": {"steps": time_spent(by)},
    }
    if view == "eligible":
        found = queries.screened(by.practice_id, eligible="yes", closed=closed_to(by))
        people = cards(by.practice_id, [one.patient_id for one in found])
        under_way = {review.patient_id for review in queries.open_reviews(by.practice_id, closed_to(by))}
        context["eligible"] = [
            (people[one.patient_id], one, counts_bar(one.counts))
            for one in found
            if one.patient_id in people and one.patient_id not in under_way
        ]
    else:
        context["rows"] = worklist(by, mine=view == "mine")
    return render(request, "medication_reviews/worklist.html", context)


@require_POST
@signed_in(WRITE)
def screen(request: HttpRequest) -> HttpResponseBase:
    """Look through all patients for eligibility and findings, as a job."""
    by = actor_of(request)
    enqueue("medication_reviews.screen", practice_id=by.practice_id, by=by, payload={})
    messages.success(request, _("The screening has begun; the list fills as it goes."))
    return redirect(f"{reverse('medication_reviews:worklist')}?view=eligible")


@signed_in(READ)
def patient(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """The reviews of a patient, and the enrolment when none is under way."""
    by = actor_of(request)
    record = open_patient(patient_id=patient_id, by=by)
    form = EnrolmentForm(
        request.POST or None, initial={"consent_on": clock.today(), "physician": record.card.identity.physician}
    )
    if request.method == "POST" and form.is_valid():
        try:
            review = _enrol(patient_id, form, by)
        except Expected as refused:
            show_errors(form, refused)
        else:
            return redirect("medication_reviews:collection", review.id)
    reviews = queries.reviews_of(by.practice_id, patient_id)
    context = {
        "record": record,
        "banner": banner_of(record, by),
        "form": form,
        "reviews": reviews,
        "current": next((review for review in reviews if review.closed_at is None), None),
        "preview": services.preview(patient_id=patient_id, by=by)["counts"],
        "may_write": allowed(by, WRITE),
        "lines": len(treatment_of(by.practice_id, patient_id).current()),
    }
    return render(request, "medication_reviews/patient.html", context, status=200 if request.method == "GET" else 422)


def _enrol(patient_id: UUID, form: EnrolmentForm, by: Actor) -> ReviewView:
    values = form.cleaned_data
    consent_on = values["consent_on"] if values["consent"] else None
    content = {"physician": values["physician"], "requested_by": values["requested_by"]}
    return services.start_review(patient_id=patient_id, consent_on=consent_on, content=content, by=by)


def marks(review: ReviewView) -> list[StepMark]:
    """The stepper of a review."""
    done = {step.step for step in review.steps}
    return [
        StepMark(
            str(STEP_NAMES[step]),
            "done" if step in done else "now" if step is review.next else "",
            reverse(PAGES[step], args=[review.id]) if step in done or step is review.next else "",
        )
        for step in review.order
    ]


def frame(review: ReviewView, by: Actor) -> dict[str, Any]:
    """What every page of a review needs: patient banner, stepper, rights."""
    record = open_patient(patient_id=review.patient_id, by=by)
    return {
        "record": record,
        "banner": banner_of(record, by),
        "review": review,
        "steps": marks(review),
        "may_write": allowed(by, WRITE) and review.closed_at is None,
        "names": names_of(by.practice_id),
        "may_read_bills": allowed(by, "billing:read"),
        "documents_url": reverse("medication_reviews:letter", args=[review.id]),
    }


@signed_in(READ)
def review_page(request: HttpRequest, review_id: UUID) -> HttpResponseBase:
    """Go to the step that waits."""
    review = services.open_review(review_id=review_id, by=actor_of(request))
    return redirect(PAGES[review.next or Step.FOLLOW_UP], review_id)
