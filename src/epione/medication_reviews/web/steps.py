"""Pages of the interviews: collection, interview with the patient, follow-up."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from epione.identity.public import signed_in
from epione.kernel.errors import Expected
from epione.medication_reviews import queries, services
from epione.medication_reviews.domain.pathway import Step
from epione.medications.public import girerd_score
from epione.prescriptions.public import treatment_of

from . import timing
from .cards import rows
from .forms import CollectionForm, FollowUpForm, GirerdForm, InterviewForm
from .pages import READ, actor_of, frame, show_errors
from .refills import of_lines


def _content(form: Form) -> dict[str, Any]:
    content = {name: value for name, value in form.cleaned_data.items() if not name.startswith("girerd")}
    if isinstance(form, GirerdForm):
        answers = form.girerd
        content["girerd_answers"] = answers
        if None not in answers:
            content["girerd"] = girerd_score(answers).points
    return content


def _initial(step: queries.StepView | None) -> dict[str, Any]:
    if step is None:
        return {}
    given = dict(step.content)
    words = {True: "yes", False: "no", None: ""}
    for place, answer in enumerate(given.pop("girerd_answers", [])):
        given[f"girerd{place}"] = words[answer]
    return given


@signed_in(READ)
def collection(request: HttpRequest, review_id: UUID) -> HttpResponseBase:
    """The guided collection interview: the treatment read through, adherence, remarks."""
    by = actor_of(request)
    review = services.open_review(review_id=review_id, by=by)
    done = review.step(Step.COLLECTION)
    form = CollectionForm(request.POST or None, initial=_initial(done))
    if request.method == "POST" and form.is_valid():
        try:
            seconds = timing.spent(request, review_id, Step.COLLECTION)
            services.complete_collection(review_id=review_id, content=_content(form), by=by, seconds=seconds)
        except Expected as refused:
            show_errors(form, refused)
        else:
            messages.success(request, _("The collection is recorded."))
            return redirect("medication_reviews:analysis", review_id)
    timing.begin(request, review_id, Step.COLLECTION)
    lines = treatment_of(by.practice_id, review.patient_id).current()
    context = frame(review, by) | {"form": form, "done": done, "rows": rows(lines, []), "lines": lines}
    context |= of_lines(by.practice_id, lines)
    return render(request, "medication_reviews/collection.html", context)


@signed_in(READ)
def interview(request: HttpRequest, review_id: UUID) -> HttpResponseBase:
    """The interview with the patient and the plan."""
    by = actor_of(request)
    review = services.open_review(review_id=review_id, by=by)
    done = review.step(Step.INTERVIEW)
    form = InterviewForm(request.POST or None, initial=_initial(done))
    if request.method == "POST" and form.is_valid():
        advice = [line.strip() for line in form.cleaned_data["advice"].splitlines() if line.strip()]
        try:
            if "plan" in request.POST:
                services.write(review_id=review_id, kind="medication_reviews.plan", by=by, advice=advice)
                messages.success(request, _("The plan is written."))
                return redirect("medication_reviews:letter", review_id)
            seconds = timing.spent(request, review_id, Step.INTERVIEW)
            services.complete_interview(review_id=review_id, content=_content(form), by=by, seconds=seconds)
        except Expected as refused:
            show_errors(form, refused)
        else:
            messages.success(request, _("The interview is recorded."))
            return redirect("medication_reviews:review", review_id)
    timing.begin(request, review_id, Step.INTERVIEW)
    context = frame(review, by) | {
        "form": form,
        "done": done,
        "decisions": queries.decisions(by.practice_id, review_id),
    }
    return render(request, "medication_reviews/interview.html", context)


@signed_in(READ)
def follow_up(request: HttpRequest, review_id: UUID) -> HttpResponseBase:
    """The follow-up of adherence, which ends the year."""
    by = actor_of(request)
    review = services.open_review(review_id=review_id, by=by)
    done = review.step(Step.FOLLOW_UP)
    form = FollowUpForm(request.POST or None, initial=_initial(done))
    if request.method == "POST" and form.is_valid():
        try:
            seconds = timing.spent(request, review_id, Step.FOLLOW_UP)
            services.complete_follow_up(review_id=review_id, content=_content(form), by=by, seconds=seconds)
        except Expected as refused:
            show_errors(form, refused)
        else:
            messages.success(request, _("The follow-up is recorded: this year of the review is complete."))
            return redirect("medication_reviews:patient", review.patient_id)
    timing.begin(request, review_id, Step.FOLLOW_UP)
    return render(request, "medication_reviews/follow_up.html", frame(review, by) | {"form": form, "done": done})
