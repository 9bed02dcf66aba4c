"""How often a medicine is taken that is not taken every day: a weekly dose told by the day has killed."""

from dataclasses import dataclass
from fractions import Fraction

from epione.medications.domain.drug import TreatmentLine

# A treatment that is taken less often than once a year has no rhythm that a form could tell.
_LONGEST = 365


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`takes` in `days` days, fewer than one a day."""

    takes: int
    days: int

    @property
    def per_day(self) -> float:
        """Mean takes a day."""
        return self.takes / self.days

    def per_take(self, daily_mg: float) -> float:
        """Milligrams of one take, from the mean milligrams a day."""
        return daily_mg / self.per_day

    def daily_mg(self, per_take: float) -> float:
        """Mean milligrams a day, from those of one take."""
        return per_take * self.per_day


WEEKLY = Rhythm(1, 7)


def rhythm_of(line: TreatmentLine) -> Rhythm | None:
    """The rhythm of a line that is not taken every day; None when it is, or when nobody knows."""
    rate = line.per_day
    if rate is None or not 0 < rate < 1:
        return None
    share = Fraction(rate).limit_denominator(_LONGEST)
    return Rhythm(share.numerator, share.denominator) if share else None
