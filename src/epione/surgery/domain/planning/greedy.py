"""Three greedy heuristics: a first plan in milliseconds, the seed of the search, and the measure of its worth."""

from collections.abc import Callable
from datetime import date

from .board import Board
from .instance import Case, Instance
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
            for start in board.starts(case, day, room.id):
                if best is not None and start >= best.start:
                    break
                if start < after:
                    continue
                hold = board.fits(case, day, room.id, start)
                if hold is not None:
                    best = Placement(case.id, day, room.id, start, hold)
                    break
        if best is not None:
            return best
    return None


def best_greedy(instance: Instance) -> Plan:
    """The best plan of the three heuristics."""
    plans = [greedy(instance, order) for order in HEURISTICS.values()]
    return min(plans, key=lambda plan: plan.cost(instance))
