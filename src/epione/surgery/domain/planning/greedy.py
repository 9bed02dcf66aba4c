"""Three greedy heuristics: a first plan in milliseconds, the seed of the search, and the measure of its worth."""

from collections.abc import Callable, Iterator
from datetime import date

from .board import Board
from .instance import GRID, Case, Instance
from .plan import Placement, Plan, ordered


def first_fit(_case: Case) -> tuple[int, ...]:
    """As listed."""
    return ()


def longest_first(case: Case) -> tuple[int, ...]:
    """The longest first: small ones fill the gaps."""
    return (-case.total,)


def priority_longest_first(case: Case) -> tuple[int, ...]:
    """The most urgent first, then the longest; allergic to latex before, infected after."""
    return (case.infected - case.latex, -case.weight, -case.total)


HEURISTICS: dict[str, Callable[[Case], tuple[int, ...]]] = {
    "first-fit": first_fit,
    "longest-first": longest_first,
    "priority-longest-first": priority_longest_first,
}


def greedy(instance: Instance, order: Callable[[Case], tuple[int, ...]], kept: tuple[Placement, ...] = ()) -> Plan:
    """Place the cases in this order, each as early as it goes; `kept` stays where it is."""
    board = Board(instance, kept)
    placed, refused = list(kept), []
    done = {one.case for one in kept}
    for case in sorted(instance.cases, key=order):
        if case.id in done:
            continue
        found = earliest(board, case, instance.days)
        if found is None:
            refused.append(case.id)
        else:
            board.add(found)
            placed.append(found)
    return Plan(ordered(placed), tuple(sorted(refused)))


def earliest(board: Board, case: Case, days: tuple[date, ...], after: int = 0) -> Placement | None:
    """The first slot of a case: earliest day, then earliest entry among the rooms; not before `after` on a day."""
    for day in days:
        best: Placement | None = None
        for room in board.instance.rooms:
            allowed = board.starts(case, day, room.id)
            stop = allowed.stop if best is None else min(allowed.stop, best.start)
            first = max(allowed.start, -(-after // GRID) * GRID)
            found = board.first_from(case, day, room.id, range(first, stop, GRID))
            if found is not None:
                best = Placement(case.id, day, room.id, *found)
        if best is not None:
            return best
    return None


def greedy_plans(instance: Instance) -> Iterator[Plan]:
    """A plan of each heuristic, the simplest first."""
    return (greedy(instance, order) for order in HEURISTICS.values())


def best_greedy(instance: Instance) -> Plan:
    """The best plan of the three heuristics."""
    return min(greedy_plans(instance), key=lambda plan: plan.cost(instance))
