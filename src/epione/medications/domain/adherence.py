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


@dataclass(frozen=True, slots=True)
class Dispensing:
    """Boxes handed over on a day, that last `days` days as prescribed."""

    on: date
    days: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Proportion of days covered: `covered` of `days` days; `gaps` are the first and last uncovered days."""

    covered: int
    days: int
    gaps: tuple[tuple[date, date], ...]

    @property
    def proportion(self) -> float:
        """0 to 1; 0.8 is the usual threshold of good adherence (Karve S et al., Curr Med Res Opin 2009;25:2303)."""
        return self.covered / self.days

    @property
    def longest_gap(self) -> int:
        """Days of the longest gap, 0 when there is none."""
        return max(((last - first).days + 1 for first, last in self.gaps), default=0)


def days_covered(dispensings: Sequence[Dispensing], *, until: date) -> Coverage | None:
    """Proportion of days covered from the first dispensing to the day before `until`; None when nothing tells.

    What is left of a box when the next one is handed over is kept and used after it. At least two dispensings are
    needed. Raises ValueError on a dispensing that lasts no day.
    """
    if any(one.days <= 0 for one in dispensings):
        raise ValueError("A dispensing lasts at least one day")
    known = sorted((one for one in dispensings if one.on < until), key=lambda one: one.on)
    if len(known) < 2:
        return None
    first, free = known[0].on, known[0].on
    gaps = []
    for one in known:
        if one.on > free:
            gaps.append((free, one.on - timedelta(days=1)))
            free = one.on
        free += timedelta(days=one.days)
    if free < until:
        gaps.append((free, until - timedelta(days=1)))
    days = (until - first).days
    missed = sum((last - start).days + 1 for start, last in gaps)
    return Coverage(days - missed, days, tuple(gaps))
