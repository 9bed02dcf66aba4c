"""What the review engine knows of a patient on a day: resolved treatment lines, problems, measurements, facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from epione.medications.domain.adherence import Dispensing
from epione.medications.domain.drug import TreatmentLine

Text = Mapping[str, str]
SexAtBirth = Literal["male", "female"]


@dataclass(frozen=True, slots=True)
class Problem:
    """A diagnosis (ICD-10, any depth); `on` is when it happened or was found, `count` how many episodes are known."""

    code: str
    on: date | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class DatedObservation:
    """A measurement in the canonical unit of `patients.domain.observations`; `on` None when undated.

    `kept_on`: the day when a person said that this old value still holds. `measured`: of a computed one, the code of
    the measurement that it follows from.
    """

    code: str
    value: float
    unit: str
    on: date | None = None
    kept_on: date | None = None
    measured: str = ""


@dataclass(frozen=True, slots=True)
class Allergy:
    """A declared allergy: the substance or class in words, an ATC prefix when it is coded."""

    substance: str
    atc: str = ""
    reaction: str = ""


@dataclass(frozen=True, slots=True)
class Vaccination:
    """A vaccine received: ATC code (J07…) and date."""

    atc: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class PastDrug:
    """A treatment of the past: ATC code, number of doses, whether it was stopped. None is unknown."""

    atc: str
    doses: int | None = None
    stopped: bool | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A patient on the day of the review.

    None means that nobody recorded it: `problems`, `allergies`, `vaccinations` and `past_drugs` are then unknown, while
    an empty tuple says that there is none. `flags` holds yes/no facts of the rules; an absent flag is unknown.
    `problems_complete` states that the problems are all there are: only then is another one absent, else it is unknown.
    `supplies` are the dispensings known of a line, by its id; a line without any is unknown, never not dispensed.
    `complete` states that the lines are the whole treatment: only then does the absence of a medicine mean anything.
    """

    on: date
    lines: tuple[TreatmentLine, ...] = ()
    age: int | None = None
    sex: SexAtBirth | None = None
    weight_kg: float | None = None
    height_cm: float | None = None
    problems: tuple[Problem, ...] | None = None
    observations: tuple[DatedObservation, ...] = ()
    allergies: tuple[Allergy, ...] | None = None
    vaccinations: tuple[Vaccination, ...] | None = None
    past_drugs: tuple[PastDrug, ...] | None = None
    flags: Mapping[str, bool] = field(default_factory=dict)
    supplies: Mapping[str, tuple[Dispensing, ...]] = field(default_factory=dict)
    complete: bool = True
    problems_complete: bool = True

    def active_lines(self) -> tuple[TreatmentLine, ...]:
        """Lines being taken on the day: neither ended before it nor to be started after it."""
        return tuple(line for line in self.lines if is_active(line, self.on))

    def latest(self, code: str) -> DatedObservation | None:
        """The newest measurement of a code; an undated one is older than any dated one; the last written wins a tie."""
        found: DatedObservation | None = None
        for one in self.observations:
            if one.code == code and (found is None or (one.on or date.min) >= (found.on or date.min)):
                found = one
        return found


def is_active(line: TreatmentLine, on: date) -> bool:
    """Whether a line is taken on a day."""
    return not ((line.end is not None and line.end < on) or (line.start is not None and line.start > on))
