"""Reads of medication reviews; nothing here records."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from epione.kernel.crypto import Place, unseal_json
from epione.patients.public import same_person

from .domain.pathway import Decision, Step, follow_up_due, next_step, steps_of
from .models import Analysis, DecisionRow, MedicationReview, Screening, StepRow


@dataclass(frozen=True, slots=True)
class StepView:
    """A step done."""

    step: Step
    on: date
    author_id: UUID
    content: dict[str, Any]
    entry_id: UUID
    seconds: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review and its steps; `next` is the step to do now."""

    id: UUID
    patient_id: UUID
    year: int
    author_id: UUID
    second_reviewer_id: UUID | None
    opened_at: datetime
    closed_at: datetime | None
    closing: str
    steps: tuple[StepView, ...]
    next: Step | None

    def step(self, step: Step) -> StepView | None:
        """A step, when it is done."""
        return next((one for one in self.steps if one.step is step), None)

    @property
    def order(self) -> tuple[Step, ...]:
        """All steps of this year."""
        return steps_of(self.year)

    @property
    def follow_up_due(self) -> date | None:
        """From when the follow-up is expected."""
        interview = self.step(Step.INTERVIEW) or self.step(Step.ANALYSIS)
        return follow_up_due(interview.on) if interview else None


@dataclass(frozen=True, slots=True)
class AnalysisView:
    """An analysis as it was shown: `content` is what `engine.analyse` gave."""

    id: UUID
    on: date
    content: dict[str, Any]
    counts: dict[str, int]
    digest: str
    author_id: UUID
    entry_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision, in its newest version; `content` has `reason`, `text` and for a free one `title`."""

    id: UUID
    finding: str
    rule: str
    decision: Decision
    content: dict[str, Any]
    author_id: UUID
    at: datetime
    answer: str
    answered_on: date | None


def step_place(row: StepRow) -> Place:
    """Where a step is sealed."""
    return Place(row.practice_id, row.patient_id, "medication_reviews_steprow", row.id, "sealed")


def analysis_place(row: Analysis) -> Place:
    """Where an analysis is sealed."""
    return Place(row.practice_id, row.patient_id, "medication_reviews_analysis", row.id, "sealed")


def decision_place(row: DecisionRow) -> Place:
    """Where a decision is sealed."""
    return Place(row.practice_id, row.patient_id, "medication_reviews_decisionrow", row.id, "sealed")


def screening_place(row: Screening) -> Place:
    """Where a screening is sealed."""
    return Place(row.practice_id, row.patient_id, "medication_reviews_screening", row.id, "sealed")


def steps_done(row: MedicationReview) -> list[Step]:
    """The steps already done."""
    return [Step(name) for name in StepRow.objects.filter(review=row).values_list("step", flat=True)]


def _step_view(row: StepRow) -> StepView:
    return StepView(
        Step(row.step),
        row.done_on,
        row.author_id,
        unseal_json(step_place(row), bytes(row.sealed)),
        row.entry_id,
        row.seconds,
        row.created_at,
    )


def view_of(row: MedicationReview) -> ReviewView:
    """The review as a plain value."""
    steps = tuple(_step_view(step) for step in StepRow.objects.filter(review=row).order_by("id"))
    return ReviewView(
        id=row.id,
        patient_id=row.patient_id,
        year=row.year,
        author_id=row.author_id,
        second_reviewer_id=row.second_reviewer_id,
        opened_at=row.created_at,
        closed_at=row.closed_at,
        closing=row.closing,
        steps=steps,
        next=None if row.closed_at else next_step(row.year, [step.step for step in steps]),
    )


def open_reviews(practice_id: UUID, closed: Collection[UUID] = ()) -> list[ReviewView]:
    """Reviews under way in a practice, without those of the records in `closed`."""
    rows = MedicationReview.objects.of_practice(practice_id).filter(closed_at=None).order_by("id")
    rows = rows.exclude(patient_id__in=closed)
    return [view_of(row) for row in rows]


def reviews_of(practice_id: UUID, patient_id: UUID) -> list[ReviewView]:
    """All reviews of a patient, newest first."""
    rows = MedicationReview.objects.of_practice(practice_id).filter(patient_id__in=same_person(practice_id, patient_id))
    return [view_of(row) for row in rows.order_by("-id")]


def latest_analysis(practice_id: UUID, review_id: UUID) -> AnalysisView | None:
    """The newest analysis of a review."""
    row = Analysis.objects.of_practice(practice_id).filter(review_id=review_id).order_by("-id").first()
    if row is None:
        return None
    content = unseal_json(analysis_place(row), bytes(row.sealed))
    return AnalysisView(row.id, row.on, content, row.counts, row.digest, row.author_id, row.entry_id, row.created_at)


def latest_counts(practice_id: UUID, review_ids: list[UUID]) -> dict[UUID, dict[str, int]]:
    """Counts by level of the newest analysis of each review."""
    rows = Analysis.objects.of_practice(practice_id).filter(review_id__in=review_ids).order_by("id")
    return dict(rows.values_list("review_id", "counts"))


def decisions(practice_id: UUID, review_id: UUID) -> list[DecisionView]:
    """Decisions in force, in the order in which they were taken."""
    rows = DecisionRow.objects.of_practice(practice_id).filter(review_id=review_id, replaced_by=None, undone=False)
    return [_decision_view(row) for row in rows.order_by("id")]


def _decision_view(row: DecisionRow) -> DecisionView:
    return DecisionView(
        row.id,
        row.finding,
        row.rule,
        Decision(row.decision),
        unseal_json(decision_place(row), bytes(row.sealed)),
        row.author_id,
        row.created_at,
        row.answer,
        row.answered_on,
    )


def acceptance(practice_id: UUID) -> list[tuple[str, int, int]]:
    """By rule: how many recommendations physicians followed (wholly or partly), of how many answered."""
    rows = DecisionRow.objects.of_practice(practice_id).filter(replaced_by=None, undone=False).exclude(answer="")
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for rule, answer in rows.values_list("rule", "answer"):
        counts[rule][1] += 1
        counts[rule][0] += answer in {"followed", "partly"}
    return sorted(((rule, yes, total) for rule, (yes, total) in counts.items()), key=lambda one: -one[2])


def seconds_by_step(practice_id: UUID) -> dict[str, list[int]]:
    """Time spent on each step, in seconds, for the dashboard."""
    found: dict[str, list[int]] = defaultdict(list)
    rows = StepRow.objects.of_practice(practice_id).filter(seconds__gt=0)
    for step, seconds in rows.values_list("step", "seconds"):
        found[step].append(seconds)
    return dict(found)


@dataclass(frozen=True, slots=True)
class ScreeningView:
    """What the screening found for a patient."""

    patient_id: UUID
    on: date
    eligible: str
    lines: int
    counts: dict[str, int]
    reasons: list[dict[str, str]]


def screened(practice_id: UUID, *, eligible: str = "", closed: Collection[UUID] = ()) -> list[ScreeningView]:
    """The newest screening of each patient, most findings of the gravest level first."""
    rows = Screening.objects.of_practice(practice_id).exclude(patient_id__in=closed)
    chosen = rows.filter(eligible=eligible) if eligible else rows
    views = [
        ScreeningView(
            row.patient_id,
            row.on,
            row.eligible,
            row.lines,
            row.counts,
            unseal_json(screening_place(row), bytes(row.sealed))["reasons"],
        )
        for row in chosen
    ]
    return sorted(views, key=lambda v: [-v.counts.get(level, 0) for level in ("ci", "ad", "pe", "apc")])
