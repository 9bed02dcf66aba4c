"""A plan: who is operated where and when, who is refused, and how far from the best it may be."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .instance import Case, Instance, Text, clock


@dataclass(frozen=True)
class Placement:
    """A case in a room, entering at `start`; `hold` minutes of waiting in the room for a bed of recovery."""

    case: str
    day: date
    room: str
    start: int
    hold: int = 0

    def out(self, case: Case) -> int:
        """When the patient leaves the room."""
        return self.start + case.busy + self.hold

    def end(self, case: Case) -> int:
        """When the room is clean."""
        return self.out(case) + case.cleaning


@dataclass(frozen=True)
class Stage:
    """One stage of the search: what it reached, what is proved to be the least, and whether both meet."""

    name: str
    value: int
    bound: int
    proved: bool
    seconds: float = 0.0


@dataclass(frozen=True)
class Plan:
    """Placements and refusals; `stages` tell how good it is known to be."""

    placements: tuple[Placement, ...]
    refused: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    first_seconds: float | None = None

    def of(self, case: str) -> Placement | None:
        """Where a case is, None when it is not planned."""
        return next((one for one in self.placements if one.case == case), None)

    def on(self, day: date) -> tuple[Placement, ...]:
        """The placements of a day."""
        return tuple(one for one in self.placements if one.day == day)

    def cost(self, instance: Instance) -> int:
        """The weight of what is refused."""
        return sum(case.weight for case in instance.cases if case.id in self.refused)


@dataclass(frozen=True)
class Conflict:
    """One broken rule: which, of what, when, between whom."""

    rule: str
    resource: str
    day: date | None
    window: tuple[int, int] | None
    cases: tuple[str, ...]
    text: Text = field(default_factory=dict)


def ordered(placements: list[Placement]) -> tuple[Placement, ...]:
    """By day, room and hour, as a board is read."""
    return tuple(sorted(placements, key=lambda one: (one.day, one.room, one.start, one.case)))


def placement_facts(instance: Instance, one: Placement) -> dict[str, Any]:
    """A placement as JSON, with the hours that people ask for."""
    case = instance.case(one.case)
    facts: dict[str, Any] = {"case": one.case, "day": one.day.isoformat(), "room": one.room, "start": clock(one.start)}
    if case is None:
        return facts
    knife = one.start + case.preparation
    return facts | {
        "hold_minutes": one.hold,
        "knife": clock(knife),
        "operation_end": clock(knife + case.operation),
        "leaves_room": clock(one.out(case)),
        "room_clean": clock(one.end(case)),
        "surgeon": case.surgeon,
    }


def plan_facts(instance: Instance, plan: Plan) -> dict[str, Any]:
    """A plan as JSON; `epione surgery check` reads it back."""
    return {
        "version": 1,
        "placements": [placement_facts(instance, one) for one in plan.placements],
        "refused": list(plan.refused),
        "refused_weight": plan.cost(instance),
        "stages": [
            {"name": stage.name, "value": stage.value, "bound": stage.bound, "proved": stage.proved}
            for stage in plan.stages
        ],
    }


def conflict_facts(one: Conflict) -> dict[str, Any]:
    """A conflict as JSON."""
    return {
        "rule": one.rule,
        "resource": one.resource,
        "day": one.day.isoformat() if one.day else None,
        "from": clock(one.window[0]) if one.window else None,
        "to": clock(one.window[1]) if one.window else None,
        "cases": list(one.cases),
        "text": dict(one.text),
    }
