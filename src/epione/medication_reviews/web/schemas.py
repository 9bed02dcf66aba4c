"""Shapes of the API of medication reviews."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from epione.medication_reviews.domain.pathway import Answer, Decision
from epione.medication_reviews.queries import AnalysisView, DecisionView, ReviewView


class StepOut(Schema):
    """A step done."""

    step: str
    on: date
    author_id: UUID
    entry_id: UUID


class ReviewOut(Schema):
    """A review and where it stands."""

    id: UUID
    patient_id: UUID
    year: int
    next: str | None
    steps: list[StepOut]
    opened_at: datetime
    closed_at: datetime | None

    @classmethod
    def of(cls, view: ReviewView) -> Self:
        """From the module's value."""
        steps = [StepOut(step=s.step.value, on=s.on, author_id=s.author_id, entry_id=s.entry_id) for s in view.steps]
        return cls(
            id=view.id,
            patient_id=view.patient_id,
            year=view.year,
            next=view.next.value if view.next else None,
            steps=steps,
            opened_at=view.opened_at,
            closed_at=view.closed_at,
        )


class ReviewList(Schema):
    """A page of reviews under way."""

    items: list[ReviewOut]
    total: int
    page: int
    size: int


class Enrolment(Schema):
    """The consent that opens a review."""

    patient_id: UUID
    consent_on: date
    physician: str = Field("", max_length=120)
    requested_by: str = Field("", max_length=120)


class AnalysisOut(Schema):
    """An analysis as it was shown: cards, questions, scores, editions."""

    id: UUID
    on: date
    digest: str
    counts: dict[str, int]
    content: dict[str, Any]

    @classmethod
    def of(cls, view: AnalysisView) -> Self:
        """From the module's value."""
        return cls(id=view.id, on=view.on, digest=view.digest, counts=view.counts, content=view.content)


class DecisionIn(Schema):
    """A decision about a card of the newest analysis."""

    decision: Decision
    reason: str = Field("", max_length=500)
    text: str = Field("", max_length=2000)


class DecisionOut(Schema):
    """A decision in force."""

    id: UUID
    finding: str
    rule: str
    decision: str
    reason: str
    text: str
    answer: str

    @classmethod
    def of(cls, view: DecisionView) -> Self:
        """From the module's value."""
        return cls(
            id=view.id,
            finding=view.finding,
            rule=view.rule,
            decision=view.decision.value,
            reason=view.content.get("reason", ""),
            text=view.content.get("text", ""),
            answer=view.answer,
        )


class AnswerIn(Schema):
    """What the physician answered."""

    answer: Answer
    on: date
