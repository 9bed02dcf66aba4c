"""One dispensing of a treatment line as it is kept, dates typed in a hurry, and the days that refills cover."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from epione.medications.domain.adherence import Coverage, Dispensing, days_covered
from epione.medications.domain.drug import TreatmentLine

from .line import LineContent, intake_of

MOST_DAYS = 400
"""A longer supply is a slip of the keyboard: a year's worth is already rare."""
EXPLAINED, MISSED = "explained", "missed"
"""What a person may answer about gaps: "explained:2026-11-20" in the line's answer `refills`."""
MOST_BOXES = 999
MOST_QUANTITY = 100_000
MOST_DATES = 120
# A quantity counts tablets, never the milligrams that a dose may be written in.
_NOT_ELEMENTS = frozenset({"mg", "g", "µg", "ug", "UI", "mL", "ml"})
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_TYPED = re.compile(
    r"(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4})(?:\s+(\d{1,4})\s*(?:j|jours?|d|days?)?)?", re.IGNORECASE
)


class DispensedBy(StrEnum):
    """How the dispensing is known."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    PATIENT = "patient"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class DispensingContent:
    """A dispensing as a person or a file told it. None is unknown: unknown days are never zero days."""

    on: date
    days: int | None = None
    quantity: float | None = None
    unit: str = ""
    boxes: int | None = None
    dispenser: str = ""
    source: DispensedBy = DispensedBy.HERE

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {**asdict(self), "on": self.on.isoformat(), "source": self.source.value}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "DispensingContent":
        """From JSON values."""
        return cls(**{**values, "on": date.fromisoformat(values["on"]), "source": DispensedBy(values["source"])})


class UnreadableDate(ValueError):
    """A typed date that is none; `text` is what was typed."""

    def __init__(self, text: str) -> None:
        super().__init__("A date cannot be read")
        self.text = text


def read_dates(text: str) -> list[tuple[date, int | None]]:
    """Dates typed one a line (or between commas), each with its own days when they differ: "12/03/2026 28".

    Raises UnreadableDate with the first piece that is no date.
    """
    pieces = [" ".join(piece.split()) for piece in re.split(r"[\n,;]", text)]
    return [_read(piece) for piece in pieces if piece]


def _read(piece: str) -> tuple[date, int | None]:
    found = _TYPED.fullmatch(piece)
    if found is None:
        raise UnreadableDate(piece)
    written, days = found[1], found[2]
    if iso := _ISO.fullmatch(written):
        year, month, day = (int(part) for part in iso.groups())
    else:
        day, month, year = (int(part) for part in written.replace(".", "/").replace("-", "/").split("/"))
    try:
        return date(year, month, day), int(days) if days else None
    except ValueError:
        raise UnreadableDate(piece) from None


def suggested_days(content: LineContent, quantity: float | None) -> int | None:
    """How many days a quantity of elements lasts at the line's posology: proposed to a person, never counted."""
    intake = intake_of(content)
    daily = sum(intake.moments) if intake.moments else None
    if daily is None and intake.dose_value and intake.per_day and not intake.prn:
        daily = intake.dose_value * intake.per_day
    if not daily or not quantity or intake.prn or intake.dose_unit in _NOT_ELEMENTS:
        return None
    days = int(quantity / daily)
    return days if 1 <= days <= MOST_DAYS else None


def coverage_of(line: TreatmentLine, supply: Sequence[Dispensing], on: date) -> Coverage | None:
    """Days covered for a line up to a day or to its end; None when nothing tells.

    A medicine taken as needed has no days to cover. What a person settled on a day (`refills` among the line's
    answers) is not asked again: only the days after it are read.
    """
    if line.prn:
        return None
    until = min(on, line.end + timedelta(days=1)) if line.end else on
    return days_covered(supply, until=until, after=settled_on(line.facts, EXPLAINED))


def settled_on(facts: Mapping[str, str], answer: str) -> date | None:
    """The day on which a person said so of the gaps (`EXPLAINED` or `MISSED`), None when nobody did."""
    said, _separator, on = facts.get("refills", "").partition(":")
    try:
        return date.fromisoformat(on) if said == answer else None
    except ValueError:
        return None
