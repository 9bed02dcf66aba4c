"""How complicated a treatment is to take: a simple index of our own, from the lines alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from epione.medications.domain.drug import TreatmentLine


@dataclass(frozen=True, slots=True)
class Complexity:
    """`index` = lines + intakes a day + 1 for each route beyond the first + 1 for each line taken when needed.

    Epione's own index, meant to compare one patient before and after a review. It is not the MRCI, whose weights by
    form and instruction it does not follow. `intakes` counts known frequencies only; `unknown` lines have none, so that
    the index is then a minimum.
    """

    lines: int
    intakes: float
    routes: tuple[str, ...]
    when_needed: int
    unknown: tuple[str, ...]
    index: float


def complexity_of(lines: Sequence[TreatmentLine]) -> Complexity:
    """The complexity of a treatment; a weekly intake counts for a seventh of a daily one."""
    regular = [line for line in lines if line.prn is not True]
    intakes = round(sum(line.per_day for line in regular if line.per_day is not None), 2)
    routes = tuple(sorted({route for line in lines for route in _route(line)}))
    when_needed = len(lines) - len(regular)
    index = len(lines) + intakes + max(len(routes) - 1, 0) + when_needed
    unknown = tuple(line.id for line in regular if line.per_day is None)
    return Complexity(len(lines), intakes, routes, when_needed, unknown, round(index, 2))


def _route(line: TreatmentLine) -> tuple[str, ...]:
    if line.route:
        return (line.route,)
    return line.drug.routes if len(line.drug.routes) == 1 else ()
