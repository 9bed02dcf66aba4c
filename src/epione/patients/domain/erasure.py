"""Whether a record may be erased: the duties to keep it, and until when.

The record of an establishment is kept 20 years after the last stay or consultation, at least to the 28th birthday
(Code de la santé publique, R. 1112-7); for practices outside hospital the Ordre and the CNIL give the same terms.
Accounting documents are kept 10 years (Code de commerce, L. 123-22). A claim or a procedure suspends every term.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

RECORD_YEARS: Final = 20
LEAST_YEARS: Final = 10
BILL_YEARS: Final = 10
MAJORITY_AND_TEN: Final = 28

NOT_CLINICAL: Final = frozenset(
    {
        "patients.identifier",
        "patients.careteammember",
        "patients.legalhold",
        "notifications.notification",
        "medication_reviews.screening",
    }
)
"""Kinds of rows that begin no term: they index, name, tell or are calculated anew each night."""


class Why(StrEnum):
    """Why a record must stay."""

    RECORD = "record"
    MINOR = "minor"
    BILLS = "bills"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one kind and the day of the newest."""

    kind: str
    count: int
    newest: date | None


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty to keep; `until` is the first day on which it is over, None while nobody knows."""

    why: Why
    until: date | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an erasure would take, and what stands against it."""

    parts: tuple[Part, ...]
    duties: tuple[Duty, ...]

    @property
    def allowed(self) -> bool:
        """Whether nothing stands against it."""
        return not self.duties


def plan(parts: Iterable[Part], *, birth: date, holds: int, today: date, years: int = RECORD_YEARS) -> Plan:
    """The plan for a person born on `birth`; `years` are the operator's, `holds` the open holds."""
    kept = tuple(parts)
    clinical = [part.newest for part in kept if part.kind not in NOT_CLINICAL and part.newest]
    bills = [part.newest for part in kept if part.kind == "billing.bill" and part.newest]
    duties = [Duty(Why.HOLD, None)] if holds else []
    if clinical:
        duties += [Duty(Why.RECORD, _after(max(clinical), max(years, LEAST_YEARS)))]
        duties += [Duty(Why.MINOR, _after(birth, MAJORITY_AND_TEN))]
    if bills:
        duties += [Duty(Why.BILLS, _after(max(bills), BILL_YEARS))]
    return Plan(kept, tuple(one for one in duties if one.until is None or one.until > today))


def _after(day: date, years: int) -> date:
    """The same day that many years later; the 29 February becomes the 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
