"""What a review bills for: its steps done, each with the ledger entry that proves it."""

from uuid import UUID

from epione.billing.public import Done, Programme
from epione.identity.public import require
from epione.kernel.actor import Actor
from epione.medication_reviews import queries

from .pathway import READ, review_row

PROGRAMME = "bpm"


def programme_of(*, review_id: UUID, by: Actor) -> Programme:
    """The programme of a review as billing reads it: dates, proofs, year."""
    require(by, "billing:read")
    review = queries.view_of(review_row(by, review_id, READ))
    done = [Done(step.step.value, step.on, str(step.entry_id)) for step in review.steps]
    return Programme(PROGRAMME, review.patient_id, review.id, review.year, done)
