"""Adherence: the six questions of Girerd, and the days covered by dispensed boxes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

Text = Mapping[str, str]


class Adherence(StrEnum):
    """Level of adherence by the Girerd questionnaire."""

    GOOD = "good"
    MINOR_PROBLEM = "minor_problem"
    POOR = "poor"


# Girerd X et al., Presse Med 2001;30:1044-1048; the French wording is the instrument, the English one a translation.
GIRERD_QUESTIONS: tuple[Text, ...] = (
    {
        "fr": "Ce matin, avez-vous oublié de prendre votre médicament\u202f?",
        "en": "This morning, did you forget to take your medicine?",
    },
    {
        "fr": "Depuis la dernière consultation, avez-vous été en panne de médicament\u202f?",
        "en": "Since the last visit, have you run out of medicine?",
    },
    {
        "fr": "Vous est-il arrivé de prendre votre traitement avec retard par rapport à l’heure habituelle\u202f?",
        "en": "Have you taken your treatment later than the usual time?",
    },
    {
        "fr": "Vous est-il arrivé de ne pas prendre votre traitement parce que, certains jours, votre mémoire "
        "vous fait défaut\u202f?",
        "en": "Have you missed your treatment because, on some days, your memory fails you?",
    },
    {
        "fr": "Vous est-il arrivé de ne pas prendre votre traitement parce que, certains jours, vous avez l’impression "
        "que votre traitement vous fait plus de mal que de bien\u202f?",
        "en": "Have you missed your treatment because, on some days, you feel that it does you more harm than good?",
    },
    {
        "fr": "Pensez-vous que vous avez trop de comprimés à prendre\u202f?",
        "en": "Do you think that you have too many tablets to take?",
    },
)


@dataclass(frozen=True, slots=True)
class GirerdScore:
    """`points` counts the answers yes; while answers are missing, `level` is None unless they cannot change it."""

    points: int
    unanswered: int
    level: Adherence | None


def girerd_score(answers: Sequence[bool | None]) -> GirerdScore:
    """Score the six answers (True is yes, None not answered): 0 good, 1 or 2 a minor problem, 3 or more poor.

    Raises ValueError unless there are six.
    """
    if len(answers) != len(GIRERD_QUESTIONS):
        raise ValueError(f"The Girerd questionnaire has {len(GIRERD_QUESTIONS)} answers, not {len(answers)}")
    points, unanswered = sum(answer is True for answer in answers), sum(answer is None for answer in answers)
    least, most = _girerd_level(points), _girerd_level(points + unanswered)
    return GirerdScore(points, unanswered, least if least is most else None)


def _girerd_level(points: int) -> Adherence:
    if points == 0:
        return Adherence.GOOD
    return Adherence.MINOR_PROBLEM if points <= 2 else Adherence.POOR


GOOD_SHARE = 0.8
"""From which proportion of days covered adherence is usually called good (Karve S et al., Curr Med Res Opin 2009;25:
2303-2310, over five chronic diseases). Some treatments need more: it starts a conversation, it is no diagnosis."""
WINDOW_DAYS = 365
"""How far back refills are read, in days."""
OBSERVED_DAYS = 90
"""How many days must have been observed before anything is said: one late box would weigh too much."""


@dataclass(frozen=True, slots=True)
class Dispensing:
    """Boxes handed over on a day, that last `days` days as prescribed; None when nobody said how many."""

    on: date
    days: int | None


Stretch = tuple[date, date]
"""The first and the last day of some days in a row."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Days covered from `since` to the day before `until`.

    `gaps` are days without any supply; `unknown` days that a dispensing of unknown duration may have covered; what is
    in neither is covered. `runs_out` is the first day after the known supply, None when a duration is unknown.
    """

    since: date
    until: date
    gaps: tuple[Stretch, ...] = ()
    unknown: tuple[Stretch, ...] = ()
    runs_out: date | None = None

    @property
    def days(self) -> int:
        """Days observed."""
        return (self.until - self.since).days

    @property
    def covered(self) -> int:
        """Days covered for certain."""
        return self.days - _length(self.gaps) - _length(self.unknown)

    @property
    def proportion(self) -> float:
        """Proportion of days covered, 0 to 1; the least that it can be while a duration is unknown."""
        return self.covered / self.days

    @property
    def most(self) -> float:
        """The most that the proportion can be, once every unknown duration is told."""
        return (self.days - _length(self.gaps)) / self.days

    @property
    def longest_gap(self) -> int:
        """Days of the longest gap, 0 when there is none."""
        return max(((last - first).days + 1 for first, last in self.gaps), default=0)

    @property
    def overdue(self) -> int:
        """For how many days the next refill has been due, 0 when it is not or when nothing tells."""
        return max((self.until - self.runs_out).days, 0) if self.runs_out else 0

    @property
    def good(self) -> bool | None:
        """Whether refills reach `GOOD_SHARE`; None when too few days were observed or an unknown duration decides."""
        if self.days < OBSERVED_DAYS:
            return None
        if self.proportion >= GOOD_SHARE:
            return True
        return False if self.most < GOOD_SHARE else None


def _length(stretches: Sequence[Stretch]) -> int:
    return sum((last - first).days + 1 for first, last in stretches)


def days_covered(
    dispensings: Sequence[Dispensing], *, until: date, window: int = WINDOW_DAYS, after: date | None = None
) -> Coverage | None:
    """Days covered over the `window` days before `until` (or later, from `after`), from the first dispensing on.

    What is left of a box when the next one is handed over is kept and used after it. None when nothing tells: fewer
    than two dispensings, or none within the window. Raises ValueError on a dispensing that lasts no day.
    """
    if any(one.days is not None and one.days <= 0 for one in dispensings):
        raise ValueError("A dispensing lasts at least one day")
    known = sorted((one for one in dispensings if one.on < until), key=lambda one: one.on)
    earliest = max(until - timedelta(days=window), after or date.min)
    if len(known) < 2 or known[-1].on < earliest or earliest >= until:
        return None
    since = max(known[0].on, earliest)
    gaps, unknown, runs_out = _uncovered(known, until)
    return Coverage(since, until, _from(since, gaps), _from(since, unknown), runs_out)


def _uncovered(known: Sequence[Dispensing], until: date) -> tuple[list[Stretch], list[Stretch], date | None]:
    """The gaps; the days that may be gaps, after a dispensing of unknown duration; the first day after the supply."""
    gaps: list[Stretch] = []
    unknown: list[Stretch] = []
    found, free = gaps, known[0].on
    for one in known:
        if one.on > free:
            found.append((free, one.on - timedelta(days=1)))
            free = one.on
        found = unknown if one.days is None else found
        free += timedelta(days=one.days or 0)
    if free < until:
        found.append((free, until - timedelta(days=1)))
    return gaps, unknown, None if found is unknown else free


def _from(since: date, stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    return tuple((max(first, since), last) for first, last in stretches if last >= since)
