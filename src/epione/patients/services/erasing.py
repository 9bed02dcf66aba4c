"""Erasure of a person: weighed against the duties to keep, proposed by one, confirmed by another."""

import os
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from epione.identity.public import close_patient_accounts, require
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.crypto import forget_subject, seal_text
from epione.kernel.errors import Invalid
from epione.kernel.events import publish
from epione.kernel.ids import uuid7
from epione.kernel.subjects import held_about, take_away
from epione.ledger.public import record
from epione.patients import events, extensions, queries
from epione.patients.domain.erasure import RECORD_YEARS, Part, Plan, plan
from epione.patients.domain.record import PatientCard
from epione.patients.errors import AlreadyProposed, MustBeKept, OwnErasure, PatientNotFound
from epione.patients.models import ErasureRequest, LegalHold, Patient, SearchKey

LEAST_REASON = 10


@dataclass(frozen=True, slots=True)
class Weighed:
    """A person, what an erasure would take, what stands against it, and the open holds (id, reason)."""

    card: PatientCard
    plan: Plan
    holds: tuple[tuple[UUID, str], ...]


def record_years() -> int:
    """Years that records are kept (`EPIONE_RECORD_YEARS`, 20); fewer than ten count as ten."""
    return int(os.environ.get("EPIONE_RECORD_YEARS", str(RECORD_YEARS)))


@transaction.atomic
def weigh_erasure(*, patient_id: UUID, by: Actor) -> Weighed:
    """What an erasure would take and what stands against it; nothing is destroyed, the look is recorded."""
    require(by, "erasures:read")
    found = _weighed(by, _row(by, patient_id))
    _record("weigh_erasure", found.card.id, by, _told(found.plan))
    return found


@transaction.atomic
def propose_erasure(*, patient_id: UUID, reason: str, by: Actor) -> UUID:
    """Propose an erasure that no duty stands against; somebody else confirms it. The id of the proposal."""
    require(by, "erasures:write")
    row = _row(by, patient_id)
    if not _weighed(by, row).plan.allowed:
        raise MustBeKept
    if ErasureRequest.objects.of_practice(by.practice_id).filter(subject_id=row.id, state="proposed").exists():
        raise AlreadyProposed
    request = ErasureRequest(practice_id=by.practice_id, subject_id=row.id, proposed_by=by.id)
    request.sealed = seal_text(queries.request_place(request), _reason(reason))
    request.save(force_insert=True)
    _record("propose_erasure", row.id, by, {"request": str(request.id)})
    return request.id


@transaction.atomic
def confirm_erasure(*, request_id: UUID, by: Actor) -> None:
    """Erase the person: her keys are destroyed here and in every backup restored later, her rows are taken away.

    Refused to the one who proposed it, and when a duty to keep has appeared since. The caller has asked who is there.
    """
    request = _waiting(by, request_id)
    if request.proposed_by == by.id:
        raise OwnErasure
    row = _row(by, request.subject_id)
    weighed = _weighed(by, row)
    if not weighed.plan.allowed:
        raise MustBeKept
    people = queries.same_person(by.practice_id, row.id)
    accounts = close_patient_accounts(patient_ids=people, by=by)
    for subject_id in _key_subjects(by.practice_id, people):
        forget_subject(by.practice_id, subject_id)
    stayed = take_away(by.practice_id, people)
    SearchKey.objects.filter(patient_id__in=people).delete()
    Patient.objects.of_practice(by.practice_id).filter(id__in=people).update(deleted_at=clock.now(), sealed=b"")
    _decide(request, by, ErasureRequest.State.CONFIRMED)
    # After the keys are gone, so that what this entry says is sealed for the practice and can be read.
    told = {"request": str(request.id), "accounts": accounts, "unreadable_rows_kept": stayed, **_told(weighed.plan)}
    _record("erase", row.id, by, told)
    publish(events.ERASED, practice_id=by.practice_id, payload={"patient_ids": [str(one) for one in people]})


@transaction.atomic
def refuse_erasure(*, request_id: UUID, by: Actor) -> None:
    """Refuse a proposed erasure, or take one's own back."""
    request = _waiting(by, request_id)
    _decide(request, by, ErasureRequest.State.REFUSED)
    _record("refuse_erasure", request.subject_id, by, {"request": str(request.id)})


@transaction.atomic
def hold_record(*, patient_id: UUID, reason: str, by: Actor) -> UUID:
    """Suspend every term (a claim, a procedure): the record cannot be erased until the hold is lifted."""
    require(by, "erasures:write")
    row = _row(by, patient_id)
    hold = LegalHold(id=uuid7(), practice_id=by.practice_id, patient_id=row.id, author_id=by.id)
    hold.sealed = seal_text(queries.hold_place(hold), _reason(reason))
    hold.save(force_insert=True)
    _record("hold", row.id, by, {"hold": str(hold.id)})
    return hold.id


@transaction.atomic
def lift_hold(*, hold_id: UUID, by: Actor) -> None:
    """End a hold: the terms count again."""
    require(by, "erasures:write")
    row = LegalHold.objects.of_practice(by.practice_id).filter(id=hold_id, lifted_at=None).first()
    if row is None:
        raise PatientNotFound
    row.lifted_at, row.lifted_by = clock.now(), by.id
    row.save()
    _record("lift_hold", row.patient_id, by, {"hold": str(row.id)})


def _row(by: Actor, patient_id: UUID) -> Patient:
    """The record that this id is read as; one that was erased is not found."""
    kept = queries.canonical(by.practice_id, patient_id)
    row: Patient | None = Patient.objects.of_practice(by.practice_id).select_for_update().filter(id=kept).first()
    if row is None or not bytes(row.sealed):
        raise PatientNotFound
    return row


def _weighed(by: Actor, row: Patient) -> Weighed:
    people = queries.same_person(by.practice_id, row.id)
    parts = [
        Part(held.kind, held.count, held.newest.astimezone(clock.PARIS).date() if held.newest else None)
        for held in held_about(by.practice_id, people)
    ]
    card, holds = queries.card_of(row), queries.open_holds(by.practice_id, people)
    made = plan(parts, birth=card.identity.birth_date, holds=len(holds), today=clock.today(), years=record_years())
    return Weighed(card, made, tuple(holds))


def _key_subjects(practice_id: UUID, people: list[UUID]) -> list[UUID]:
    more = [one for source in extensions.key_holders for one in source(practice_id, people)]
    return list(dict.fromkeys([*people, *more]))


def _waiting(by: Actor, request_id: UUID) -> ErasureRequest:
    require(by, "erasures:write")
    rows = ErasureRequest.objects.of_practice(by.practice_id).select_for_update()
    found: ErasureRequest | None = rows.filter(id=request_id, state=ErasureRequest.State.PROPOSED).first()
    if found is None:
        raise PatientNotFound
    return found


def _decide(request: ErasureRequest, by: Actor, state: str) -> None:
    request.state, request.decided_by, request.decided_at = state, by.id, clock.now()
    request.save()


def _reason(text: str) -> str:
    text = text.strip()
    if len(text) < LEAST_REASON:
        raise Invalid({"reason": [_("Say why in a sentence: it is kept.")]})
    return text


def _told(made: Plan) -> dict[str, Any]:
    return {
        "parts": {part.kind: part.count for part in made.parts},
        "duties": {duty.why.value: duty.until for duty in made.duties},
    }


def _record(verb: str, patient_id: UUID, by: Actor, after: dict[str, Any]) -> None:
    record(action=f"patients.{verb}", by=by, entity=("patient", str(patient_id)), patient_id=patient_id, after=after)
