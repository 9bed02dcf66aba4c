"""Screening of all patients of a practice: eligibility for a review, and how grave their findings are."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction

from epione.identity.public import service_actor
from epione.kernel import clock
from epione.kernel.crypto import seal_json
from epione.kernel.ids import uuid7
from epione.ledger.public import record
from epione.medication_reviews import queries
from epione.medication_reviews.charting import chart_from, handed_out, read_through
from epione.medication_reviews.domain.cards import cards_of
from epione.medication_reviews.domain.eligibility import Eligibility, bpm_eligibility
from epione.medication_reviews.domain.review import review
from epione.medication_reviews.domain.snapshot import card_dict, counts_of
from epione.medication_reviews.models import Screening
from epione.medication_reviews.providers.knowledge import load_knowledge
from epione.medications.public import Drug, load_catalogue
from epione.patients.public import all_ids, record_of
from epione.prescriptions.public import treatment_of

_WORDS = {True: "yes", False: "no", None: "to_confirm"}
Step = Callable[[int, int], None]


def reimbursed(drug: Drug) -> bool | None:
    """Whether a medicine is reimbursed; a bare substance does not tell."""
    return load_catalogue().reimbursed(drug.cis) if drug.cis else None


def screen_patient(practice_id: UUID, patient_id: UUID) -> tuple[Eligibility, dict[str, int], int]:
    """Eligibility, counts of cards by level, and the number of current lines of one patient."""
    today = clock.today()
    patient = record_of(practice_id, patient_id)
    treatment = treatment_of(practice_id, patient_id)
    if patient is None:
        raise LookupError(patient_id)
    supplies = handed_out(practice_id, treatment, today)
    chart = chart_from(patient, treatment, today, read_through(practice_id, patient_id), supplies)
    every_line = tuple(view.line for view in treatment.lines)
    found = bpm_eligibility(age=chart.age, lines=every_line, on=today, reimbursed=reimbursed)
    cards = [card_dict(card) for card in cards_of(review(chart, load_knowledge()).findings)]
    return found, counts_of(cards), len(chart.lines)


def _store(practice_id: UUID, patient_id: UUID) -> str:
    found, counts, lines = screen_patient(practice_id, patient_id)
    row = Screening.objects.of_practice(practice_id).filter(patient_id=patient_id).first() or Screening(
        id=uuid7(), practice_id=practice_id, patient_id=patient_id
    )
    row.on, row.eligible, row.lines, row.counts = clock.today(), _WORDS[found.eligible], lines, counts
    reasons = [{"fr": reason["fr"], "en": reason["en"]} for reason in found.reasons]
    row.sealed = seal_json(queries.screening_place(row), {"reasons": reasons})
    row.save()
    return row.eligible


def screen_practice(*, practice_id: UUID, step: Step) -> dict[str, Any]:
    """Screen every patient, in batches of one transaction; one ledger entry for the run."""
    ids = all_ids(practice_id)
    eligible = 0
    for start in range(0, len(ids), 50):
        with transaction.atomic():
            eligible += sum(_store(practice_id, patient_id) == "yes" for patient_id in ids[start : start + 50])
        step(min(start + 50, len(ids)), len(ids))
    by = service_actor(practice_id, "screening")
    result = {"patients": len(ids), "eligible": eligible}
    with transaction.atomic():
        record(action="medication_reviews.screen", by=by, entity=("practice", str(practice_id)), after=result)
    return result
