"""Entries of the record: added, corrected by a new version, retracted; never overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from epione.kernel.actor import Actor
from epione.kernel.crypto import seal_json
from epione.kernel.events import publish
from epione.kernel.ids import uuid7
from epione.ledger.public import record
from epione.patients import events, queries
from epione.patients.checks import checked_fact
from epione.patients.domain.record import Fact, FactKind
from epione.patients.errors import FactNotFound, VersionConflict
from epione.patients.models import ClinicalFact
from epione.patients.rules import require_clinical


@dataclass(frozen=True, slots=True)
class NewFact:
    """An entry to add; `on` is its clinical date."""

    kind: FactKind
    content: dict[str, Any]
    on: date | None = None


def _store(patient_id: UUID, by: Actor, fact: NewFact, *, replaces: ClinicalFact | None = None,
           retracted: bool = False) -> Fact:  # fmt: skip
    row = ClinicalFact(
        id=uuid7(), practice_id=by.practice_id, patient_id=patient_id, kind=fact.kind.value, replaces=replaces,
        author_id=by.id,
    )  # fmt: skip
    body = {"content": fact.content, "on": fact.on.isoformat() if fact.on else None, "retracted": retracted}
    row.sealed = seal_json(queries.fact_place(row), body)
    row.save(force_insert=True)
    return queries.fact_of(row)


@transaction.atomic
def add_facts(*, patient_id: UUID, facts: Sequence[NewFact], by: Actor) -> list[Fact]:
    """Add entries together (a laboratory report, an interview): all of them or none."""
    require_clinical(by, patient_id, "patients:write")
    checked = [NewFact(fact.kind, checked_fact(fact.kind, fact.content, fact.on), fact.on) for fact in facts]
    stored = [_store(patient_id, by, fact) for fact in checked]
    record(action="patients.add_facts", by=by, entity=("patient", str(patient_id)), patient_id=patient_id,
           after={"facts": [{"id": str(f.id), "kind": f.kind.value, **f.content} for f in stored]})  # fmt: skip
    publish(events.FACTS_ADDED, practice_id=by.practice_id, payload={"patient_id": str(patient_id)})
    return stored


def _is_hers(row: ClinicalFact, patient_id: UUID) -> bool:
    kept = queries.canonical(row.practice_id, patient_id)
    return row.patient_id in queries.same_person(row.practice_id, kept)


def _current(by: Actor, fact_id: UUID, patient_id: UUID | None) -> ClinicalFact:
    row: ClinicalFact | None = (
        ClinicalFact.objects.of_practice(by.practice_id).select_for_update().filter(id=fact_id).first()
    )
    if row is None or (patient_id and not _is_hers(row, patient_id)):
        raise FactNotFound
    require_clinical(by, row.patient_id, "patients:write")
    newer = ClinicalFact.objects.filter(replaces=row).first()
    if newer:
        raise VersionConflict(current=queries.fact_of(newer).content, version=str(newer.id))
    return row


@transaction.atomic
def correct_fact(
    *, fact_id: UUID, content: dict[str, Any], on: date | None, by: Actor, patient_id: UUID | None = None
) -> Fact:
    """Replace an entry by a corrected version; the former stays readable. With `patient_id`, it must be hers."""
    row = _current(by, fact_id, patient_id)
    before = queries.fact_of(row)
    corrected = NewFact(before.kind, checked_fact(before.kind, content, on), on)
    after = _store(row.patient_id, by, corrected, replaces=row)
    record(action="patients.correct_fact", by=by, entity=("fact", str(fact_id)), patient_id=row.patient_id,
           before=before.content, after=after.content)  # fmt: skip
    publish(events.FACTS_ADDED, practice_id=by.practice_id, payload={"patient_id": str(row.patient_id)})
    return after


@transaction.atomic
def retract_fact(*, fact_id: UUID, reason: str, by: Actor, patient_id: UUID | None = None) -> None:
    """Say that an entry was wrong; it leaves the lists and stays in its history. With `patient_id`, it must be hers."""
    row = _current(by, fact_id, patient_id)
    before = queries.fact_of(row)
    gone = NewFact(before.kind, {**before.content, "reason": reason}, before.on)
    _store(row.patient_id, by, gone, replaces=row, retracted=True)
    record(action="patients.retract_fact", by=by, entity=("fact", str(fact_id)), patient_id=row.patient_id,
           before=before.content, after={"retracted": True, "reason": reason})  # fmt: skip
    publish(events.FACTS_ADDED, practice_id=by.practice_id, payload={"patient_id": str(row.patient_id)})
