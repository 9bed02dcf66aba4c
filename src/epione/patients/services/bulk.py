"""Taking over a whole file of patients: many records opened together, sealed and indexed as one by one."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from epione.identity.public import require
from epione.kernel.actor import Actor
from epione.kernel.crypto import index_generation, make_keys, seal_json
from epione.kernel.ids import uuid7
from epione.ledger.public import record
from epione.patients import queries
from epione.patients.checks import checked_identity
from epione.patients.domain.record import Identity
from epione.patients.errors import IdentifierTaken
from epione.patients.models import Identifier, Patient, SearchKey

from .records import identifier_marks, search_values

BATCH = 1000


@transaction.atomic
def create_patients(*, identities: Sequence[Identity], by: Actor) -> list[UUID]:
    """Open many records in one transaction and one ledger entry; all of them or none.

    Probable twins are not asked about: the file of another software is taken as it is, and `merge_patients` joins
    records afterwards. An identifier that another patient has is refused.
    """
    require(by, "patients:write")
    people = [(uuid7(), checked_identity(identity)) for identity in identities]
    for start in range(0, len(people), BATCH):
        _store(by, people[start : start + BATCH])
    ids = [patient_id for patient_id, _identity in people]
    record(action="patients.create_many", by=by, entity=("practice", str(by.practice_id)),
           after={"count": len(ids), "ids": [str(one) for one in ids]})  # fmt: skip
    return ids


def _store(by: Actor, people: Sequence[tuple[UUID, Identity]]) -> None:
    practice = by.practice_id
    make_keys(practice, [patient_id for patient_id, _identity in people])
    rows, keys, claims = [], [], []
    generation = index_generation(practice)
    for patient_id, given in people:
        identity = given if given.medical_id else replace(given, medical_id=f"EP-{patient_id.hex[-12:].upper()}")
        row = Patient(id=patient_id, practice_id=practice, index_generation=generation)
        row.sealed = seal_json(queries.identity_place(row), identity.to_dict())
        rows.append(row)
        keys += [
            SearchKey(
                practice_id=practice, patient_id=patient_id, kind=kind, digest=queries.digest(practice, kind, value)
            )
            for kind, value in search_values(identity)
        ]
        claims += [
            Identifier(practice_id=practice, patient_id=patient_id, kind=kind, digest=mark)
            for kind, mark in identifier_marks(practice, identity)
        ]
    _refuse_taken(practice, claims)
    Patient.objects.bulk_create(rows)
    SearchKey.objects.bulk_create(keys, batch_size=5000)
    Identifier.objects.bulk_create(claims)


def _refuse_taken(practice_id: UUID, claims: Sequence[Identifier]) -> None:
    marks = [(claim.kind, bytes(claim.digest)) for claim in claims]
    taken = Identifier.objects.of_practice(practice_id).filter(digest__in=[mark for _kind, mark in marks])
    known = {(kind, bytes(mark)) for kind, mark in taken.values_list("kind", "digest")}
    seen: set[tuple[str, bytes]] = set()
    for mark in marks:
        if mark in known or mark in seen:
            raise IdentifierTaken(identifier=mark[0])
        seen.add(mark)
