"""Documents of a review: written, read, validated after proving who one is, sent, and the physician's answers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from epione.documents.public import export_document, fragment, of_subject, validate_document
from epione.identity.public import require_reauthentication, signed_in
from epione.kernel import clock
from epione.kernel.errors import Expected
from epione.kernel.kit.parts import Tab
from epione.medication_reviews import queries, services
from epione.medication_reviews.domain.pathway import Answer, Decision, Step
from epione.medication_reviews.services.analysis import LETTER
from epione.medication_reviews.services.letters import ADHESION, KINDS, PLAN, SUMMARY

from . import timing
from .forms import SendingForm
from .pages import READ, WRITE, actor_of, frame

TITLES = {
    LETTER: gettext_lazy("Letter to the physician"),
    SUMMARY: gettext_lazy("Summary"),
    PLAN: gettext_lazy("Plan for the patient"),
    ADHESION: gettext_lazy("Adhesion form"),
}


def _kind(request: HttpRequest) -> str:
    wanted = f"medication_reviews.{request.GET.get('kind', 'letter')}"
    return wanted if wanted in KINDS else LETTER


def _url(review_id: UUID, kind: str) -> str:
    return f"{reverse('medication_reviews:letter', args=[review_id])}?kind={kind.split('.')[1]}"


@signed_in(READ)
def letter(request: HttpRequest, review_id: UUID) -> HttpResponseBase:
    """One document of the review, with what may be done with it."""
    by = actor_of(request)
    review = services.open_review(review_id=review_id, by=by)
    kind = _kind(request)
    found = {document.kind: document for document in of_subject(by.practice_id, review_id)}
    document = found.get(kind)
    tabs = [Tab(str(TITLES[one]), _url(review_id, one), one == kind) for one in KINDS]
    context = frame(review, by) | {
        "tabs": tabs,
        "kind": kind,
        "title": TITLES[kind],
        "document": document,
        "body": fragment(document.content) if document else "",
        "sent": review.step(Step.ANALYSIS),
        "sending": SendingForm(),
        "is_letter": kind == LETTER,
        "answers": _answers(review_id, review, by.practice_id),
        "validated": bool(document and document.validated_at),
    }
    return render(request, "medication_reviews/letter.html", context)


def _answers(review_id: UUID, review: queries.ReviewView, practice_id: UUID) -> list[queries.DecisionView]:
    if review.step(Step.ANALYSIS) is None:
        return []
    return [one for one in queries.decisions(practice_id, review_id) if one.decision is not Decision.REJECTED]


@require_POST
@signed_in(WRITE)
def write(request: HttpRequest, review_id: UUID) -> HttpResponseBase:
    """Write (again) a document from the newest decisions."""
    kind = _kind(request)
    try:
        services.write(review_id=review_id, kind=kind, by=actor_of(request))
    except Expected as refused:
        messages.error(request, str(refused))
    return redirect(_url(review_id, kind))


@require_POST
@signed_in(WRITE)
def validate(request: HttpRequest, review_id: UUID, document_id: UUID) -> HttpResponseBase:
    """Validate what was read: the person proves who she is, the hash of the content enters the ledger."""
    require_reauthentication(request)
    services.open_review(review_id=review_id, by=actor_of(request))
    try:
        validate_document(document_id=document_id, digest=request.POST.get("digest", ""), by=actor_of(request))
    except Expected as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Validated: the PDF is kept and its hash is in the ledger."))
    return redirect(_url(review_id, _kind(request)))


@require_POST
@signed_in(WRITE)
def send(request: HttpRequest, review_id: UUID) -> HttpResponseBase:
    """Record that the validated letter was sent: this closes the analysis."""
    form = SendingForm(request.POST)
    if form.is_valid():
        try:
            seconds = timing.spent(request, review_id, Step.ANALYSIS)
            channel = form.cleaned_data["channel"]
            services.complete_analysis(review_id=review_id, channel=channel, by=actor_of(request), seconds=seconds)
        except Expected as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The sending is recorded: the analysis is complete."))
    return redirect(_url(review_id, LETTER))


@require_POST
@signed_in(WRITE)
def answered(request: HttpRequest, review_id: UUID, decision_id: UUID) -> HttpResponseBase:
    """Record the physician's answer to one proposal."""
    try:
        answer = Answer(request.POST.get("answer", ""))
    except ValueError as error:
        raise Http404 from error
    services.record_answer(
        review_id=review_id, decision_id=decision_id, answer=answer, on=clock.today(), by=actor_of(request)
    )
    return redirect(_url(review_id, LETTER))


@signed_in(READ)
def download(request: HttpRequest, review_id: UUID, document_id: UUID, form: str) -> HttpResponseBase:
    """A document as PDF, DOCX or HTML."""
    services.open_review(review_id=review_id, by=actor_of(request))
    content, media, name = export_document(document_id=document_id, form=form, by=actor_of(request))
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=media, headers=headers)


@require_POST
@signed_in(WRITE)
def second(request: HttpRequest, review_id: UUID) -> HttpResponseBase:
    """A second pharmacist states that she read the analysis and the decisions."""
    require_reauthentication(request)
    try:
        services.second_review(review_id=review_id, by=actor_of(request))
    except Expected as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The second reading is recorded."))
    return redirect(_url(review_id, SUMMARY))
