"""Where one more case fits best in a plan, ranked, with the reasons."""

from dataclasses import dataclass
from datetime import date

from .board import Board
from .instance import GRID, Case, Instance, Text, both
from .plan import Placement, Plan

CHILD_BEFORE = 12 * 60


@dataclass(frozen=True)
class Slot:
    """A slot that breaks nothing; the lower the score, the better. Reasons in both languages."""

    placement: Placement
    score: int
    reasons: tuple[Text, ...]


def find_optimal_slot(instance: Instance, plan: Plan, case: Case, limit: int = 5) -> tuple[Slot, ...]:
    """The best slots of a case among the days of the instance, the plan staying as it is; best first.

    Per room and day the earliest entry and the tightest fits are weighed: waiting, overtime, gaps, early children.
    """
    board = Board(instance, tuple(one for one in plan.placements if one.case != case.id))
    found = [
        _scored(board, case, Placement(case.id, day, room.id, start, hold), instance.days.index(day))
        for day in instance.days
        for room in instance.rooms
        for start in board.starts(case, day, room.id)
        if (hold := board.fits(case, day, room.id, start)) is not None
    ]
    ranked = sorted(found, key=lambda slot: (slot.score, slot.placement.day, slot.placement.start, slot.placement.room))
    return _various(ranked, limit)


def _various(ranked: list[Slot], limit: int) -> tuple[Slot, ...]:
    """At most two slots of one room and day: a choice, not the same slot five minutes later."""
    kept: list[Slot] = []
    counts: dict[tuple[date, str], int] = {}
    for slot in ranked:
        place = slot.placement.day, slot.placement.room
        near = any(
            (one.placement.day, one.placement.room) == place and abs(one.placement.start - slot.placement.start) < 60
            for one in kept
        )
        if near or counts.get(place, 0) >= 2:
            continue
        counts[place] = counts.get(place, 0) + 1
        kept.append(slot)
        if len(kept) == limit:
            break
    return tuple(kept)


def _scored(board: Board, case: Case, one: Placement, rank: int) -> Slot:
    end = one.end(case)
    over = board.overtime(one.room, one.day, end)
    before, after = _gaps(board, one, end)
    lost = sum(gap for gap in (before, after) if gap is not None and 0 < gap < 60)
    late = max(0, one.start - CHILD_BEFORE) if case.child else 0
    score = rank * (30 + case.weight // 2) + over * 4 + lost + one.hold * 2 + late + one.start // 30
    return Slot(one, score, tuple(_reasons(case, one, over, before, lost)))


def _gaps(board: Board, one: Placement, end: int) -> tuple[int | None, int | None]:
    """Idle minutes before and after in the room; None when nothing stands on that side."""
    others = [other for other in board.placed[one.day] if other.room == one.room]
    before = [one.start - other.end(board.cases[other.case]) for other in others if other.start < one.start]
    after = [other.start - end for other in others if other.start >= end]
    return min(before, default=None), min(after, default=None)


def _reasons(case: Case, one: Placement, over: int, before: int | None, lost: int) -> list[Text]:
    reasons = []
    if before is not None and before < GRID:
        reasons.append(
            both("suit l’intervention précédente sans temps mort", "follows the case before it without a gap")
        )
    if over:
        reasons.append(both(f"dépasse la fermeture de {over} min", f"ends {over} min after closing"))
    else:
        reasons.append(both("finit avant la fermeture", "ends before closing"))
    if lost:
        reasons.append(both(f"laisse {lost} min difficiles à employer", f"leaves {lost} min hard to use"))
    if one.hold:
        reasons.append(both(f"attend {one.hold} min un lit de réveil", f"waits {one.hold} min for a recovery bed"))
    if case.child and one.start < CHILD_BEFORE:
        reasons.append(both("enfant opéré le matin", "child operated in the morning"))
    return reasons
