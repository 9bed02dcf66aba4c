"""`/api/v1/prescriptions`: the lines of a treatment, their versions, their dispensings, its validation."""

from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Body, Query, Router
from pydantic import Field

from epione.identity.public import api_auth
from epione.kernel.actor import Actor
from epione.prescriptions import services
from epione.prescriptions.domain.posology import parse_posology
from epione.prescriptions.queries import Treatment

from .schemas import (
    DispensingIn,
    DispensingOut,
    LineChange,
    LineIn,
    LineOut,
    PosologyOut,
    RetractionIn,
    StopIn,
    SupplyOut,
    TreatmentOut,
)

router = Router(tags=["prescriptions"], auth=api_auth)
READ = {"x-scope": "prescriptions:read"}
WRITE = {"x-scope": "prescriptions:write"}
State = Literal["current", "past", "all"]


def _by(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _page(treatment: Treatment, state: State, page: int, size: int) -> TreatmentOut:
    lines = {"current": treatment.current, "past": treatment.past, "all": lambda: treatment.lines}[state]()
    start = (page - 1) * size
    return TreatmentOut(
        items=[LineOut.of(view) for view in lines[start : start + size]],
        total=len(lines),
        page=page,
        size=size,
        validated_at=treatment.validated_at,
        validated_by=treatment.validated_by,
    )


@router.get("/posology", response=PosologyOut, operation_id="prescriptions_posology", openapi_extra=READ)
def posology(request: HttpRequest, text: Annotated[str, Query(max_length=200)]) -> PosologyOut:  # noqa: ARG001 -- the framework passes it
    """What a posology is read as; what is not understood is in `unread` and `ignored`."""
    return PosologyOut.of(parse_posology(text))


@router.get(
    "/patients/{patient_id}/lines", response=TreatmentOut, operation_id="prescriptions_list", openapi_extra=READ
)
def lines(
    request: HttpRequest,
    patient_id: UUID,
    state: State = "current",
    page: Annotated[int, Field(ge=1, le=10_000)] = 1,
    size: Annotated[int, Field(ge=1, le=200)] = 50,
) -> TreatmentOut:
    """The lines of a patient; the read is recorded."""
    return _page(services.open_treatment(patient_id=patient_id, by=_by(request)), state, page, size)


@router.post(
    "/patients/{patient_id}/lines", response={201: list[LineOut]}, operation_id="prescriptions_add", openapi_extra=WRITE
)
def add(
    request: HttpRequest, patient_id: UUID, body: Annotated[list[LineIn], Body(min_length=1, max_length=500)]
) -> tuple[int, list[LineOut]]:
    """Add lines together: all or none."""
    views = services.add_lines(patient_id=patient_id, contents=[line.content() for line in body], by=_by(request))
    return 201, [LineOut.of(view) for view in views]


@router.post(
    "/patients/{patient_id}/validate", response=TreatmentOut, operation_id="prescriptions_validate", openapi_extra=WRITE
)
def validate(request: HttpRequest, patient_id: UUID) -> TreatmentOut:
    """State that the treatment, as it stands, is what the patient takes."""
    treatment = services.validate_treatment(patient_id=patient_id, by=_by(request))
    return _page(treatment, "current", 1, 200)


@router.get("/lines/{line_id}", response=LineOut, operation_id="prescriptions_read", openapi_extra=READ)
def read(request: HttpRequest, line_id: UUID) -> LineOut:
    """One line in its newest version; the read is recorded."""
    return LineOut.of(services.open_line(line_id=line_id, by=_by(request)))


@router.put("/lines/{line_id}", response=LineOut, operation_id="prescriptions_change", openapi_extra=WRITE)
def change(request: HttpRequest, line_id: UUID, body: LineChange) -> LineOut:
    """A new version; 409 with the newer one when somebody changed the line meanwhile."""
    view = services.change_line(line_id=line_id, content=body.content(), seen=body.version, by=_by(request))
    return LineOut.of(view)


@router.post("/lines/{line_id}/stop", response=LineOut, operation_id="prescriptions_stop", openapi_extra=WRITE)
def stop(request: HttpRequest, line_id: UUID, body: StopIn) -> LineOut:
    """End a line on a day."""
    return LineOut.of(services.stop_line(line_id=line_id, on=body.on, seen=body.version, by=_by(request)))


@router.delete("/lines/{line_id}", response={204: None}, operation_id="prescriptions_remove", openapi_extra=WRITE)
def remove(request: HttpRequest, line_id: UUID, version: UUID | None = None) -> tuple[int, None]:
    """Take away a line entered by mistake; its history stays."""
    services.remove_line(line_id=line_id, seen=version, by=_by(request))
    return 204, None


@router.post("/lines/{line_id}/restore", response=LineOut, operation_id="prescriptions_restore", openapi_extra=WRITE)
def restore(request: HttpRequest, line_id: UUID) -> LineOut:
    """Put back a line that was taken away."""
    return LineOut.of(services.restore_line(line_id=line_id, by=_by(request)))


@router.get(
    "/lines/{line_id}/history", response=list[LineOut], operation_id="prescriptions_history", openapi_extra=READ
)
def history(request: HttpRequest, line_id: UUID) -> list[LineOut]:
    """Every version of a line, newest first."""
    return [LineOut.of(view) for view in services.open_history(line_id=line_id, by=_by(request))]


@router.get(
    "/lines/{line_id}/dispensings", response=SupplyOut, operation_id="prescriptions_dispensings", openapi_extra=READ
)
def dispensings(request: HttpRequest, line_id: UUID) -> SupplyOut:
    """What was dispensed for a line and the days covered; the read is recorded."""
    return SupplyOut.of(services.open_dispensings(line_id=line_id, by=_by(request)))


@router.post(
    "/lines/{line_id}/dispensings",
    response={201: list[DispensingOut]},
    operation_id="prescriptions_record_dispensings",
    openapi_extra=WRITE,
)
def record_dispensings(
    request: HttpRequest, line_id: UUID, body: Annotated[list[DispensingIn], Body(min_length=1, max_length=120)]
) -> tuple[int, list[DispensingOut]]:
    """Record dispensings of a line together: all or none."""
    contents = [one.content() for one in body]
    views = services.record_dispensings(line_id=line_id, contents=contents, by=_by(request))
    return 201, [DispensingOut.of(view) for view in views]


@router.post(
    "/lines/{line_id}/dispensings/{dispensing_id}/retract",
    response={204: None},
    operation_id="prescriptions_retract_dispensing",
    openapi_extra=WRITE,
)
def retract_dispensing(
    request: HttpRequest, line_id: UUID, dispensing_id: UUID, body: RetractionIn
) -> tuple[int, None]:
    """Say that a dispensing was recorded by mistake; it stays in the history with the reason."""
    services.retract_dispensing(line_id=line_id, dispensing_id=dispensing_id, reason=body.reason, by=_by(request))
    return 204, None
