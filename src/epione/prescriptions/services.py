"""Changes of a treatment: one use case, one transaction, one ledger entry."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction

from epione.identity.public import require
from epione.kernel.actor import Actor
from epione.kernel.crypto import seal_json
from epione.kernel.events import publish
from epione.kernel.ids import uuid7
from epione.ledger.public import record
from epione.patients.public import require_clinical

from . import events, queries
from .checks import checked_line
from .domain.line import LineContent
from .errors import LineChanged, LineNotFound
from .models import MedicationLine, Validation

WRITE = "prescriptions:write"
READ = "prescriptions:read"


def _permit(by: Actor, patient_id: UUID, scope: str) -> None:
    require(by, scope)
    require_clinical(by, patient_id)


def _store(
    by: Actor,
    patient_id: UUID,
    content: LineContent,
    *,
    former: MedicationLine | None = None,
    removed: bool = False,
) -> MedicationLine:
    row = MedicationLine(
        id=uuid7(),
        practice_id=by.practice_id,
        patient_id=patient_id,
        line_id=former.line_id if former else uuid7(),
        replaces=former,
        removed=removed,
        author_id=by.id,
    )
    row.sealed = seal_json(queries.line_place(row), content.to_dict())
    row.save(force_insert=True)
    return row


def _tell(by: Actor, patient_id: UUID, action: str, before: object, after: object, line_id: UUID) -> None:
    record(
        action=action,
        by=by,
        entity=("treatment_line", str(line_id)),
        patient_id=patient_id,
        before={"line": before} if before else None,
        after={"line": after} if after else None,
    )
    publish(events.CHANGED, practice_id=by.practice_id, payload={"patient_id": str(patient_id)})


@transaction.atomic
def add_lines(*, patient_id: UUID, contents: Sequence[LineContent], by: Actor) -> list[queries.LineView]:
    """Add lines together (a prescription, an import, an interview): all of them or none."""
    _permit(by, patient_id, WRITE)
    rows = [_store(by, patient_id, checked_line(content)) for content in contents]
    views = [queries.view_of(row) for row in rows]
    record(
        action="prescriptions.add_lines",
        by=by,
        entity=("patient", str(patient_id)),
        patient_id=patient_id,
        after={"lines": [{"id": str(view.id), **view.content.to_dict()} for view in views]},
    )
    publish(events.CHANGED, practice_id=by.practice_id, payload={"patient_id": str(patient_id)})
    return views


def _newest(by: Actor, line_id: UUID, seen: UUID | None, *, removed: bool = False) -> MedicationLine:
    rows = (
        MedicationLine.objects.of_practice(by.practice_id)
        .select_for_update(of=("self",))
        .filter(line_id=line_id, replaced_by=None)
    )
    row: MedicationLine | None = rows.first()
    if row is None or row.removed is not removed:
        raise LineNotFound
    _permit(by, row.patient_id, WRITE)
    if seen is not None and seen != row.id:
        raise LineChanged(current=queries.view_of(row).content.to_dict(), version=str(row.id))
    return row


@transaction.atomic
def change_line(*, line_id: UUID, content: LineContent, by: Actor, seen: UUID | None = None) -> queries.LineView:
    """A new version of a line; refused when `seen` is no longer the newest version."""
    former = _newest(by, line_id, seen)
    before = queries.view_of(former).content.to_dict()
    row = _store(by, former.patient_id, checked_line(content), former=former)
    view = queries.view_of(row)
    _tell(by, row.patient_id, "prescriptions.change_line", before, view.content.to_dict(), line_id)
    return view


@transaction.atomic
def stop_line(*, line_id: UUID, on: date, by: Actor, seen: UUID | None = None) -> queries.LineView:
    """End a line on a day."""
    former = _newest(by, line_id, seen)
    before = queries.view_of(former).content
    row = _store(by, former.patient_id, checked_line(replace(before, end=on)), former=former)
    view = queries.view_of(row)
    _tell(by, row.patient_id, "prescriptions.stop_line", before.to_dict(), view.content.to_dict(), line_id)
    return view


@transaction.atomic
def remove_line(*, line_id: UUID, by: Actor, seen: UUID | None = None) -> None:
    """Take away a line entered by mistake; its history stays."""
    former = _newest(by, line_id, seen)
    before = queries.view_of(former).content
    _store(by, former.patient_id, before, former=former, removed=True)
    _tell(by, former.patient_id, "prescriptions.remove_line", before.to_dict(), None, line_id)


@transaction.atomic
def restore_line(*, line_id: UUID, by: Actor) -> queries.LineView:
    """Put back a line that was taken away."""
    former = _newest(by, line_id, None, removed=True)
    row = _store(by, former.patient_id, queries.view_of(former).content, former=former)
    view = queries.view_of(row)
    _tell(by, former.patient_id, "prescriptions.restore_line", None, view.content.to_dict(), line_id)
    return view


@transaction.atomic
def open_line(*, line_id: UUID, by: Actor) -> queries.LineView:
    """Read one line in its newest version; the read is recorded."""
    row = MedicationLine.objects.of_practice(by.practice_id).filter(line_id=line_id, replaced_by=None).first()
    if row is None or row.removed:
        raise LineNotFound
    _permit(by, row.patient_id, READ)
    record(action="prescriptions.open_line", by=by, entity=("treatment_line", str(line_id)), patient_id=row.patient_id)
    return queries.view_of(row)


@transaction.atomic
def open_treatment(*, patient_id: UUID, by: Actor) -> queries.Treatment:
    """Read the treatment of a patient; the read is recorded."""
    _permit(by, patient_id, READ)
    treatment = queries.treatment_of(by.practice_id, patient_id)
    record(action="prescriptions.open", by=by, entity=("patient", str(patient_id)), patient_id=patient_id)
    return treatment


@transaction.atomic
def open_history(*, line_id: UUID, by: Actor) -> list[queries.LineView]:
    """Read every version of a line; the read is recorded."""
    row = MedicationLine.objects.of_practice(by.practice_id).filter(line_id=line_id).first()
    if row is None:
        raise LineNotFound
    _permit(by, row.patient_id, READ)
    history = queries.history_of(by.practice_id, line_id)
    record(
        action="prescriptions.open_history", by=by, entity=("treatment_line", str(line_id)), patient_id=row.patient_id
    )
    return history


@transaction.atomic
def validate_treatment(*, patient_id: UUID, by: Actor) -> queries.Treatment:
    """State that the treatment, as it stands, is what the patient takes."""
    _permit(by, patient_id, WRITE)
    digest = queries.digest_of(by.practice_id, patient_id)
    Validation.objects.create(practice_id=by.practice_id, patient_id=patient_id, digest=digest, author_id=by.id)
    record(
        action="prescriptions.validate",
        by=by,
        entity=("patient", str(patient_id)),
        patient_id=patient_id,
        after={"digest": digest},
        content=bytes.fromhex(digest),
    )
    publish(events.VALIDATED, practice_id=by.practice_id, payload={"patient_id": str(patient_id)})
    return queries.treatment_of(by.practice_id, patient_id)
