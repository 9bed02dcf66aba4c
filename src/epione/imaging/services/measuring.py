"""Measures that a person draws on a frame; computed here, from the geometry that the header states."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from epione.identity.public import require
from epione.imaging.domain.measuring import BadMeasure, Point, measured
from epione.imaging.errors import ImageHasNoPixels, ImageNotFound
from epione.imaging.models import Instance, Measure
from epione.imaging.providers.intake import region
from epione.imaging.rules import READ, WRITE, permit
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.crypto import Place, seal_json, unseal_json
from epione.kernel.errors import Invalid
from epione.kernel.ids import uuid7
from epione.kernel.storage import open_blob
from epione.ledger.public import record

from .opening import find_instance


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure: `points` in pixels, `value` with its UCUM unit; `statistics` of an ellipse in modality units."""

    id: UUID
    instance_id: UUID
    frame: int
    kind: str
    points: tuple[Point, ...]
    value: float
    unit: str
    calibration: str
    statistics: dict[str, Any] | None
    author_id: UUID
    made_at: datetime


@transaction.atomic
def add_measure(*, instance_id: UUID, frame: int, kind: str, points: Sequence[Point], by: Actor) -> MeasureView:
    """Keep a measure. Its value is computed here: what the page showed while drawing is not believed."""
    require(by, WRITE)
    row = find_instance(instance_id=instance_id, by=by)
    if not 1 <= frame <= row.frames:
        raise ImageHasNoPixels
    spacing = row.geometry.get("spacing")
    try:
        result = measured(kind, points, tuple(spacing) if spacing else None)
    except BadMeasure as error:
        raise Invalid({"points": [kind]}) from error
    made = Measure(id=uuid7(), practice_id=by.practice_id, instance=row, frame=frame, kind=kind, author_id=by.id)
    said = {
        "points": [list(point) for point in points],
        "value": result.value,
        "unit": result.unit,
        "calibration": row.geometry.get("calibration", "") if spacing else "",
        "statistics": region(_content(row), frame, points) if kind == "ellipse" else None,
    }
    made.sealed = seal_json(_place(made, row), said)
    made.save(force_insert=True)
    record(
        action="imaging.measure",
        by=by,
        entity=("measure", str(made.id)),
        patient_id=row.series.study.subject.patient_id,
        after={"image": row.uid, "frame": frame, "kind": kind, **said},
    )
    return _view(made, row)


@transaction.atomic
def remove_measure(*, measure_id: UUID, by: Actor) -> None:
    """Take a measure away; it stays in the ledger."""
    require(by, WRITE)
    made = Measure.objects.of_practice(by.practice_id).filter(id=measure_id, removed_at=None).first()
    if made is None:
        raise ImageNotFound
    row = find_instance(instance_id=made.instance_id, by=by)
    made.removed_at = clock.now()
    made.save(update_fields=["removed_at", "updated_at"])
    patient_id = row.series.study.subject.patient_id
    record(action="imaging.remove_measure", by=by, entity=("measure", str(made.id)), patient_id=patient_id)


def measures_of(*, study_id: UUID, by: Actor) -> list[MeasureView]:
    """The measures of a study that stand, oldest first; read with its opening."""
    rows = Measure.objects.of_practice(by.practice_id).filter(instance__series__study_id=study_id, removed_at=None)
    found = list(rows.select_related("instance__series__study__subject").order_by("id"))
    if found:
        permit(by, found[0].instance.series.study.subject, READ)
    return [_view(made, made.instance) for made in found]


def _content(row: Instance) -> bytes:
    return open_blob(practice_id=row.practice_id, subject_id=row.series.study.subject_id, blob_id=row.blob_id)


def _view(made: Measure, row: Instance) -> MeasureView:
    said = unseal_json(_place(made, row), bytes(made.sealed))
    return MeasureView(
        id=made.id,
        instance_id=made.instance_id,
        frame=made.frame,
        kind=made.kind,
        points=tuple((x, y) for x, y in said["points"]),
        value=said["value"],
        unit=said["unit"],
        calibration=said["calibration"],
        statistics=said["statistics"],
        author_id=made.author_id,
        made_at=made.created_at,
    )


def _place(made: Measure, row: Instance) -> Place:
    return Place(made.practice_id, row.series.study.subject_id, "imaging_measure", made.id, "sealed")
