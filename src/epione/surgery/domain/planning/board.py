"""A board being filled: what is full at each minute, kept as one integer per resource, so that a slot is tried fast."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from .instance import DAY_MINUTES, GRID, Case, Instance, Window
from .plan import Placement

SPAN = 3 * DAY_MINUTES
_ALL = (1 << SPAN) - 1
Key = tuple[str, str, date]
Stay = tuple[str, str, int, int]


def span_mask(start: int, end: int) -> int:
    """The minutes from `start` to `end` as bits."""
    return ((1 << max(0, end - start)) - 1) << max(0, start)


class Board:
    """Placements so far, and which minutes of which resource are full."""

    def __init__(self, instance: Instance, placements: tuple[Placement, ...] = ()) -> None:
        self.instance = instance
        self.cases = {case.id: case for case in instance.cases}
        self.rooms = {room.id: room for room in instance.rooms}
        self.surgeons = {surgeon.id: surgeon for surgeon in instance.surgeons}
        self.away = {tray.id: tray.reprocessing for tray in instance.trays}
        self.counts = {("anaesthetist", ""): instance.anaesthetists, ("recovery", ""): instance.recovery_beds}
        for kind, ones in (("team", instance.teams), ("equipment", instance.equipment), ("tray", instance.trays)):
            self.counts |= {(kind, one.id): one.count for one in ones}
        self.levels: dict[Key, list[int]] = {}
        self.placed: dict[date, list[Placement]] = defaultdict(list)
        for one in placements:
            self.add(one)

    def stays(self, case: Case, start: int, hold: int) -> Iterator[Stay]:
        """What a case occupies besides its room, when it enters at `start`."""
        knife, out = start + case.preparation, start + case.busy + hold
        yield "surgeon", case.surgeon, knife, knife + case.operation
        if case.anaesthetist:
            yield "anaesthetist", "", start, out
        if case.recovery:
            yield "recovery", "", out, out + case.recovery
        if case.team:
            yield "team", case.team, start, out + case.cleaning
        for name in case.equipment:
            yield "equipment", name, start, start + case.busy
        for name in case.trays:
            yield "tray", name, start, start + case.busy + self.away.get(name, 0)

    def add(self, one: Placement) -> None:
        """Put a case on the board."""
        case = self.cases[one.case]
        self.placed[one.day].append(one)
        self._fill(("room", one.room, one.day), one.start, one.end(case))
        for kind, name, start, end in self.stays(case, one.start, one.hold):
            self._fill((kind, name, one.day), start, end)

    def _fill(self, key: Key, start: int, end: int) -> None:
        """One more on each of these minutes: level k holds the minutes with at least k + 1."""
        carry = span_mask(start, end)
        levels = self.levels.setdefault(key, [])
        for place, level in enumerate(levels):
            levels[place], carry = level | carry, level & carry
        if carry:
            levels.append(carry)

    def full(self, kind: str, name: str, day: date) -> int:
        """The minutes when one more is too many."""
        count = self.counts.get((kind, name), 1 if kind in {"room", "surgeon"} else 0)
        if count == 0:
            return _ALL
        levels = self.levels.get((kind, name, day), [])
        return levels[count - 1] if len(levels) >= count else 0

    def fits(self, case: Case, day: date, room: str, start: int) -> int | None:
        """The least wait in the room with which the case may enter then, None when it may not."""
        if not self._order_allows(case, day, room, start):
            return None
        for hold in range(0, (self.instance.hold if case.recovery else 0) + 1, GRID):
            end = start + case.total + hold
            if not self._room_allows(case, day, room, start, end):
                return None
            if not any(
                self.full(kind, name, day) & span_mask(first, last)
                for kind, name, first, last in self.stays(case, start, hold)
            ):
                return hold
        return None

    def first_from(self, case: Case, day: date, room: str, starts: range) -> tuple[int, int] | None:
        """The first of these starts at which the case may enter, and its wait; None when there is none.

        After a conflict the search goes on where it ends: the same stay, begun sooner, would meet it again.
        """
        start = starts.start
        while start < starts.stop:
            hold = self.fits(case, day, room, start)
            if hold is not None:
                return start, hold
            start = -(-max(start + GRID, start + self._lost(case, day, room, start)) // GRID) * GRID
        return None

    def _lost(self, case: Case, day: date, room: str, start: int) -> int:
        """Minutes by which the start must move at least, by what does not depend on the wait."""
        stays = [stay for stay in self.stays(case, start, 0) if stay[0] != "recovery"]
        lost = 0
        for kind, name, first, last in [("room", room, start, start + case.total), *stays]:
            overlap = self.full(kind, name, day) & span_mask(first, last)
            lost = max(lost, overlap.bit_length() - first if overlap else 0)
        return lost

    def starts(self, case: Case, day: date, room: str) -> range:
        """The starts that hours allow; empty when the case cannot be in this room that day."""
        place, surgeon = self.rooms[room], self.surgeons.get(case.surgeon)
        opening = place.hours.on(day)
        there = surgeon.hours.on(day) if surgeon else None
        if opening is None or there is None or not case.suits(place) or not self.day_allows(case, day):
            return range(0)
        first = max(opening.start, there.start - case.preparation, 0)
        last = min(opening.end + self.instance.overtime - case.total, there.end - case.busy)
        return range(-(-first // GRID) * GRID, last + 1, GRID)

    def day_allows(self, case: Case, day: date) -> bool:
        """Dates and intensive care."""
        if not case.may_be_on(day):
            return False
        taken = sum(self.cases[one.case].intensive_care for one in self.placed[day])
        return not case.intensive_care or taken < self.instance.intensive_care.get(day, 0)

    def _room_allows(self, case: Case, day: date, room: str, start: int, end: int) -> bool:
        opening = self.rooms[room].hours.on(day)
        if opening is None or end > opening.end + self.instance.overtime:
            return False
        if self.full("room", room, day) & span_mask(start, end):
            return False
        return not any(window.overlaps(start, end) for window in self.instance.blocked(case, room, day))

    def _order_allows(self, case: Case, day: date, room: str, start: int) -> bool:
        """Infected last and latex first among those already in the room."""
        for one in self.placed[day]:
            if one.room != room:
                continue
            other = self.cases[one.case]
            first, second = (case, other) if start < one.start else (other, case)
            if (first.infected and not second.infected) or (second.latex and not first.latex):
                return False
        return True

    def overtime(self, room: str, day: date, end: int) -> int:
        """Minutes after closing."""
        hours: Window | None = self.rooms[room].hours.on(day)
        return max(0, end - hours.end) if hours else 0
