"""A chart prepared for evaluation: medicines by therapeutic group, problems by condition, newest measurements."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from epione.medications.domain.drug import Drug, Release, TreatmentLine
from epione.medications.domain.interactions_routes import LOCAL_ROUTES

from .ages import is_outdated
from .chart import Chart, DatedObservation, Problem, is_active
from .measures import derived_observations

_PROLONGED_WORDS = ("libération prolongée", "libération modifiée", " lp ", " lp,", "transdermique")
_NOT_ORAL_FIRST = {
    "D": "cutanée",
    "S01": "ophtalmique",
    "S02": "auriculaire",
    "R01": "nasale",
    "G01": "vaginale",
    "M02": "cutanée",
}

Grouping = Callable[[str], frozenset[str]]


class Facts:
    """What the rules may ask of a chart, computed once. `memo` keeps the value of each leaf (-1: not asked yet).

    `latest` holds the newest measurement of each kind, `outdated` those too old to decide anything.
    """

    __slots__ = (
        "age",
        "chart",
        "conditions",
        "conditions_known",
        "daily",
        "flags",
        "groups",
        "latest",
        "lines",
        "maybe",
        "memo",
        "on",
        "outdated",
        "past_lines",
        "sex",
        "unidentified",
    )

    def __init__(self, chart: Chart, *, groups_of: Grouping, conditions_of: Grouping, leaves: int) -> None:
        self.chart = chart
        self.on: date = chart.on
        self.age = chart.age
        self.sex = chart.sex
        self.flags = chart.flags
        self.lines = chart.active_lines()
        self.past_lines = tuple(line for line in chart.lines if not is_active(line, chart.on) and line.end is not None)
        self.unidentified = tuple(line for line in self.lines if not identified(line.drug))
        self.groups, self.maybe = _by_group(self.lines, groups_of)
        self.conditions_known = chart.problems is not None and chart.problems_complete
        self.conditions = _by_condition(chart.problems or (), conditions_of)
        newest = _latest(chart)
        self.outdated = {code: one for code, one in newest.items() if is_outdated(one, chart.on)}
        self.latest = {code: one for code, one in newest.items() if code not in self.outdated}
        self.memo = [-1] * leaves

    @property
    def absence_is_known(self) -> bool:
        """Whether a medicine that is not in the list is certainly not taken."""
        return self.chart.complete and not self.unidentified


def identified(drug: Drug) -> bool:
    """Whether therapeutic groups can be told: it has a code, or ingredients whose groups are then known to be none."""
    return bool(drug.atc) or drug.status.value == "homeopathic"


def certain_codes(line: TreatmentLine) -> tuple[tuple[str, ...], bool]:
    """The codes that fit the line's route, and whether they may be relied on when all of them agree."""
    drug = line.drug
    codes = drug.atc
    if len(codes) > 1 and line.route:
        fitting = tuple(code for code in codes if _fits_route(code, line.route))
        codes = fitting or codes
    return codes, drug.atc_source != "who_name_ambiguous"


def _fits_route(code: str, route: str) -> bool:
    local = next((place for prefix, place in _NOT_ORAL_FIRST.items() if code.startswith(prefix)), None)
    return local == route if local else route not in LOCAL_ROUTES


def _by_group(
    lines: Sequence[TreatmentLine], groups_of: Grouping
) -> tuple[dict[str, list[TreatmentLine]], dict[str, list[TreatmentLine]]]:
    """Lines of each group: those that belong to it, and those that may."""
    sure: dict[str, list[TreatmentLine]] = {}
    maybe: dict[str, list[TreatmentLine]] = {}
    for line in lines:
        codes, reliable = certain_codes(line)
        if not codes:
            continue
        found = [groups_of(code) for code in codes]
        shared = found[0] if len(found) == 1 else frozenset.intersection(*found)
        for group in shared:
            (sure if reliable else maybe).setdefault(group, []).append(line)
        if len(found) > 1:
            for group in frozenset().union(*found) - shared:
                maybe.setdefault(group, []).append(line)
    return sure, maybe


def _by_condition(problems: Iterable[Problem], conditions_of: Grouping) -> dict[str, list[Problem]]:
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        for name in conditions_of(problem.code):
            found.setdefault(name, []).append(problem)
    return found


def _latest(chart: Chart) -> dict[str, DatedObservation]:
    found: dict[str, DatedObservation] = {}
    for one in chart.observations:
        best = found.get(one.code)
        if best is None or (one.on or date.min) >= (best.on or date.min):
            found[one.code] = one
    return found | derived_observations(chart, found)


def is_systemic(line: TreatmentLine, local: frozenset[str]) -> bool | None:
    """Whether the line reaches the whole body, None when its route is unknown."""
    routes = (line.route,) if line.route else line.drug.routes
    if not routes:
        return None
    places = {route in local for route in routes}
    return None if len(places) > 1 else not places.pop()


def has_route(line: TreatmentLine, wanted: str) -> bool | None:
    """Whether the line is taken by this route, None when that is unknown."""
    routes = (line.route,) if line.route else line.drug.routes
    if not routes:
        return None
    return wanted in routes if len(routes) == 1 or wanted not in routes else None


def is_prolonged(line: TreatmentLine) -> bool | None:
    """Whether the release is prolonged: as stated, else from the form of a speciality; None for a bare substance."""
    if line.release is not None:
        return line.release is Release.MODIFIED
    drug = line.drug
    if not drug.form:
        return None
    text = f" {drug.form} {drug.name} ".lower()
    return "transdermique" in drug.routes or any(word in text for word in _PROLONGED_WORDS)


def days_taken(line: TreatmentLine, on: date) -> int | None:
    """Days since the line was started, None when nobody knows when."""
    return None if line.start is None else (on - line.start).days


def daily_mg_of(line: TreatmentLine, ingredient: str) -> float | None:
    """Milligrams a day of one substance of the line: `ingredient` is the start of its name, "" for the main one."""
    parts = line.drug.ingredients
    if not ingredient or len(parts) < 2:
        return line.daily_mg
    amounts = [part for part in parts if ingredient in part.name.lower()]
    main = parts[0]
    if not amounts or line.daily_mg is None:
        return None
    wanted = amounts[0]
    if wanted is main:
        return line.daily_mg
    if main.amount and wanted.amount and main.unit == wanted.unit == "mg":
        return line.daily_mg * wanted.amount / main.amount
    return None
