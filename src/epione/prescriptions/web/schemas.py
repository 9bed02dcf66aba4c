"""Shapes of the treatment API."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from epione.medications.public import Coverage
from epione.prescriptions.domain.dispensing import DispensedBy, DispensingContent
from epione.prescriptions.domain.line import LineContent, Source
from epione.prescriptions.domain.posology import Posology
from epione.prescriptions.queries import DispensingView, LineView, Supply


class LineIn(Schema):
    """A line to keep: `cis` or `inn` names the medicine, `written` is what was typed."""

    written: str = Field(min_length=1, max_length=300)
    cis: str = Field("", pattern=r"^(\d{8})?$")
    inn: str = Field("", max_length=200)
    posology: str = Field("", max_length=200)
    dose_value: float | None = None
    dose_unit: str = Field("", max_length=40)
    per_day: float | None = None
    prn: bool | None = None
    route: str = Field("", max_length=60)
    start: date | None = None
    end: date | None = None
    indication: str = Field("", max_length=200)
    prescriber: str = Field("", max_length=120)
    source: Source = Source.PRESCRIBED
    confirmed: bool = True

    def content(self) -> LineContent:
        """As the domain's value."""
        return LineContent(**{name: getattr(self, name) for name in LineIn.model_fields})


class LineChange(LineIn):
    """A new version; `version` is the one that the person saw."""

    version: UUID

    def content(self) -> LineContent:
        """As the domain's value."""
        return LineContent(**{name: getattr(self, name) for name in LineIn.model_fields})


class StopIn(Schema):
    """The last day of a line, and the version that the person saw."""

    on: date
    version: UUID | None = None


class LineOut(LineIn):
    """A line in its newest version, with the medicine it stands for and what its posology is read as."""

    id: UUID
    version: UUID
    patient_id: UUID
    name: str
    status: str
    atc: list[str]
    substances: list[str]
    daily_mg: float | None
    moments: list[float] | None
    removed: bool
    recorded_at: datetime
    author_id: UUID

    @classmethod
    def of(cls, view: LineView) -> Self:
        """From the module's value."""
        same = {name: getattr(view.content, name) for name in LineIn.model_fields}
        moments = view.intake.moments
        return cls(
            **same,
            id=view.id,
            version=view.version_id,
            patient_id=view.patient_id,
            name=view.drug.name,
            status=view.drug.status.value,
            atc=list(view.drug.atc),
            substances=[part.name for part in view.drug.ingredients],
            daily_mg=view.line.daily_mg,
            moments=list(moments) if moments else None,
            removed=view.removed,
            recorded_at=view.recorded_at,
            author_id=view.author_id,
        )


class TreatmentOut(Schema):
    """One page of the lines of a patient; `validated_at` is null unless this exact state was validated."""

    items: list[LineOut]
    total: int
    page: int
    size: int
    validated_at: datetime | None
    validated_by: UUID | None


class PosologyOut(Schema):
    """What a posology text is read as; null where it does not say."""

    text: str
    dose_value: float | None
    dose_unit: str | None
    per_day: float | None
    moments: list[float] | None
    daily_units: float | None
    prn: bool | None
    unread: str
    ignored: str

    @classmethod
    def of(cls, read: Posology) -> Self:
        """From the domain's value."""
        names = ("text", "dose_value", "dose_unit", "per_day", "daily_units", "prn", "unread", "ignored")
        return cls(
            **{name: getattr(read, name) for name in names}, moments=list(read.moments) if read.moments else None
        )


class DispensingIn(Schema):
    """A dispensing to record; `days` null when nobody said how long it lasts, which is never zero."""

    on: date
    days: int | None = None
    quantity: float | None = None
    unit: str = Field("", max_length=40)
    boxes: int | None = None
    dispenser: str = Field("", max_length=120)
    source: DispensedBy = DispensedBy.HERE

    def content(self) -> DispensingContent:
        """As the domain's value."""
        return DispensingContent(**{name: getattr(self, name) for name in DispensingIn.model_fields})


class DispensingOut(DispensingIn):
    """A dispensing; `id` is null for a bare date that came with an imported line, `retracted` why it does not count."""

    id: UUID | None
    retracted: str
    recorded_at: datetime | None
    author_id: UUID | None

    @classmethod
    def of(cls, view: DispensingView) -> Self:
        """From the module's value."""
        same = {name: getattr(view.content, name) for name in DispensingIn.model_fields}
        return cls(
            **same,
            id=view.id,
            retracted=view.retracted,
            recorded_at=view.recorded_at,
            author_id=view.author_id,
        )


class Days(Schema):
    """Days in a row, first and last included."""

    first: date
    last: date


class CoverageOut(Schema):
    """Days covered from `since` to the day before `until`; `good` is null while something unknown decides."""

    since: date
    until: date
    days: int
    covered: int
    proportion: float
    most: float
    good: bool | None
    longest_gap: int
    overdue: int
    runs_out: date | None
    gaps: list[Days]
    unknown: list[Days]

    @classmethod
    def of(cls, found: Coverage) -> Self:
        """From the domain's value."""
        same = ("since", "until", "days", "covered", "good", "longest_gap", "overdue", "runs_out")
        return cls(
            **{name: getattr(found, name) for name in same},
            proportion=round(found.proportion, 4),
            most=round(found.most, 4),
            gaps=[Days(first=first, last=last) for first, last in found.gaps],
            unknown=[Days(first=first, last=last) for first, last in found.unknown],
        )


class SupplyOut(Schema):
    """What was dispensed for a line, newest first; `coverage` is null when it tells nothing of the days covered."""

    items: list[DispensingOut]
    coverage: CoverageOut | None

    @classmethod
    def of(cls, supply: Supply) -> Self:
        """From the module's value."""
        coverage = CoverageOut.of(supply.coverage) if supply.coverage else None
        return cls(items=[DispensingOut.of(view) for view in supply.dispensings], coverage=coverage)


class RetractionIn(Schema):
    """Why a dispensing is retracted."""

    reason: str = Field(min_length=1, max_length=200)
