"""The analysis page: treatment with its arcs, findings, decisions, questions, evidence."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epione.identity.public import signed_in
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.errors import Expected
from epione.kernel.kit.parts import Detail, Evidence
from epione.medication_reviews import queries, services
from epione.medication_reviews.answers import Given
from epione.medication_reviews.charting import chart_of
from epione.medication_reviews.domain.pathway import Decision, Step
from epione.medication_reviews.errors import FindingNotFound, NothingAnalysed, ReasonNeeded
from epione.medication_reviews.queries import AnalysisView, ReviewView
from epione.medication_reviews.worklist import names_of
from epione.medications.public import thesaurus_text
from epione.prescriptions.public import treatment_of

from . import timing
from .cards import arcs, citation_label, finding_card, groups, language, questions, rows, scales
from .forms import AnswerForm, ReasonForm, RecommendationForm
from .pages import READ, WRITE, actor_of, frame
from .refills import of_analysis
from .simulation import form_facts


def _decided(by: Actor, review_id: UUID) -> dict[str, queries.DecisionView]:
    return {decision.finding: decision for decision in queries.decisions(by.practice_id, review_id)}


def progress_of(analysis: AnalysisView, decided: dict[str, queries.DecisionView]) -> dict[str, int]:
    """Decisions taken and expected: every finding that fires asks for one."""
    firing = [card["key"] for card in analysis.content["cards"] if card["status"] == "fires"]
    return {"taken": sum(1 for key in firing if key in decided), "expected": len(firing)}


def _girerd(review: ReviewView) -> int | None:
    collection = review.step(Step.COLLECTION)
    points = collection.content.get("girerd") if collection else None
    return int(points) if points is not None else None


@signed_in(READ)
def analysis(request: HttpRequest, review_id: UUID) -> HttpResponseBase:
    """The newest analysis; says when treatment or record changed since."""
    by = actor_of(request)
    review = services.open_review(review_id=review_id, by=by)
    timing.begin(request, review_id, Step.ANALYSIS)
    context = frame(review, by)
    newest = queries.latest_analysis(by.practice_id, review_id)
    if newest is None:
        return render(request, "medication_reviews/analysis_empty.html", context)
    lines = treatment_of(by.practice_id, review.patient_id).current()
    decided = _decided(by, review_id)
    cards = newest.content["cards"]
    fresh = services.is_fresh(analysis=newest, patient_id=review.patient_id, by=by)
    frozen = review.step(Step.ANALYSIS) is not None or not context["may_write"]
    context |= {
        "analysis": newest,
        "stale": not fresh and not frozen,
        "rows": rows(lines, cards),
        "arcs": arcs(lines, cards),
        "scales": scales(newest.content["scores"], _girerd(review)),
        "groups": groups(cards, review_id, decided, context["names"], frozen=frozen),
        "counts": newest.counts,
        "progress": progress_of(newest, decided),
        "questions": questions(newest.content["questions"]),
        "free": [one for one in decided.values() if one.decision is Decision.FREE],
        "recommendation": RecommendationForm(),
        "notes": [note[language()] for note in newest.content["notes"]],
        "excluded": newest.content["excluded"],
        "frozen": frozen,
        "author": context["names"].get(newest.author_id, ""),
        **of_analysis(newest.content.get("refills", ())),
        **form_facts(chart_of(by.practice_id, review.patient_id, clock.today())),
    }
    return render(request, "medication_reviews/analysis.html", context)


@require_POST
@signed_in(WRITE)
def run(request: HttpRequest, review_id: UUID) -> HttpResponseBase:
    """Analyse now."""
    services.analyse(review_id=review_id, by=actor_of(request))
    return redirect("medication_reviews:analysis", review_id)


def _card_of(by: Actor, review_id: UUID, key: str) -> tuple[AnalysisView, dict[str, Any]]:
    newest = queries.latest_analysis(by.practice_id, review_id)
    if newest is None:
        raise NothingAnalysed
    card = next((one for one in newest.content["cards"] if one["key"] == key), None)
    if card is None:
        raise FindingNotFound
    return newest, card


def _render_card(request: HttpRequest, review_id: UUID, key: str, *, opened: bool) -> HttpResponseBase:
    by = actor_of(request)
    newest, card = _card_of(by, review_id, key)
    decided = _decided(by, review_id)
    drawn = finding_card(card, review_id, decided.get(key), names_of(by.practice_id), opened=opened, frozen=False)
    context = {"finding": drawn, "progress": progress_of(newest, decided), "counts": newest.counts}
    return render(request, "medication_reviews/card.html", context)


@signed_in(READ)
def card(request: HttpRequest, review_id: UUID, key: str) -> HttpResponseBase:
    """Open one card in place; without a script, the page at that card."""
    services.open_review(review_id=review_id, by=actor_of(request))
    if request.headers.get("HX-Request"):
        return _render_card(request, review_id, key, opened="close" not in request.GET)
    return redirect(f"{_analysis_url(review_id)}#finding-{key}")


def _analysis_url(review_id: UUID) -> str:
    return reverse("medication_reviews:analysis", args=[review_id])


@require_POST
@signed_in(WRITE)
def decide(request: HttpRequest, review_id: UUID, key: str) -> HttpResponseBase:
    """Keep, adapt or set aside; a reason is asked where one is needed."""
    by = actor_of(request)
    form = ReasonForm(request.POST)
    form.is_valid()
    if request.POST.get("decision", "") not in {one.value for one in Decision}:
        raise Http404
    wanted = Decision(request.POST["decision"])
    try:
        services.decide(
            review_id=review_id,
            finding=key,
            decision=wanted,
            by=by,
            reason=form.cleaned_data.get("reason", ""),
            text=form.cleaned_data.get("text", ""),
        )
    except ReasonNeeded as needed:
        return _ask_reason(request, review_id, key, wanted, str(needed) if "asked" in request.POST else "")
    if request.headers.get("HX-Request"):
        return _render_card(request, review_id, key, opened=False)
    return redirect(f"{_analysis_url(review_id)}#finding-{key}")


def _ask_reason(request: HttpRequest, review_id: UUID, key: str, wanted: Decision, error: str) -> HttpResponseBase:
    _newest, chosen = _card_of(actor_of(request), review_id, key)
    lead = chosen["findings"][0]
    initial = {"text": lead["advice"][language()] if wanted is Decision.ADAPTED else ""}
    context = {
        "form": ReasonForm(initial=initial),
        "review_id": review_id,
        "key": key,
        "wanted": wanted.value,
        "title": lead["title"][language()],
        "error": error,
        "htmx": bool(request.headers.get("HX-Request")),
    }
    if not context["htmx"]:
        review = services.open_review(review_id=review_id, by=actor_of(request))
        return render(request, "medication_reviews/reason_page.html", context | frame(review, actor_of(request)))
    response = render(request, "medication_reviews/reason.html", context)
    response["HX-Retarget"], response["HX-Reswap"] = "#drawer", "innerHTML"
    return response


@require_POST
@signed_in(WRITE)
def undo(request: HttpRequest, review_id: UUID, key: str) -> HttpResponseBase:
    """Take a decision back."""
    services.undo_decision(review_id=review_id, finding=key, by=actor_of(request))
    if request.headers.get("HX-Request") and not key.startswith("free-"):
        return _render_card(request, review_id, key, opened=True)
    return redirect(_analysis_url(review_id))


@require_POST
@signed_in(WRITE)
def recommend(request: HttpRequest, review_id: UUID) -> HttpResponseBase:
    """Add a recommendation of one's own."""
    form = RecommendationForm(request.POST)
    if form.is_valid():
        services.recommend(review_id=review_id, by=actor_of(request), **form.cleaned_data)
    else:
        messages.error(request, _("A recommendation needs a subject and a proposal."))
    return redirect(_analysis_url(review_id))


@require_POST
@signed_in(WRITE)
def answer(request: HttpRequest, review_id: UUID) -> HttpResponseBase:
    """Answer a question: the fact goes to the record, the analysis is made again."""
    form = AnswerForm(request.POST)
    key = request.POST.get("key", "")
    try:
        if not form.is_valid():
            raise Http404
        value = request.POST.get("keep") or form.cleaned_data["value"]
        given = Given(value, request.POST.get("unit", ""), form.cleaned_data["on"])
        services.answer_question(review_id=review_id, key=key, given=given, by=actor_of(request))
    except Expected as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Recorded in the patient’s record; the analysis is up to date."))
    return redirect(_analysis_url(review_id))


@signed_in(READ)
def evidence(request: HttpRequest, review_id: UUID, key: str, place: int) -> HttpResponseBase:
    """The source of a finding: rule, edition, page; the thesaurus's own words once the operator imported them."""
    by = actor_of(request)
    review = services.open_review(review_id=review_id, by=by)
    _newest, chosen = _card_of(by, review_id, key)
    if place >= len(chosen["findings"]):
        raise Http404
    found = chosen["findings"][place]
    opened = _evidence(found)
    if request.headers.get("HX-Request"):
        return render(request, "medication_reviews/evidence.html", {"evidence": opened})
    return render(request, "medication_reviews/evidence_page.html", frame(review, by) | {"evidence": opened})


def _passage(found: dict[str, Any]) -> str:
    sides = found["source"].get("sides")
    if found["kind"] == "interaction" and sides and (wording := thesaurus_text(*sides)):
        return f"« {wording.mechanism} » « {wording.management} »".replace("«  »", "").strip()
    lang = language()
    return f"{found['title'][lang]}. {found['why'][lang]} {found['advice'][lang]}"


def _evidence(found: dict[str, Any]) -> Evidence:
    lang, source = language(), found["source"]
    notes = [
        Detail(_("Rule"), source["rule"]),
        Detail(_("Edition"), source["edition"]),
        Detail(_("Certainty"), found["because"][lang]),
    ]
    if source.get("page"):
        notes.insert(2, Detail(_("Page"), str(source["page"])))
    if found["awaits_sign_off"]:
        coded = _("The coding of this rule awaits a pharmacist’s sign-off.")
        if found["kind"] == "interaction":
            coded = _("The level is the thesaurus’s own; its coded reason and advice await a pharmacist’s sign-off.")
        notes.append(Detail(_("Validation"), coded))
    notes += [Detail(_("Missing"), text[lang]) for text in found["missing"]]
    where = source["reference"] or _("Epione")
    return Evidence(title=citation_label(found), source=where, passage=_passage(found), notes=tuple(notes))
