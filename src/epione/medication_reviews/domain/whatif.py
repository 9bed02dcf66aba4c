"""What if: the same patient with a dose, a medicine or a measurement changed; and what it changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from epione.medications.domain.drug import Drug, TreatmentLine
from epione.patients.domain.observations import measure_of, read_value

from .chart import Chart, DatedObservation
from .findings import Finding
from .knowledge import Knowledge
from .review import DEFAULT, Options, Review, review
from .rhythm import Rhythm

SUBSTITUTE_SUFFIX = "+"


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop a line."""

    line: str


@dataclass(frozen=True, slots=True)
class SetDose:
    """Give a line another dose, in mean milligrams a day of its main substance.

    `rhythm`: the medicine is not taken every day, and its dose must be said by the take and by the week.
    """

    line: str
    daily_mg: float
    rhythm: Rhythm | None = None


@dataclass(frozen=True, slots=True)
class Substitute:
    """Replace the medicine of a line by another one, started on the day of the review at a dose not yet chosen."""

    line: str
    drug: Drug


@dataclass(frozen=True, slots=True)
class SetObservation:
    """Set a measurement, in `unit` (the canonical unit when empty)."""

    code: str
    value: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class SetFlag:
    """Answer a yes/no fact."""

    name: str
    value: bool


Change = Stop | SetDose | Substitute | SetObservation | SetFlag


class ImpossibleChange(ValueError):
    """A change that cannot be made: unknown line, dose, measurement or unit."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Findings by their fate. `changed` are the same finding with another status or level: (before, after)."""

    before: Review
    after: Review
    appeared: tuple[Finding, ...]
    disappeared: tuple[Finding, ...]
    kept: tuple[Finding, ...]
    changed: tuple[tuple[Finding, Finding], ...]


def substitute_id(line_id: str) -> str:
    """The id of the line that a substitute gets.

    It is a new one on purpose: a pair that the substitute forms is a new finding, never the old pair kept, even where
    the same rule of the thesaurus describes both.
    """
    return line_id + SUBSTITUTE_SUFFIX


def apply(chart: Chart, changes: Sequence[Change]) -> Chart:
    """The chart once the changes are made. Raises ImpossibleChange."""
    for change in changes:
        chart = _applied(chart, change)
    return chart


def what_if(chart: Chart, knowledge: Knowledge, changes: Sequence[Change], options: Options = DEFAULT) -> Difference:
    """Review before and after the changes. Raises ImpossibleChange."""
    return difference(review(chart, knowledge, options), review(apply(chart, changes), knowledge, options))


def difference(before: Review, after: Review) -> Difference:
    """What appeared, disappeared, stayed or changed between two reviews."""
    old = {finding.key: finding for finding in before.findings}
    new = {finding.key: finding for finding in after.findings}
    both = [(old[key], new[key]) for key in new if key in old]
    return Difference(
        before,
        after,
        appeared=tuple(finding for key, finding in new.items() if key not in old),
        disappeared=tuple(finding for key, finding in old.items() if key not in new),
        kept=tuple(now for was, now in both if (was.status, was.level) == (now.status, now.level)),
        changed=tuple((was, now) for was, now in both if (was.status, was.level) != (now.status, now.level)),
    )


def _applied(chart: Chart, change: Change) -> Chart:
    if isinstance(change, SetObservation):
        return _with_observation(chart, change)
    if isinstance(change, SetFlag):
        return replace(chart, flags={**chart.flags, change.name: change.value})
    if all(line.id != change.line for line in chart.lines):
        raise ImpossibleChange(f"There is no line {change.line!r}")
    changed = (_changed(line, change, chart) if line.id == change.line else line for line in chart.lines)
    return replace(chart, lines=tuple(line for line in changed if line is not None))


def _changed(line: TreatmentLine, change: Stop | SetDose | Substitute, chart: Chart) -> TreatmentLine | None:
    if isinstance(change, Stop):
        return None
    if isinstance(change, SetDose):
        if not change.daily_mg > 0:
            raise ImpossibleChange(f"{change.daily_mg:g} mg a day is not a dose")
        per_dose = change.daily_mg / line.per_day if line.per_day else None
        return replace(line, daily_mg=change.daily_mg, dose_mg=per_dose, dose_value=None, dose_unit=None)
    return TreatmentLine(
        id=substitute_id(line.id),
        drug=change.drug,
        frequency=line.frequency,
        per_day=line.per_day,
        route=line.route or (change.drug.routes[0] if len(change.drug.routes) == 1 else ""),
        prn=line.prn,
        start=chart.on,
        indication=line.indication,
        source=line.source,
    )


def _with_observation(chart: Chart, change: SetObservation) -> Chart:
    measure = measure_of(change.code)
    if measure is None:
        raise ImpossibleChange(f"No measurement is called {change.code!r}")
    reading = read_value(measure.code, change.value, change.unit or measure.unit)
    if reading.fault is not None:
        raise ImpossibleChange(f"{change.code} {change.value:g} {change.unit}: {reading.fault}")
    others = tuple(one for one in chart.observations if one.code != measure.code)
    found = DatedObservation(measure.code, reading.value, reading.unit, chart.on)
    return replace(chart, observations=(*others, found))
