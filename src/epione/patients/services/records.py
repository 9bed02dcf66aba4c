"""Changes of a patient record: one use case, one transaction, one ledger entry."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction

from epione.identity.public import members_of, require
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.crypto import blind_index, index_generation, seal_json
from epione.kernel.errors import Invalid
from epione.kernel.events import publish
from epione.kernel.ids import uuid7
from epione.ledger.public import record
from epione.patients import events, queries
from epione.patients.checks import checked_identity
from epione.patients.domain.identifiers import compact
from epione.patients.domain.names import NIR_PREFIXES, name_prefixes, phonetic, twin_key
from epione.patients.domain.record import Identity, PatientCard, Record
from epione.patients.errors import CannotMerge, IdentifierTaken, PatientNotFound, ProbableDuplicate, VersionConflict
from epione.patients.models import CareTeamMember, Identifier, Patient, SearchKey
from epione.patients.rules import require_patient, sees_clinical


def _entity(patient_id: UUID) -> tuple[str, str]:
    return ("patient", str(patient_id))


def search_values(identity: Identity) -> set[tuple[str, str]]:
    """Every (kind, value) by which a patient can be found."""
    names = (identity.first_name, identity.last_name, identity.birth_name)
    values = {("name", prefix) for prefix in name_prefixes(*names)}
    values |= {("sound", phonetic(name)) for name in names if name}
    values |= {("birth", identity.birth_date.isoformat())}
    values |= {("twin", twin_key(name, identity.birth_date)) for name in names[1:] if name}
    nir = compact(identity.social_security)
    return values | {("nir", nir[:size]) for size in NIR_PREFIXES if len(nir) >= size}


def index_patient(row: Patient, identity: Identity) -> None:
    """Rebuild the search keys and claim the unique identifiers."""
    # Before the hashes: if the key changes in between, the row is found too old and is indexed again.
    generation = index_generation(row.practice_id)
    Patient.objects.filter(pk=row.pk).update(index_generation=generation)
    SearchKey.objects.filter(patient=row).delete()
    SearchKey.objects.bulk_create(
        SearchKey(
            practice_id=row.practice_id, patient=row, kind=kind, digest=queries.digest(row.practice_id, kind, value)
        )
        for kind, value in sorted(search_values(identity))
    )
    Identifier.objects.filter(patient=row).delete()
    for kind, mark in identifier_marks(row.practice_id, identity):
        _claim(row, kind, mark)


def identifier_marks(practice_id: UUID, identity: Identity) -> list[tuple[str, bytes]]:
    """The keyed hashes of the identifiers that no two patients share."""
    values = (("medical_id", identity.medical_id), ("nir", compact(identity.social_security)))
    return [(kind, blind_index(practice_id, f"patients.id.{kind}", value)) for kind, value in values if value]


def _claim(row: Patient, kind: str, mark: bytes) -> None:
    if Identifier.objects.of_practice(row.practice_id).filter(kind=kind, digest=mark).exists():
        raise IdentifierTaken(identifier=kind)
    Identifier.objects.create(practice_id=row.practice_id, patient=row, kind=kind, digest=mark)


def probable_duplicates(*, by: Actor, identity: Identity) -> list[PatientCard]:
    """Patients who are probably the same person, shown before a creation is confirmed."""
    require(by, "patients:write")
    return queries.twins(by.practice_id, twin_key(identity.last_name, identity.birth_date), identity.social_security)


@transaction.atomic
def create_patient(*, identity: Identity, by: Actor, confirmed_distinct: bool = False) -> PatientCard:
    """Open a record; refused when a probable twin exists, unless the person says that it is somebody else."""
    require(by, "patients:write")
    identity = checked_identity(identity)
    if not confirmed_distinct and (twins := probable_duplicates(by=by, identity=identity)):
        raise ProbableDuplicate(candidates=[str(card.id) for card in twins])
    row = Patient(id=uuid7(), practice_id=by.practice_id)
    identity = identity if identity.medical_id else replace(identity, medical_id=f"EP-{row.id.hex[-12:].upper()}")
    row.sealed = seal_json(queries.identity_place(row), identity.to_dict())
    row.save(force_insert=True)
    index_patient(row, identity)
    record(action="patients.create", by=by, entity=_entity(row.id), patient_id=row.id, after=identity.to_dict())
    publish(events.CREATED, practice_id=by.practice_id, payload={"patient_id": str(row.id)})
    return queries.card_of(row)


@transaction.atomic
def update_identity(*, patient_id: UUID, identity: Identity, version: int, by: Actor) -> PatientCard:
    """Correct the identity; refused when somebody else changed it since `version`."""
    require_patient(by, patient_id, "patients:write")
    identity = checked_identity(identity)
    row = Patient.objects.of_practice(by.practice_id).select_for_update().get(id=patient_id)
    before = queries.card_of(row)
    if row.version != version:
        raise VersionConflict(current=before.identity.to_dict(), version=row.version)
    identity = identity if identity.medical_id else replace(identity, medical_id=before.identity.medical_id)
    row.version += 1
    row.sealed = seal_json(queries.identity_place(row), identity.to_dict())
    row.save()
    index_patient(row, identity)
    record(action="patients.update", by=by, entity=_entity(row.id), patient_id=row.id,
           before=before.identity.to_dict(), after=identity.to_dict())  # fmt: skip
    publish(events.UPDATED, practice_id=by.practice_id, payload={"patient_id": str(row.id)})
    return queries.card_of(row)


@transaction.atomic
def delete_patient(*, patient_id: UUID, reason: str, by: Actor) -> None:
    """Take the record out of lists and searches; nothing is destroyed."""
    require_patient(by, patient_id, "patients:write")
    row = Patient.objects.of_practice(by.practice_id).select_for_update().get(id=patient_id)
    row.deleted_at = row.deleted_at or clock.now()
    row.version += 1
    row.save()
    record(action="patients.delete", by=by, entity=_entity(row.id), patient_id=row.id, after={"reason": reason})
    publish(events.DELETED, practice_id=by.practice_id, payload={"patient_id": str(row.id)})


@transaction.atomic
def restore_patient(*, patient_id: UUID, by: Actor) -> None:
    """Undo a deletion."""
    require_patient(by, patient_id, "patients:write")
    row = Patient.objects.of_practice(by.practice_id).select_for_update().get(id=patient_id)
    row.deleted_at = None
    row.version += 1
    row.save()
    record(action="patients.restore", by=by, entity=_entity(row.id), patient_id=row.id)


@transaction.atomic
def open_patient(*, patient_id: UUID, by: Actor) -> Record:
    """Read a record; the read itself is recorded."""
    require_patient(by, patient_id)
    found = queries.record_of(by.practice_id, patient_id)
    if found is None or found.card.deleted_at:
        raise PatientNotFound
    record(action="patients.open", by=by, entity=_entity(found.card.id), patient_id=found.card.id)
    return found if sees_clinical(by) else Record(found.card)


@transaction.atomic
def search_patients(*, text: str, by: Actor, page: int = 1, size: int = 25) -> queries.Page:
    """Find patients as people type; the search is recorded with its count, never with its words."""
    require(by, "patients:read")
    found = queries.search(by.practice_id, text, page, size)
    mark = blind_index(by.practice_id, "patients.filter", text).hex()
    record(action="patients.search", by=by, entity=("practice", str(by.practice_id)),
           after={"count": found.total, "filter": mark})  # fmt: skip
    return found


@transaction.atomic
def merge_patients(*, kept_id: UUID, merged_id: UUID, reason: str, by: Actor) -> Record:
    """Read `merged_id` as `kept_id` from now on; no row moves, and the link can be undone."""
    require_patient(by, kept_id, "patients:write")
    require_patient(by, merged_id, "patients:write")
    rows = {row.id: row for row in Patient.objects.of_practice(by.practice_id).select_for_update().filter(
        id__in=[kept_id, merged_id])}  # fmt: skip
    if kept_id == merged_id:
        raise CannotMerge(reason="same")
    if rows[merged_id].merged_into_id or rows[kept_id].merged_into_id:
        raise CannotMerge(reason="merged")
    Patient.objects.filter(merged_into=merged_id).update(merged_into=kept_id)
    rows[merged_id].merged_into = rows[kept_id]
    rows[merged_id].save()
    record(action="patients.merge", by=by, entity=_entity(kept_id), patient_id=kept_id,
           after={"merged": str(merged_id), "reason": reason})  # fmt: skip
    publish(events.MERGED, practice_id=by.practice_id, payload={"kept": str(kept_id), "merged": str(merged_id)})
    return _present(queries.record_of(by.practice_id, kept_id))


@transaction.atomic
def unmerge_patient(*, merged_id: UUID, by: Actor) -> Record:
    """Undo a merge: the record stands on its own again."""
    require_patient(by, merged_id, "patients:write")
    row = Patient.objects.of_practice(by.practice_id).select_for_update().get(id=merged_id)
    if row.merged_into_id is None:
        raise CannotMerge(reason="not merged")
    kept, row.merged_into = row.merged_into_id, None
    row.save()
    record(
        action="patients.unmerge", by=by, entity=_entity(merged_id), patient_id=merged_id, before={"kept": str(kept)}
    )
    return _present(queries.record_of(by.practice_id, merged_id))


def _present(found: Record | None) -> Record:
    if found is None:
        raise PatientNotFound
    return found


@transaction.atomic
def set_care_team(*, patient_id: UUID, user_ids: list[UUID], by: Actor) -> None:
    """Say who follows the patient; from then on others of the practice need an emergency access.

    An empty list opens the record to the whole practice again. The one who decides stays in the team she makes.
    """
    require_patient(by, patient_id, "patients:write")
    known = {person.id for person in members_of(by.practice_id)}
    if strangers := [str(one) for one in user_ids if one not in known]:
        raise Invalid({"team": strangers})
    if user_ids and by.id in known and by.id not in user_ids:
        user_ids = [*user_ids, by.id]
    former = list(CareTeamMember.objects.filter(patient_id=patient_id).values_list("user_id", flat=True))
    CareTeamMember.objects.filter(patient_id=patient_id).delete()
    for user_id in user_ids:
        CareTeamMember.objects.create(practice_id=by.practice_id, patient_id=patient_id, user_id=user_id)
    record(action="patients.care_team", by=by, entity=_entity(patient_id), patient_id=patient_id,
           before={"team": [str(u) for u in former]}, after={"team": [str(u) for u in user_ids]})  # fmt: skip
