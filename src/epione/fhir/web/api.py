"""`/api/v1/fhir`: a record in and out as a FHIR R4 Bundle."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from epione.fhir import services
from epione.identity.public import api_auth
from epione.kernel.actor import Actor

router = Router(tags=["fhir"], auth=api_auth)


class ImportOut(Schema):
    """What an import did; `notes` are in both languages."""

    patient_id: UUID
    created: bool
    facts: int
    lines: int
    dispensings: int
    already_there: int
    unknown_medicines: list[str]
    left_aside: dict[str, int]
    notes: list[dict[str, str]]


def _by(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@router.post(
    "/fhir/import",
    response={201: ImportOut},
    operation_id="fhir_import",
    openapi_extra={
        "x-scope": "prescriptions:write",
        "requestBody": {"content": {"application/fhir+json": {"schema": {"type": "object"}}}, "required": True},
    },
)
def import_record(
    request: HttpRequest, into: UUID | None = None, confirmed_distinct: bool = False
) -> tuple[int, dict[str, Any]]:
    """Import the record of one patient: a new patient, or `into` an existing one; 409 on a probable twin."""
    report = services.import_bundle(
        content=request.body, by=_by(request), into=into, confirmed_distinct=confirmed_distinct
    )
    return 201, report.to_dict()


@router.get(
    "/fhir/patients/{patient_id}",
    response=dict[str, Any],
    operation_id="fhir_export",
    openapi_extra={"x-scope": "prescriptions:read"},
)
def export_record(request: HttpRequest, patient_id: UUID) -> dict[str, Any]:
    """The whole record of a patient as a FHIR R4 Bundle; the export is recorded."""
    return services.export_bundle(patient_id=patient_id, by=_by(request))
