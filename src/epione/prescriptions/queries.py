"""Reads of treatments; nothing here records."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from epione.kernel import clock
from epione.kernel.crypto import Place, unseal_json
from epione.medications.public import Coverage, Dispensing, Drug, DrugStatus, TreatmentLine, load_catalogue, read_typed
from epione.patients.public import canonical, same_person

from .domain.dispensing import DispensedBy, DispensingContent, coverage_of
from .domain.line import Intake, LineContent, intake_of, treatment_line
from .models import DispensingRow, MedicationLine, Validation


@dataclass(frozen=True, slots=True)
class LineView:
    """A line in its newest version: `line` is what the engines read, `intake` what a person sees."""

    id: UUID
    version_id: UUID
    patient_id: UUID
    content: LineContent
    drug: Drug
    intake: Intake
    line: TreatmentLine
    author_id: UUID
    recorded_at: datetime
    removed: bool


@dataclass(frozen=True, slots=True)
class Treatment:
    """All lines of a patient; `validated_at` is None when nobody validated this exact state."""

    patient_id: UUID
    lines: tuple[LineView, ...]
    validated_at: datetime | None = None
    validated_by: UUID | None = None

    def current(self, on: date | None = None) -> tuple[LineView, ...]:
        """The lines taken on a day (today by default)."""
        day = on or clock.today()
        return tuple(line for line in self.lines if line.content.active(day))

    def past(self, on: date | None = None) -> tuple[LineView, ...]:
        """The lines ended before a day."""
        day = on or clock.today()
        return tuple(line for line in self.lines if line.content.end and line.content.end < day)


@dataclass(frozen=True, slots=True)
class DispensingView:
    """A dispensing; `id` is None for a bare date that came with an imported line, `retracted` why it does not count."""

    id: UUID | None
    content: DispensingContent
    author_id: UUID | None = None
    recorded_at: datetime | None = None
    retracted: str = ""
    retracted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Supply:
    """What was dispensed for a line, newest first; `coverage` is None when it tells nothing of the days covered."""

    line: LineView
    dispensings: tuple[DispensingView, ...]
    coverage: Coverage | None

    @property
    def handed(self) -> tuple[Dispensing, ...]:
        """What counts, as the engines read it, oldest first."""
        return tuple(Dispensing(one.content.on, one.content.days) for one in reversed(self.counted))

    @property
    def counted(self) -> tuple[DispensingView, ...]:
        """The dispensings that were not retracted, newest first."""
        return tuple(one for one in self.dispensings if not one.retracted)

    @property
    def open_days(self) -> tuple[DispensingView, ...]:
        """The dispensings whose number of days nobody said."""
        return tuple(one for one in self.counted if one.content.days is None)


def line_place(row: MedicationLine) -> Place:
    """Where a version of a line is sealed."""
    return Place(row.practice_id, row.patient_id, "prescriptions_medicationline", row.id, "sealed")


def drug_of(content: LineContent) -> Drug:
    """The medicine of a line: the chosen speciality, the chosen substance, or an unknown one, visibly."""
    catalogue = load_catalogue()
    found = catalogue.by_cis(content.cis) if content.cis else None
    if found is None and content.inn:
        found = catalogue.substance(content.inn, mg=_strength(content.written))
    return found or Drug(content.cis or None, content.written, DrugStatus.UNKNOWN)


def _strength(written: str) -> float | None:
    """The milligrams that the name itself states ("amlodipine 5 mg"), when it states one strength."""
    masses = [quantity.milligrams for quantity in read_typed(written).quantities]
    return masses[0] if len(masses) == 1 else None


def view_of(row: MedicationLine) -> LineView:
    """The decrypted line with its medicine."""
    content = LineContent.from_dict(unseal_json(line_place(row), bytes(row.sealed)))
    drug = drug_of(content)
    return LineView(
        id=row.line_id,
        version_id=row.id,
        patient_id=row.patient_id,
        content=content,
        drug=drug,
        intake=intake_of(content),
        line=treatment_line(str(row.line_id), content, drug),
        author_id=row.author_id,
        recorded_at=row.created_at,
        removed=row.removed,
    )


def _newest(practice_id: UUID, patient_id: UUID, *, removed: bool = False) -> QuerySet[Any]:
    people = same_person(practice_id, canonical(practice_id, patient_id))
    rows = MedicationLine.objects.of_practice(practice_id)
    return rows.filter(patient_id__in=people, replaced_by=None, removed=removed).order_by("line_id")


def digest_of(practice_id: UUID, patient_id: UUID) -> str:
    """SHA-256 over the newest sealed versions: what a validation speaks of."""
    mark = hashlib.sha256()
    for identifier, sealed in _newest(practice_id, patient_id).values_list("id", "sealed"):
        mark.update(identifier.bytes + hashlib.sha256(bytes(sealed)).digest())
    return mark.hexdigest()


def treatment_of(practice_id: UUID, patient_id: UUID) -> Treatment:
    """The whole treatment of a patient, past lines included."""
    lines = tuple(view_of(row) for row in _newest(practice_id, patient_id))
    newest = Validation.objects.of_practice(practice_id).filter(patient_id=patient_id).order_by("-created_at").first()
    if newest and newest.digest == digest_of(practice_id, patient_id):
        return Treatment(patient_id, lines, newest.created_at, newest.author_id)
    return Treatment(patient_id, lines)


def removed_of(practice_id: UUID, patient_id: UUID) -> tuple[LineView, ...]:
    """The lines taken away as entered by mistake, which can be put back."""
    return tuple(view_of(row) for row in _newest(practice_id, patient_id, removed=True))


def history_of(practice_id: UUID, line_id: UUID) -> list[LineView]:
    """Every version of a line, newest first."""
    rows = MedicationLine.objects.of_practice(practice_id).filter(line_id=line_id).order_by("-id")
    return [view_of(row) for row in rows]


def current_names(practice_id: UUID, patient_id: UUID) -> list[str]:
    """Names of the current medicines."""
    return [view.drug.name for view in treatment_of(practice_id, patient_id).current()]


def dispensing_place(row: DispensingRow) -> Place:
    """Where a dispensing, or the reason of a retraction, is sealed."""
    return Place(row.practice_id, row.patient_id, "prescriptions_dispensingrow", row.id, "sealed")


def dispensing_of(row: DispensingRow, retraction: DispensingRow | None = None) -> DispensingView:
    """The decrypted dispensing with its retraction, when there is one."""
    return DispensingView(
        id=row.id,
        content=DispensingContent.from_dict(unseal_json(dispensing_place(row), bytes(row.sealed))),
        author_id=row.author_id,
        recorded_at=row.created_at,
        retracted=unseal_json(dispensing_place(retraction), bytes(retraction.sealed))["reason"] if retraction else "",
        retracted_at=retraction.created_at if retraction else None,
    )


def supplies_of(practice_id: UUID, lines: Iterable[LineView], on: date | None = None) -> dict[UUID, Supply]:
    """What was dispensed for each line, and the days covered up to a day (today by default)."""
    views = {view.id: view for view in lines}
    rows = list(DispensingRow.objects.of_practice(practice_id).filter(line_id__in=views).order_by("id"))
    retractions = {row.retracts_id: row for row in rows if row.retracts_id}
    found: dict[UUID, list[DispensingView]] = {line_id: [] for line_id in views}
    for row in rows:
        if row.retracts_id is None:
            found[row.line_id].append(dispensing_of(row, retractions.get(row.id)))
    day = on or clock.today()
    return {line_id: _supply(view, found[line_id], day) for line_id, view in views.items()}


def _supply(view: LineView, recorded: Sequence[DispensingView], on: date) -> Supply:
    """Dates that came with an imported line count as dispensings of unknown duration until somebody tells it."""
    told = {one.content.on for one in recorded if not one.retracted}
    bare = [
        DispensingView(None, DispensingContent(day, source=DispensedBy.FILE))
        for day in view.content.dispensed_on
        if day not in told
    ]
    every = sorted([*recorded, *bare], key=lambda one: one.content.on, reverse=True)
    counted = [Dispensing(one.content.on, one.content.days) for one in every if not one.retracted]
    return Supply(view, tuple(every), coverage_of(view.line, counted, on))
