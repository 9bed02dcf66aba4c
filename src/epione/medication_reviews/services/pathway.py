"""The steps of a review: adhesion, collection, interview, follow-up; each dated, signed, recorded."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from epione.identity.public import require
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.crypto import seal_json
from epione.kernel.errors import Invalid
from epione.kernel.events import publish
from epione.kernel.ids import uuid7
from epione.ledger.public import record
from epione.medication_reviews import events, queries
from epione.medication_reviews.domain.pathway import Step, next_step, refusal
from epione.medication_reviews.errors import STEP_REASONS, ConsentMissing, ReviewNotFound, ReviewOpen, StepRefused
from epione.medication_reviews.models import MedicationReview, StepRow
from epione.patients.public import closed_to, require_clinical

WRITE = "medication_reviews:write"
READ = "medication_reviews:read"


def review_row(by: Actor, review_id: UUID, scope: str = WRITE) -> MedicationReview:
    """The review, when the actor may act on it."""
    require(by, scope)
    row: MedicationReview | None = MedicationReview.objects.of_practice(by.practice_id).filter(id=review_id).first()
    if row is None:
        raise ReviewNotFound
    require_clinical(by, row.patient_id)
    return row


def store_step(
    row: MedicationReview, step: Step, content: dict[str, Any], by: Actor, *, on: date, seconds: int = 0
) -> StepRow:
    """Keep a step done with its ledger entry; refused when it is not the next one."""
    if on > clock.today():
        raise Invalid({"on": ["> " + clock.today().isoformat()]})
    refused = refusal(row.year, queries.steps_done(row), step)
    if refused:
        raise StepRefused(reason=STEP_REASONS[refused.code])
    step_row = StepRow(
        id=uuid7(),
        practice_id=row.practice_id,
        review=row,
        patient_id=row.patient_id,
        step=step.value,
        done_on=on,
        author_id=by.id,
        seconds=min(seconds, 24 * 3600),
    )
    step_row.sealed = seal_json(queries.step_place(step_row), content)
    entry = record(
        action=f"medication_reviews.{step.value}",
        by=by,
        entity=("medication_review", str(row.id)),
        patient_id=row.patient_id,
        after={"step": step.value, "on": on.isoformat(), "content": content},
    )
    step_row.entry_id = entry.id
    step_row.save(force_insert=True)
    _close_when_complete(row)
    payload = {"review_id": str(row.id), "patient_id": str(row.patient_id), "step": step.value}
    publish(events.STEP_DONE, practice_id=row.practice_id, payload=payload)
    return step_row


def _close_when_complete(row: MedicationReview) -> None:
    if next_step(row.year, queries.steps_done(row)) is None:
        row.closed_at, row.closing = clock.now(), "complete"
        row.save()


@transaction.atomic
def start_review(
    *, patient_id: UUID, consent_on: date | None, content: dict[str, Any], by: Actor
) -> queries.ReviewView:
    """Enrol the patient: the consent and its date open the review (first year) or its next year."""
    require(by, WRITE)
    require_clinical(by, patient_id)
    if consent_on is None:
        raise ConsentMissing
    rows = MedicationReview.objects.of_practice(by.practice_id).filter(patient_id=patient_id)
    if rows.filter(closed_at=None).exists():
        raise ReviewOpen
    year = rows.filter(closing="complete").count() + 1
    row = MedicationReview.objects.create(practice_id=by.practice_id, patient_id=patient_id, year=year, author_id=by.id)
    if year == 1:
        store_step(row, Step.ADHESION, {"consent_on": consent_on.isoformat(), **content}, by, on=consent_on)
    else:
        record(
            action="medication_reviews.next_year",
            by=by,
            entity=("medication_review", str(row.id)),
            patient_id=patient_id,
            after={"year": year, "consent_on": consent_on.isoformat()},
        )
    return queries.view_of(row)


@transaction.atomic
def complete_collection(*, review_id: UUID, content: dict[str, Any], by: Actor, seconds: int = 0) -> queries.ReviewView:
    """Close the collection interview: what was gathered, the adherence questions, the remarks."""
    row = review_row(by, review_id)
    store_step(row, Step.COLLECTION, content, by, on=clock.today(), seconds=seconds)
    return queries.view_of(row)


@transaction.atomic
def complete_interview(*, review_id: UUID, content: dict[str, Any], by: Actor, seconds: int = 0) -> queries.ReviewView:
    """Close the interview with the patient: what was explained and agreed, the plan given."""
    row = review_row(by, review_id)
    store_step(row, Step.INTERVIEW, content, by, on=clock.today(), seconds=seconds)
    return queries.view_of(row)


@transaction.atomic
def complete_follow_up(*, review_id: UUID, content: dict[str, Any], by: Actor, seconds: int = 0) -> queries.ReviewView:
    """Close the follow-up of adherence, which ends the year."""
    row = review_row(by, review_id)
    store_step(row, Step.FOLLOW_UP, content, by, on=clock.today(), seconds=seconds)
    return queries.view_of(row)


@transaction.atomic
def abandon_review(*, review_id: UUID, reason: str, by: Actor) -> None:
    """End a review before its last step (refusal, move, death); nothing is erased."""
    row = review_row(by, review_id)
    row.closed_at, row.closing = clock.now(), "abandoned"
    row.save()
    record(
        action="medication_reviews.abandon",
        by=by,
        entity=("medication_review", str(row.id)),
        patient_id=row.patient_id,
        after={"reason": reason},
    )


@transaction.atomic
def second_review(*, review_id: UUID, by: Actor) -> queries.ReviewView:
    """A second pharmacist states that she read the analysis and the decisions."""
    row = review_row(by, review_id)
    if row.author_id == by.id:
        raise StepRefused(reason=STEP_REASONS["done"])
    row.second_reviewer_id = by.id
    row.save()
    record(
        action="medication_reviews.second_review",
        by=by,
        entity=("medication_review", str(row.id)),
        patient_id=row.patient_id,
    )
    return queries.view_of(row)


@transaction.atomic
def open_review(*, review_id: UUID, by: Actor) -> queries.ReviewView:
    """Read a review; the read is recorded."""
    row = review_row(by, review_id, READ)
    record(
        action="medication_reviews.open",
        by=by,
        entity=("medication_review", str(row.id)),
        patient_id=row.patient_id,
    )
    return queries.view_of(row)


@transaction.atomic
def list_reviews(*, by: Actor) -> list[queries.ReviewView]:
    """Reviews under way; the list is recorded with its count."""
    require(by, READ)
    found = queries.open_reviews(by.practice_id, closed_to(by))
    record(
        action="medication_reviews.list",
        by=by,
        entity=("practice", str(by.practice_id)),
        after={"count": len(found)},
    )
    return found
