"""The case that a file or another program sends: a patient, medicines as written, facts; checked first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from epione.medications.domain.adherence import Dispensing

from .chart import Allergy, DatedObservation, PastDrug, Problem, SexAtBirth, Text, Vaccination

MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a case: where, and why in both languages."""

    where: str
    text: Text


class BadCase(ValueError):
    """A case that cannot be reviewed as it is written; `faults` says everything that is wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.where}: {fault.text['en']}" for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class WrittenDrug:
    """One medicine as written: by code or by name. None means that nothing was written."""

    cis: str = ""
    cip13: str = ""
    name: str = ""
    atc: str = ""
    dose_value: float | None = None
    dose_unit: str = ""
    daily_mg: float | None = None
    per_day: float | None = None
    frequency: str = ""
    route: str = ""
    prn: bool | None = None
    prolonged: bool | None = None
    start: date | None = None
    end: date | None = None
    indication: str = ""
    source: str = "prescribed"
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)
    dispensings: tuple[Dispensing, ...] = ()

    @property
    def label(self) -> str:
        """What to call it before it is matched."""
        return self.name or self.cis or self.cip13 or self.atc


@dataclass(frozen=True, slots=True)
class Case:
    """A checked case, its medicines not yet matched. `warnings` say what was left aside."""

    id: str
    drugs: tuple[WrittenDrug, ...]
    on: date
    age: int | None = None
    sex: SexAtBirth | None = None
    weight_kg: float | None = None
    height_cm: float | None = None
    problems: tuple[Problem, ...] | None = None
    observations: tuple[DatedObservation, ...] = ()
    allergies: tuple[Allergy, ...] | None = None
    vaccinations: tuple[Vaccination, ...] | None = None
    past_drugs: tuple[PastDrug, ...] | None = None
    flags: Mapping[str, bool] = field(default_factory=dict, hash=False)
    complete: bool = True
    warnings: tuple[Fault, ...] = ()


def age_on(birth: date, on: date) -> int:
    """Completed years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
