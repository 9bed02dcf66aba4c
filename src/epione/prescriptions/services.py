"""Changes of a treatment: one use case, one transaction, one ledger entry."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from epione.identity.public import require
from epione.kernel.actor import Actor
from epione.kernel.crypto import seal_json
from epione.kernel.errors import Invalid
from epione.kernel.events import publish
from epione.kernel.ids import uuid7
from epione.ledger.public import record
from epione.patients.public import require_clinical

from . import events, queries
from .checks import checked_dispensings, checked_line
from .domain.dispensing import DispensingContent
from .domain.line import LineContent
from .errors import DispensingNotFound, LineChanged, LineNotFound
from .models import DispensingRow, MedicationLine, Validation

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


def _store_dispensing(by: Actor, line: MedicationLine, sealed: dict[str, Any], retracts: Any = None) -> DispensingRow:
    row = DispensingRow(
        id=uuid7(),
        practice_id=by.practice_id,
        patient_id=line.patient_id,
        line_id=line.line_id,
        retracts=retracts,
        author_id=by.id,
    )
    row.sealed = seal_json(queries.dispensing_place(row), sealed)
    row.save(force_insert=True)
    return row


def _tell_dispensing(by: Actor, line: MedicationLine, action: str, before: object, after: object) -> None:
    record(
        action=action,
        by=by,
        entity=("treatment_line", str(line.line_id)),
        patient_id=line.patient_id,
        before={"dispensing": before} if before else None,
        after={"dispensings": after} if after else None,
    )
    publish(events.CHANGED, practice_id=by.practice_id, payload={"patient_id": str(line.patient_id)})


def _days_told(line: MedicationLine) -> list[date]:
    supply = queries.supplies_of(line.practice_id, [queries.view_of(line)])[line.line_id]
    return [one.content.on for one in supply.counted if one.id]


@transaction.atomic
def record_dispensings(
    *, line_id: UUID, contents: Sequence[DispensingContent], by: Actor
) -> list[queries.DispensingView]:
    """Record what was handed over for a line, several days at once: all of them or none.

    `Invalid` names a day in the future, a duration of no day, or a day that has its dispensing already.
    """
    line = _newest(by, line_id, None)
    checked_dispensings(contents, _days_told(line))
    views = [queries.dispensing_of(_store_dispensing(by, line, content.to_dict())) for content in contents]
    told = [{"id": str(view.id), **view.content.to_dict()} for view in views]
    _tell_dispensing(by, line, "prescriptions.record_dispensings", None, told)
    return views


def _retract(by: Actor, line_id: UUID, dispensing_id: UUID, reason: str) -> tuple[MedicationLine, DispensingContent]:
    # The line is locked first: nobody else can retract it meanwhile.
    line = _newest(by, line_id, None)
    rows = DispensingRow.objects.of_practice(by.practice_id).filter(line_id=line_id, retracts=None, retracted_by=None)
    found: DispensingRow | None = rows.filter(id=dispensing_id).first()
    if found is None:
        raise DispensingNotFound
    said = " ".join(reason.split())
    if not said:
        raise Invalid({"reason": [_("Say why it is retracted: it stays in the history with the reason.")]})
    _store_dispensing(by, line, {"reason": said}, found)
    return line, queries.dispensing_of(found).content


@transaction.atomic
def retract_dispensing(*, line_id: UUID, dispensing_id: UUID, reason: str, by: Actor) -> None:
    """Say that a dispensing was recorded by mistake: it no longer counts and stays in the history with the reason."""
    line, before = _retract(by, line_id, dispensing_id, reason)
    _tell_dispensing(by, line, "prescriptions.retract_dispensing", {"id": str(dispensing_id), **before.to_dict()}, None)


@transaction.atomic
def correct_dispensing(
    *, line_id: UUID, dispensing_id: UUID, content: DispensingContent, reason: str, by: Actor
) -> queries.DispensingView:
    """Retract a dispensing and record the right one, as when its number of days becomes known."""
    line, before = _retract(by, line_id, dispensing_id, reason)
    checked_dispensings([content], _days_told(line))
    view = queries.dispensing_of(_store_dispensing(by, line, content.to_dict()))
    after = [{"id": str(view.id), **content.to_dict()}]
    former = {"id": str(dispensing_id), **before.to_dict()}
    _tell_dispensing(by, line, "prescriptions.correct_dispensing", former, after)
    return view


@transaction.atomic
def open_dispensings(*, line_id: UUID, by: Actor) -> queries.Supply:
    """Read what was dispensed for a line and the days covered; the read is recorded."""
    row = MedicationLine.objects.of_practice(by.practice_id).filter(line_id=line_id, replaced_by=None).first()
    if row is None or row.removed:
        raise LineNotFound
    _permit(by, row.patient_id, READ)
    entity = ("treatment_line", str(line_id))
    record(action="prescriptions.open_dispensings", by=by, entity=entity, patient_id=row.patient_id)
    return queries.supplies_of(by.practice_id, [queries.view_of(row)])[line_id]
