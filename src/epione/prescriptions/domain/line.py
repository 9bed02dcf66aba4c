"""One line of a treatment as it is kept, and as the engines read it."""

from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from epione.medications.domain.drug import Drug, DrugStatus, TreatmentLine
from epione.medications.domain.quantities import milligrams

from .posology import Posology, parse_posology


class Source(StrEnum):
    """How the medicine reaches the patient."""

    PRESCRIBED = "prescribed"
    DISPENSED = "dispensed"
    SELF = "self"


@dataclass(frozen=True, slots=True)
class LineContent:
    """A line as a person entered it.

    `written` is the name as typed or imported; `cis` the chosen speciality ("" while none is chosen); `inn` the chosen
    bare substance instead; `confirmed` is False while a dose read by a machine waits for a person; `facts` are answers
    about the line that the rules ask for (`same_dose`: "yes"...).
    """

    written: str
    cis: str = ""
    inn: str = ""
    posology: str = ""
    dose_value: float | None = None
    dose_unit: str = ""
    per_day: float | None = None
    prn: bool | None = None
    route: str = ""
    start: date | None = None
    end: date | None = None
    indication: str = ""
    prescriber: str = ""
    source: Source = Source.PRESCRIBED
    confirmed: bool = True
    dispensed_on: tuple[date, ...] = field(default=())
    facts: dict[str, str] = field(default_factory=dict, hash=False)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        dates = {
            name: value.isoformat() if value else None for name, value in (("start", self.start), ("end", self.end))
        }
        return {**asdict(self), **dates, "source": self.source.value,
                "dispensed_on": [day.isoformat() for day in self.dispensed_on]}  # fmt: skip

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "LineContent":
        """From JSON values."""
        for name in ("dose_value", "per_day"):
            if not isinstance(values.get(name), int | float | None):
                raise TypeError(name)
        dates = {name: date.fromisoformat(values[name]) if values.get(name) else None for name in ("start", "end")}
        return cls(
            **{
                **values,
                **dates,
                "source": Source(values.get("source", "prescribed")),
                "dispensed_on": tuple(date.fromisoformat(day) for day in values.get("dispensed_on", ())),
            }
        )

    @property
    def read(self) -> Posology:
        """The posology text, read."""
        return parse_posology(self.posology)

    def active(self, on: date) -> bool:
        """Whether the line is taken on a day (unknown ends go on)."""
        return not (self.end and self.end < on) and not (self.start and self.start > on)


@dataclass(frozen=True, slots=True)
class Intake:
    """Dose and rhythm of a line, from its own fields first, then from its posology text."""

    dose_value: float | None
    dose_unit: str | None
    per_day: float | None
    prn: bool | None
    moments: tuple[float, float, float, float] | None


def intake_of(content: LineContent) -> Intake:
    """What is known of dose and rhythm; an unconfirmed machine-read dose counts as unknown."""
    read = content.read
    if not content.confirmed:
        return Intake(None, None, None, content.prn, None)
    return Intake(
        content.dose_value if content.dose_value is not None else read.dose_value,
        content.dose_unit or read.dose_unit,
        content.per_day if content.per_day is not None else read.per_day,
        content.prn if content.prn is not None else read.prn,
        read.moments,
    )


def default_unit(drug: Drug) -> str | None:
    """The dosing element of the pharmaceutical form: what "1-0-1" counts."""
    elements = (
        ("comprimé", "cp"),
        ("gélule", "gélule"),
        ("capsule", "gélule"),
        ("sachet", "sachet"),
        ("poudre", "sachet"),
        ("dispositif", "patch"),
        ("suppositoire", "suppositoire"),
        ("ampoule", "ampoule"),
        ("granulés", "sachet"),
    )
    return next((unit for word, unit in elements if word in drug.form.lower()), None)


def _element(drug: Drug) -> str | None:
    """Of a bare substance written with its strength ("amlodipine 5 mg"), "1" counts elements of that strength."""
    stated = drug.status is DrugStatus.SUBSTANCE and drug.ingredients and drug.ingredients[0].amount is not None
    return "1" if stated else None


def treatment_line(line_id: str, content: LineContent, drug: Drug) -> TreatmentLine:
    """The line as the engines read it; milligrams only when they follow from the dose and the composition."""
    intake = intake_of(content)
    unit = intake.dose_unit or (default_unit(drug) if intake.dose_value is not None else None)
    counted = unit or default_unit(drug) or _element(drug)
    dose = milligrams(intake.dose_value, counted, drug)
    if intake.moments and intake.dose_value is None:
        daily = milligrams(sum(intake.moments), counted, drug)
        dose = milligrams(max(intake.moments), counted, drug)
    else:
        daily = dose * intake.per_day if dose is not None and intake.per_day is not None else None
    return TreatmentLine(
        id=line_id,
        drug=drug,
        dose_value=intake.dose_value,
        dose_unit=unit,
        dose_mg=dose,
        daily_mg=daily,
        per_day=intake.per_day,
        # An unconfirmed posology is no more known by its words than by its numbers.
        frequency=content.posology if content.confirmed else "",
        route=content.route or (drug.routes[0] if len(drug.routes) == 1 else ""),
        prn=intake.prn,
        start=content.start,
        end=content.end,
        indication=content.indication,
        source=content.source.value,
        facts=content.facts,
    )
