"""Who may have a shared medication review (bilan partagé de médication), with reasons and what is unknown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from epione.medications.domain.drug import Drug, DrugStatus, TreatmentLine

from .chart import Text, is_active
from .leaves import AGE_QUESTION, both
from .questions import Question

MINIMUM_AGE = 65
MINIMUM_SUBSTANCES = 5
MINIMUM_DAYS = 183
GP_PRESCRIPTION_FROM = date(2026, 1, 1)
GP_MINIMUM_LINES = 10
GP_ABOVE_AGE = 80
# A box that is late by a few weeks does not interrupt a treatment.
_GAP = timedelta(days=35)
# One therapeutic aim that ATC files under several third levels.
_SAME_AIM = {"C09": "C09", "C10": "C10", "A10B": "A10B", "M05B": "M05B", "B01A": "B01A"}


@dataclass(frozen=True, slots=True)
class Counted:
    """An active substance being taken: since when its aim is treated without a break, and reimbursement."""

    substance: str
    lines: tuple[str, ...]
    since: date | None
    days: int | None
    reimbursed: bool | None

    @property
    def counts(self) -> bool | None:
        """Whether it counts for eligibility; None when a date or the reimbursement is unknown."""
        long_enough = None if self.days is None else self.days >= MINIMUM_DAYS
        if long_enough is False or self.reimbursed is False:
            return False
        return True if long_enough and self.reimbursed else None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """`eligible` is None when something unknown decides; `by_prescription`: a GP may prescribe the review (2026)."""

    eligible: bool | None
    by_prescription: bool | None
    age: int | None
    substances: tuple[Counted, ...]
    reasons: tuple[Text, ...]
    questions: tuple[Question, ...]


def bpm_eligibility(
    *, age: int | None, lines: Sequence[TreatmentLine], on: date, reimbursed: Callable[[Drug], bool | None]
) -> Eligibility:
    """Eligibility on a day: 65 or more, and 5 reimbursed substances for 6 consecutive months.

    `lines` hold the past ones too: a change within one therapeutic aim goes on counting. Homeopathic products never do.
    """
    substances = _substances(lines, on, reimbursed)
    answers = [one.counts for one in substances]
    # A medicine that could not be identified may count: only a person can tell.
    unnamed = sum(is_active(line, on) and line.drug.status is DrugStatus.UNKNOWN for line in lines)
    sure, possible = answers.count(True), len(answers) - answers.count(False) + unnamed
    enough = True if sure >= MINIMUM_SUBSTANCES else None if possible >= MINIMUM_SUBSTANCES else False
    old = None if age is None else age >= MINIMUM_AGE
    eligible = False if False in (old, enough) else None if None in (old, enough) else True
    current = [line for line in lines if is_active(line, on)]
    return Eligibility(
        eligible=eligible,
        by_prescription=_by_prescription(age, len(current), on),
        age=age,
        substances=substances,
        reasons=_reasons(age, sure, possible),
        questions=_questions(age, substances) if eligible is None else (),
    )


def _by_prescription(age: int | None, lines: int, on: date) -> bool | None:
    if on < GP_PRESCRIPTION_FROM or lines < GP_MINIMUM_LINES:
        return False
    return None if age is None else age > GP_ABOVE_AGE


def _substances(
    lines: Sequence[TreatmentLine], on: date, reimbursed: Callable[[Drug], bool | None]
) -> tuple[Counted, ...]:
    known = [line for line in lines if line.drug.status not in (DrugStatus.HOMEOPATHIC, DrugStatus.UNKNOWN)]
    found: dict[str, list[TreatmentLine]] = {}
    for line in known:
        if is_active(line, on):
            for name in _names(line):
                found.setdefault(name, []).append(line)
    counted = []
    for name, taken in found.items():
        since = _since(taken, known, on)
        answers = {reimbursed(line.drug) for line in taken}
        counted.append(
            Counted(
                name,
                tuple(line.id for line in taken),
                since,
                None if since is None else (on - since).days,
                True if True in answers else None if None in answers else False,
            )
        )
    return tuple(counted)


def _names(line: TreatmentLine) -> list[str]:
    return [part.name for part in line.drug.ingredients] or [line.drug.name]


def _since(taken: Sequence[TreatmentLine], lines: Sequence[TreatmentLine], on: date) -> date | None:
    """First day of the unbroken treatment of the aim that these lines have; None when a start is unknown."""
    starts = [line.start for line in taken if line.start is not None]
    aims = {aim for line in taken if (aim := _aim(line.drug))}
    if not starts:
        return None
    first = min(starts)
    periods = sorted(
        ((one.start, one.end or on) for one in lines if one.start and _aim(one.drug) in aims),
        key=lambda one: one[1],
        reverse=True,
    )
    for start, end in periods:
        if start < first <= end + _GAP:
            first = start
    return first


def _aim(drug: Drug) -> str:
    """The therapeutic aim of a medicine: its ATC third level, some of them taken together."""
    code = drug.atc[0] if drug.atc else ""
    return next((aim for prefix, aim in _SAME_AIM.items() if code.startswith(prefix)), code[:4])


def _reasons(age: int | None, sure: int, possible: int) -> tuple[Text, ...]:
    said = both("âge inconnu", "unknown age") if age is None else both(f"{age}\u00a0ans", f"{age} years old")
    maybe = possible - sure
    count = both(
        f"{sure} substances remboursées depuis au moins 6\u00a0mois (5 demandées)",
        f"{sure} reimbursed substances for at least 6 months (5 needed)",
    )
    unknown = both(f"{maybe} substances à dater ou à vérifier", f"{maybe} substances to date or to check")
    return (said, count, *((unknown,) if maybe else ()))


def _questions(age: int | None, substances: Sequence[Counted]) -> tuple[Question, ...]:
    asked = [] if age is not None else [AGE_QUESTION]
    for one in substances:
        if one.counts is None and one.days is None:
            text = both(
                f"{one.substance}\u00a0: depuis quand est-il pris\u202f?", f"{one.substance}: since when is it taken?"
            )
            asked.append(Question(f"line:{one.lines[0]}:start", text, "date", one.lines))
        elif one.counts is None:
            text = both(f"{one.substance}\u00a0: est-il remboursé\u202f?", f"{one.substance}: is it reimbursed?")
            asked.append(Question(f"line:{one.lines[0]}:reimbursed", text, "", one.lines))
    return tuple(asked)
