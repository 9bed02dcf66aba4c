"""`/api/v1/patients`: list, search, create, read, correct, delete, merge; entries of the record."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from epione.identity.public import api_auth
from epione.kernel.actor import Actor
from epione.patients import extensions, queries, services
from epione.patients.domain.record import FactKind
from epione.patients.rules import require_clinical, require_patient
from epione.patients.services.entries import NewFact

from .schemas import (
    Correction,
    FactIn,
    FactOut,
    MergeIn,
    PatientCreate,
    PatientDetail,
    PatientList,
    PatientOut,
    PatientUpdate,
    Reason,
    SearchIn,
)

router = Router(tags=["patients"], auth=api_auth)
PageNumber = Annotated[int, Field(ge=1, le=10_000)]
PageSize = Annotated[int, Field(ge=1, le=100)]
Why = Annotated[str, Field(max_length=500)]


def _by(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _list(found: queries.Page) -> PatientList:
    items = [PatientOut.of(card) for card in found.cards]
    return PatientList(items=items, total=found.total, page=found.page, size=found.size)


@router.get("", response=PatientList, operation_id="patients_list", openapi_extra={"x-scope": "patients:read"})
def list_patients(
    request: HttpRequest,
    page: Annotated[int, Field(ge=1, le=10_000)] = 1,
    size: Annotated[int, Field(ge=1, le=100)] = 25,
) -> PatientList:
    """Patients of the practice by last change."""
    return _list(services.search_patients(text="", by=_by(request), page=page, size=size))


@router.post(
    "/_search", response=PatientList, operation_id="patients_search", openapi_extra={"x-scope": "patients:read"}
)
def search(request: HttpRequest, body: SearchIn) -> PatientList:
    """Search by name, birth date or NIR as people type them."""
    return _list(services.search_patients(text=body.text, by=_by(request), page=body.page, size=body.size))


@router.post(
    "", response={201: PatientDetail}, operation_id="patients_create", openapi_extra={"x-scope": "patients:write"}
)
def create(request: HttpRequest, body: PatientCreate) -> tuple[int, PatientDetail]:
    """Open a record; 409 with the candidates when a probable duplicate exists."""
    by = _by(request)
    card = services.create_patient(identity=body.identity(), by=by, confirmed_distinct=body.confirmed_distinct)
    return 201, _detail(by, card.id)


def _detail(by: Actor, patient_id: UUID) -> PatientDetail:
    record = services.open_patient(patient_id=patient_id, by=by)
    names = [name for source in extensions.medicines for name in source(by, record.card.id)]
    return PatientDetail.opened(record, names)


@router.get(
    "/{patient_id}", response=PatientDetail, operation_id="patients_read", openapi_extra={"x-scope": "patients:read"}
)
def read(request: HttpRequest, patient_id: UUID) -> PatientDetail:
    """Open a record; the read is recorded."""
    return _detail(_by(request), patient_id)


@router.put(
    "/{patient_id}", response=PatientDetail, operation_id="patients_update", openapi_extra={"x-scope": "patients:write"}
)
def update(request: HttpRequest, patient_id: UUID, body: PatientUpdate) -> PatientDetail:
    """Correct the identity; 409 with the current version when it changed meanwhile."""
    by = _by(request)
    services.update_identity(patient_id=patient_id, identity=body.identity(), version=body.version, by=by)
    return _detail(by, patient_id)


@router.delete(
    "/{patient_id}", response={204: None}, operation_id="patients_delete", openapi_extra={"x-scope": "patients:write"}
)
def delete(request: HttpRequest, patient_id: UUID, reason: Why = "") -> tuple[int, None]:
    """Take the record out of lists; nothing is destroyed."""
    services.delete_patient(patient_id=patient_id, reason=reason, by=_by(request))
    return 204, None


@router.post(
    "/{patient_id}/merge",
    response=PatientDetail,
    operation_id="patients_merge",
    openapi_extra={"x-scope": "patients:write"},
)
def merge(request: HttpRequest, patient_id: UUID, body: MergeIn) -> PatientDetail:
    """Read another record as this one; reversible."""
    by = _by(request)
    services.merge_patients(kept_id=patient_id, merged_id=body.merged_id, reason=body.reason, by=by)
    return _detail(by, patient_id)


@router.post(
    "/{patient_id}/unmerge",
    response=PatientDetail,
    operation_id="patients_unmerge",
    openapi_extra={"x-scope": "patients:write"},
)
def unmerge(request: HttpRequest, patient_id: UUID) -> PatientDetail:
    """Undo the merge of this record into another."""
    by = _by(request)
    services.unmerge_patient(merged_id=patient_id, by=by)
    return _detail(by, patient_id)


@router.get(
    "/{patient_id}/facts",
    response=list[FactOut],
    operation_id="patients_facts",
    openapi_extra={"x-scope": "patients:read"},
)
def facts(request: HttpRequest, patient_id: UUID, kind: FactKind | None = None) -> list[FactOut]:
    """Entries of the record, of one kind or all."""
    by = _by(request)
    require_clinical(by, patient_id)
    record = services.open_patient(patient_id=patient_id, by=by)
    return [FactOut.of(fact) for fact in record.facts if not fact.retracted and kind in {None, fact.kind}]


@router.post(
    "/{patient_id}/facts",
    response={201: list[FactOut]},
    operation_id="patients_add_facts",
    openapi_extra={"x-scope": "patients:write"},
)
def add_facts(request: HttpRequest, patient_id: UUID, body: list[FactIn]) -> tuple[int, list[FactOut]]:
    """Add entries together: all or none."""
    new = [NewFact(fact.kind, fact.content, fact.on) for fact in body]
    return 201, [FactOut.of(fact) for fact in services.add_facts(patient_id=patient_id, facts=new, by=_by(request))]


@router.put(
    "/{patient_id}/facts/{fact_id}",
    response=FactOut,
    operation_id="patients_correct_fact",
    openapi_extra={"x-scope": "patients:write"},
)
def correct_fact(request: HttpRequest, patient_id: UUID, fact_id: UUID, body: Correction) -> FactOut:
    """Replace an entry by a corrected version."""
    by = _by(request)
    require_patient(by, patient_id, "patients:write")
    fact = services.correct_fact(fact_id=fact_id, patient_id=patient_id, content=body.content, on=body.on, by=by)
    return FactOut.of(fact)


@router.post(
    "/{patient_id}/facts/{fact_id}/retract",
    response={204: None},
    operation_id="patients_retract_fact",
    openapi_extra={"x-scope": "patients:write"},
)
def retract_fact(request: HttpRequest, patient_id: UUID, fact_id: UUID, body: Reason) -> tuple[int, None]:
    """Say that an entry was wrong."""
    by = _by(request)
    require_patient(by, patient_id, "patients:write")
    services.retract_fact(fact_id=fact_id, patient_id=patient_id, reason=body.reason, by=by)
    return 204, None
