"""Decisions about findings, free recommendations, and the physician's answers."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.crypto import seal_json
from epione.kernel.errors import Invalid
from epione.kernel.events import publish
from epione.kernel.ids import uuid7
from epione.ledger.public import record
from epione.medication_reviews import events, queries
from epione.medication_reviews.domain.findings import Kind
from epione.medication_reviews.domain.pathway import Answer, Decision
from epione.medication_reviews.errors import FindingNotFound, NothingAnalysed, ReasonNeeded
from epione.medication_reviews.models import DecisionRow, MedicationReview

from .pathway import review_row


def _store(
    row: MedicationReview,
    finding: str,
    rule: str,
    decision: Decision,
    content: dict[str, Any],
    by: Actor,
    *,
    undone: bool = False,
) -> DecisionRow:
    former = DecisionRow.objects.filter(review=row, finding=finding, replaced_by=None).first()
    made = DecisionRow(
        id=uuid7(),
        practice_id=row.practice_id,
        review=row,
        patient_id=row.patient_id,
        finding=finding,
        rule=rule,
        decision=decision.value,
        author_id=by.id,
        replaces=former,
        undone=undone,
    )
    made.sealed = seal_json(queries.decision_place(made), content)
    made.save(force_insert=True)
    record(
        action="medication_reviews.undo" if undone else "medication_reviews.decide",
        by=by,
        entity=("medication_review", str(row.id)),
        patient_id=row.patient_id,
        before={"decision": former.decision} if former else None,
        after={"finding": finding, "rule": rule, "decision": decision.value, **content},
    )
    publish(events.DECIDED, practice_id=row.practice_id, payload={"review_id": str(row.id), "rule": rule})
    return made


@transaction.atomic
def decide(*, review_id: UUID, finding: str, decision: Decision, by: Actor, reason: str = "", text: str = "") -> None:
    """Accept, adapt (with the adapted wording) or reject (with its reason) a finding of the newest analysis."""
    row = review_row(by, review_id)
    analysis = queries.latest_analysis(by.practice_id, row.id)
    if analysis is None:
        raise NothingAnalysed
    card = next((one for one in analysis.content["cards"] if one["key"] == finding), None)
    if card is None:
        raise FindingNotFound
    if (decision is Decision.REJECTED and not reason.strip()) or (decision is Decision.ADAPTED and not text.strip()):
        raise ReasonNeeded
    content = {"reason": reason.strip(), "text": text.strip(), "finding": card}
    _store(row, finding, _rule_of(card), decision, content, by)


def _rule_of(card: dict[str, Any]) -> str:
    """The rule of a card as it stands in clear. The identity of an allergy's finding has what a person typed."""
    return str(card["findings"][0]["source"]["rule"] if card["kind"] == Kind.CONTRAINDICATION.value else card["id"])


@transaction.atomic
def undo_decision(*, review_id: UUID, finding: str, by: Actor) -> None:
    """Take a decision back; the former stays in the history."""
    row = review_row(by, review_id)
    former = DecisionRow.objects.filter(review=row, finding=finding, replaced_by=None, undone=False).first()
    if former is None:
        raise FindingNotFound
    _store(row, finding, former.rule, Decision(former.decision), {"reason": "", "text": ""}, by, undone=True)


@transaction.atomic
def recommend(*, review_id: UUID, title: str, text: str, by: Actor) -> None:
    """A recommendation of the pharmacist's own, which no rule made."""
    row = review_row(by, review_id)
    if not title.strip() or not text.strip():
        raise ReasonNeeded
    key = f"free-{uuid7().hex}"
    _store(row, key, "FREE", Decision.FREE, {"title": title.strip(), "text": text.strip(), "reason": ""}, by)


@transaction.atomic
def record_answer(*, review_id: UUID, decision_id: UUID, answer: Answer, on: date, by: Actor) -> None:
    """What the physician answered to a recommendation."""
    row = review_row(by, review_id)
    if on > clock.today():
        raise Invalid({"on": ["> " + clock.today().isoformat()]})
    decision = DecisionRow.objects.select_for_update().filter(review=row, id=decision_id).first()
    if decision is None:
        raise FindingNotFound
    before = decision.answer
    decision.answer, decision.answered_on, decision.version = answer.value, on, decision.version + 1
    decision.save()
    record(
        action="medication_reviews.answer",
        by=by,
        entity=("medication_review", str(row.id)),
        patient_id=row.patient_id,
        before={"answer": before} if before else None,
        after={"rule": decision.rule, "answer": answer.value, "on": on.isoformat()},
    )
