"""Writing the documents of a review from its newest analysis and decisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from epione.documents.public import Content, DocumentView, Sender, write_document
from epione.identity.public import members_of, practice_of
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.medication_reviews import queries
from epione.medication_reviews.domain import letters
from epione.medication_reviews.domain.letters import Dossier, Recommendation
from epione.medication_reviews.domain.pathway import Decision, Step
from epione.medication_reviews.errors import NothingAnalysed
from epione.patients.public import PatientNotFound, record_of
from epione.prescriptions.public import LineView, treatment_of

from .analysis import LETTER
from .pathway import review_row

SUMMARY = "medication_reviews.summary"
PLAN = "medication_reviews.plan"
ADHESION = "medication_reviews.adhesion"
KINDS = (LETTER, SUMMARY, PLAN, ADHESION)


@dataclass(frozen=True, slots=True)
class _Made:
    """A dossier with what the plan needs besides."""

    dossier: Dossier
    lines: tuple[LineView, ...]


def _sender(by: Actor) -> Sender:
    practice = practice_of(by.practice_id)
    me = next((person for person in members_of(by.practice_id) if person.id == by.id), None)
    title = "Pharmacien" + (f", RPPS{letters.NBSP}{me.rpps}" if me and me.rpps else "")
    lines = (f"FINESS{letters.NBSP}{practice.finess}",) if practice.finess else ()
    return Sender(practice.name, lines, by.name, title)


def _recommendations(review_id: UUID, by: Actor, cards: Mapping[str, Any]) -> list[Recommendation]:
    """Decisions in force, gravest first, about `cards` (those of the newest analysis, by key) or free.

    A decision about a finding that the newest analysis no longer makes is left out: its treatment has changed.
    """
    order = {"ci": 0, "ad": 1, "pe": 2, "apc": 3}
    made = [
        Recommendation(
            card=cards.get(one.finding),
            decision=one.decision.value,
            text=one.content.get("text", ""),
            reason=one.content.get("reason", ""),
            title=one.content.get("title", ""),
        )
        for one in queries.decisions(by.practice_id, review_id)
        if one.finding in cards or one.decision is Decision.FREE
    ]
    return sorted(made, key=lambda r: order.get(r.card["level"], 4) if r.card else 4)


def _dossier(review_id: UUID, by: Actor, *, needs_analysis: bool) -> _Made:
    row = review_row(by, review_id)
    review = queries.view_of(row)
    analysis = queries.latest_analysis(by.practice_id, review_id)
    if analysis is None and needs_analysis:
        raise NothingAnalysed
    record = record_of(by.practice_id, row.patient_id)
    if record is None:
        raise PatientNotFound
    identity, today = record.card.identity, clock.today()
    collection = review.step(Step.COLLECTION)
    content = analysis.content if analysis else {"lines": [], "scores": {}, "editions": {}, "questions": []}
    born = identity.birth_date.strftime("%d/%m/%Y")
    dossier = Dossier(
        on=today,
        sender=_sender(by),
        place=f"Le {letters.french_date(today)}",
        physician=(identity.physician,) if identity.physician else ("Médecin traitant",),
        patient_name=identity.display,
        patient_facts=(("Patient", f"{identity.display}, {born} ({identity.age(today)} ans)"),),
        lines=content["lines"],
        recommendations=_recommendations(review_id, by, {card["key"]: card for card in content.get("cards", ())}),
        scores=content["scores"],
        editions=content["editions"],
        questions=content["questions"],
        collection=collection.content if collection else {},
        refills=content.get("refills", ()),
        reference=f"Bilan partagé de médication · {identity.medical_id} · {today.isoformat()}",
    )
    return _Made(dossier, treatment_of(by.practice_id, row.patient_id).current())


def _intake(view: LineView) -> tuple[str, tuple[str, str, str, str], str, str]:
    content, intake = view.content, view.intake
    first, second, third, fourth = (
        letters.quantity_words(value, intake.dose_unit) for value in intake.moments or (0.0, 0.0, 0.0, 0.0)
    )
    remark = letters.taking_words(
        content.posology, told=bool(intake.moments) and not content.read.ignored, prn=intake.prn,
        confirmed=content.confirmed, dose=(intake.dose_value, intake.dose_unit, intake.per_day),
    )  # fmt: skip
    return view.drug.short, (first, second, third, fourth), content.indication, remark


def _content(kind: str, made: _Made, advice: list[str]) -> Content:
    if kind == LETTER:
        return letters.letter(made.dossier)
    if kind == SUMMARY:
        return letters.summary(made.dossier)
    if kind == PLAN:
        return letters.plan(made.dossier, [_intake(view) for view in made.lines], advice)
    return letters.adhesion(made.dossier)


@transaction.atomic
def write(*, review_id: UUID, kind: str, by: Actor, advice: list[str] | None = None) -> DocumentView:
    """Write (again) a document of the review; a validated one is replaced by a new version, never changed."""
    made = _dossier(review_id, by, needs_analysis=kind in {LETTER, SUMMARY})
    row = review_row(by, review_id)
    content = _content(kind, made, advice or [])
    return write_document(kind=kind, patient_id=row.patient_id, subject_id=review_id, content=content, by=by)
