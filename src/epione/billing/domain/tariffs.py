"""Tariffs of a programme: the amount is that of the day of the act, never of today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

FIRST, FOLLOWING, ANY = "first", "following", "any"


@dataclass(frozen=True, slots=True)
class Tariff:
    """The price of one step between two days, in cents; `verified` once the operator checked it with the insurer."""

    programme: str
    step: str
    cycle: str
    code: str
    cents: int
    valid_from: date
    valid_to: date | None
    verified: bool
    source: str = ""

    def holds(self, on: date) -> bool:
        """Whether the tariff is the one of a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def tariff_of(tariffs: Iterable[Tariff], step: str, year: int, on: date) -> Tariff | None:
    """The tariff of a step done on a day in the `year`-th year of the programme; the newest wins."""
    cycle = FIRST if year == 1 else FOLLOWING
    fitting = [t for t in tariffs if t.step == step and t.cycle in {cycle, ANY} and t.holds(on)]
    return max(fitting, key=lambda tariff: tariff.valid_from, default=None)
