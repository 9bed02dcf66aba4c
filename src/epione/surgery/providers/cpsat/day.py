"""The day as a CP-SAT model: optional intervals per room, phases that share one start, cumulative resources."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from epione.surgery.domain.planning.instance import DAY_MINUTES, GRID, Case, Room
from epione.surgery.domain.planning.job import DayJob, Requirement
from epione.surgery.domain.planning.plan import Placement

_LATEST = 3 * DAY_MINUTES


@dataclass
class CaseVars:
    """The unknowns of a case; `step` and `wait` (in grid steps) are None when it is fixed, the minutes then numbers."""

    case: Case
    present: Any
    rooms: dict[str, Any]
    step: Any
    start: Any
    wait: Any
    out: Any
    hold: Any

    @property
    def end(self) -> Any:
        """When its room is clean."""
        return self.out + self.case.cleaning


class DayModel:
    """The constraints of one day; what is minimised is set stage by stage."""

    def __init__(self, job: DayJob) -> None:
        self.job, self.instance, self.model = job, job.instance, cp_model.CpModel()
        self.cases = {case.id: self._case(case) for case in job.cases}
        self.overtime: dict[str, Any] = {}
        self._hours()
        self._rooms()
        self._blocks()
        self._resources()
        self._intensive()
        self._hygiene()

    def _case(self, case: Case) -> CaseVars:
        fixed, model = self.job.fixed.get(case.id), self.model
        present = model.new_bool_var(f"on {case.id}")
        rooms = {room.id: model.new_bool_var(f"{case.id}@{room.id}") for room in self._possible(case)}
        model.add(sum(rooms.values()) == present)
        if case.id in self.job.forced or fixed:
            model.add(present == 1)
        if not case.may_be_on(self.job.day) and not fixed:
            model.add(present == 0)
        if fixed:
            return self._fixed(case, fixed, present, rooms)
        step = model.new_int_var(-(-self.job.not_before // GRID), DAY_MINUTES // GRID, f"step {case.id}")
        wait = model.new_int_var(0, self.instance.hold // GRID if case.recovery else 0, f"wait {case.id}")
        out = model.new_int_var(0, _LATEST, f"out {case.id}")
        start = step * GRID
        model.add(out == start + case.busy + wait * GRID)
        return CaseVars(case, present, rooms, step, start, wait, out, wait * GRID)

    def _fixed(self, case: Case, one: Placement, present: Any, rooms: dict[str, Any]) -> CaseVars:
        """A case that has started, or that an explanation leaves where it is."""
        for room, literal in rooms.items():
            self.model.add(literal == (room == one.room))
        return CaseVars(case, present, rooms, None, one.start, None, one.out(case), one.hold)

    def _possible(self, case: Case) -> list[Room]:
        """The rooms that suit a case and are open; a fixed case keeps its own whatever became of it."""
        fixed = self.job.fixed.get(case.id)
        if fixed:
            return [room for room in self.instance.rooms if room.id == fixed.room]
        anywhere, always = (self.job.waives(case, kind) for kind in ("eligibility", "room-hours"))
        return [
            room
            for room in self.instance.rooms
            if (anywhere or case.suits(room)) and (always or room.hours.on(self.job.day) is not None)
        ]

    def _hours(self) -> None:
        """Rooms with a hard latest end, surgeons on knife time; what has started is not judged again."""
        for room in self.instance.rooms:
            self.overtime[room.id] = self.model.new_int_var(0, _LATEST, f"overtime {room.id}")
        for one in self.cases.values():
            if one.case.id in self.job.fixed:
                continue
            self._surgeon_hours(one)
            for name, literal in one.rooms.items():
                self._room_hours(one, name, literal)

    def _room_hours(self, one: CaseVars, room: str, literal: Any) -> None:
        place = self.instance.room(room)
        hours = place.hours.on(self.job.day) if place else None
        if hours is None or self.job.waives(one.case, "room-hours"):
            return
        self.model.add(one.start >= hours.start).only_enforce_if(literal)
        self.model.add(one.end <= hours.end + self.instance.overtime).only_enforce_if(literal)
        self.model.add(self.overtime[room] >= one.end - hours.end).only_enforce_if(literal)

    def _surgeon_hours(self, one: CaseVars) -> None:
        if self.job.waives(one.case, "surgeon-hours", one.case.surgeon):
            return
        surgeon = self.instance.surgeon(one.case.surgeon)
        hours = surgeon.hours.on(self.job.day) if surgeon else None
        if hours is None:
            self.model.add(one.present == 0)
            return
        self.model.add(one.start + one.case.preparation >= hours.start).only_enforce_if(one.present)
        self.model.add(one.start + one.case.busy <= hours.end).only_enforce_if(one.present)

    def _stay(self, one: CaseVars, room: str, literal: Any) -> Any:
        """The time of a room, waiting for recovery included."""
        size = one.case.total + one.hold
        return self.model.new_optional_interval_var(one.start, size, one.end, literal, f"{one.case.id} in {room}")

    def _rooms(self) -> None:
        """One case at a time in a room."""
        self.in_room: dict[str, list[tuple[CaseVars, Any]]] = defaultdict(list)
        for one in self.cases.values():
            for room, literal in one.rooms.items():
                self.in_room[room].append((one, self._stay(one, room, literal)))
        for stays in self.in_room.values():
            self.model.add_no_overlap([stay for one, stay in stays if not self.job.waives(one.case, "room")])

    def _blocks(self) -> None:
        """Rooms kept for others."""
        for room, stays in self.in_room.items():
            for one, stay in stays:
                if one.case.id in self.job.fixed or self.job.waives(one.case, "block"):
                    continue
                for window in self.instance.blocked(one.case, room, self.job.day):
                    length = window.end - window.start
                    kept = self.model.new_fixed_size_interval_var(window.start, length, "block")
                    self.model.add_no_overlap([stay, kept])

    def _resources(self) -> None:
        """Surgeons on knife time; anaesthetists, teams, equipment, trays and recovery beds as counts."""
        self.used: dict[Requirement, list[Any]] = defaultdict(list)
        for one in self.cases.values():
            self._use(one)
        counts = self._counts()
        for key, stays in self.used.items():
            if counts.get(key, 1) == 1:
                self.model.add_no_overlap(stays)
            else:
                self.model.add_cumulative(stays, [1] * len(stays), counts[key])

    def _use(self, one: CaseVars) -> None:
        """What one case occupies besides its room."""
        case, away = one.case, {tray.id: tray.reprocessing for tray in self.instance.trays}
        self._fixed_stay(one, ("surgeon", case.surgeon), one.start + case.preparation, case.operation)
        for name in case.equipment:
            self._fixed_stay(one, ("equipment", name), one.start, case.busy)
        for name in case.trays:
            self._fixed_stay(one, ("tray", name), one.start, case.busy + away[name])
        if case.recovery:
            self._fixed_stay(one, ("recovery", ""), one.out, case.recovery)
        if case.anaesthetist:
            self._stay_until(one, ("anaesthetist", ""), one.out, 0)
        if case.team:
            self._stay_until(one, ("team", case.team), one.end, case.cleaning)

    def _fixed_stay(self, one: CaseVars, key: Requirement, start: Any, size: int) -> None:
        if not self.job.waives(one.case, *key):
            stay = self.model.new_optional_fixed_size_interval_var(start, size, one.present, str(key))
            self.used[key].append(stay)

    def _stay_until(self, one: CaseVars, key: Requirement, end: Any, more: int) -> None:
        """A stay as long as the patient's, waiting for recovery included."""
        if not self.job.waives(one.case, *key):
            size = one.case.busy + more + one.hold
            self.used[key].append(self.model.new_optional_interval_var(one.start, size, end, one.present, str(key)))

    def _counts(self) -> dict[Requirement, int]:
        counts = {("anaesthetist", ""): self.instance.anaesthetists, ("recovery", ""): self.instance.recovery_beds}
        pools = {"team": self.instance.teams, "equipment": self.instance.equipment, "tray": self.instance.trays}
        return counts | {(kind, one.id): one.count for kind, ones in pools.items() for one in ones}

    def _intensive(self) -> None:
        """A count of intensive-care beds for the day."""
        wanting = [one for one in self.cases.values() if one.case.intensive_care]
        counted = [one.present for one in wanting if not self.job.waives(one.case, "intensive-care")]
        if counted:
            self.model.add(sum(counted) <= self.instance.intensive_care.get(self.job.day, 0))

    def _hygiene(self) -> None:
        """In a room: infected last, latex first."""
        for one in self.cases.values():
            for other in self.cases.values():
                late = one.case.infected and not other.case.infected
                early = other.case.latex and not one.case.latex
                if one is not other and (late or early):
                    self._before(other, one)

    def _before(self, first: CaseVars, second: CaseVars) -> None:
        both = {first.case.id, second.case.id}
        if any(self.job.waives(one.case, "hygiene") for one in (first, second)) or both <= set(self.job.fixed):
            return
        for room in first.rooms.keys() & second.rooms.keys():
            together = [first.rooms[room], second.rooms[room]]
            self.model.add(first.end <= second.start).only_enforce_if(together)

    def hint(self, placements: dict[str, Placement]) -> None:
        """Start the search from a known plan."""
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for one in self.cases.values():
            place = placements.get(one.case.id)
            self.model.add_hint(one.present, place is not None)
            for room, literal in one.rooms.items():
                self.model.add_hint(literal, place is not None and place.room == room)
            if one.step is not None and place is not None and place.start % GRID == 0:
                self.model.add_hint(one.step, place.start // GRID)
                self.model.add_hint(one.wait, place.hold // GRID)
                self.model.add_hint(one.out, place.out(one.case))

    def placements(self, value: Any) -> dict[str, Placement]:
        """The solution as placements; `value` reads a variable."""
        found = {}
        for name, one in self.cases.items():
            room = next((room for room, literal in one.rooms.items() if value(literal)), None)
            if name in self.job.fixed:
                found[name] = self.job.fixed[name]
            elif room is not None:
                found[name] = Placement(name, self.job.day, room, value(one.step) * GRID, value(one.wait) * GRID)
        return found
