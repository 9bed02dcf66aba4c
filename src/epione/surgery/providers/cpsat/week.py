"""Which day each case goes to: Booleans case and day, capacities in minutes. Days are then solved one by one."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from ortools.sat.python import cp_model

from epione.surgery.domain.planning.instance import Case, Instance
from epione.surgery.domain.planning.job import Options
from epione.surgery.domain.planning.plan import Placement

from .solving import solver_for

TIGHTNESS = 0.97
"""Share of a room-day that a real day fills: with all of it, days refuse what the master promised."""


def assign(
    instance: Instance,
    options: Options,
    seconds: float,
    kept: Mapping[str, date],
    known: Mapping[str, Placement],
    banned: frozenset[tuple[str, date]],
    tightness: float = TIGHTNESS,
) -> dict[str, date]:
    """A day for each case that capacity allows; those of `known`, a plan, when nothing better is found in time.

    `kept` stay, `banned` are pairs that a day has refused.
    """
    model, found = cp_model.CpModel(), dict[tuple[str, date], Any]()
    in_room: dict[tuple[str, date], list[Any]] = defaultdict(list)
    pairs = [(case, day) for case in instance.cases for day in instance.days]
    for case, day in pairs:
        rooms = possible_rooms(instance, case, day)
        if rooms and (case.id, day) not in banned and kept.get(case.id, day) == day:
            found[case.id, day] = _choice(model, case, day, rooms, in_room, known.get(case.id))
    for (room, day), loads in in_room.items():
        model.add(sum(loads) <= int(_room_minutes(instance, room, day) * tightness))
    for case in instance.cases:
        days = [found[case.id, day] for day in instance.days if (case.id, day) in found]
        if days:
            model.add(sum(days) == 1 if case.id in kept else sum(days) <= 1)
    _people_and_things(model, instance, found)
    model.minimize(_cost(instance, found))
    solver = solver_for(options, seconds)
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {name: one.day for name, one in known.items()} | dict(kept)
    return {case: day for (case, day), chosen in found.items() if solver.value(chosen)}


def _choice(
    model: cp_model.CpModel,
    case: Case,
    day: date,
    rooms: list[str],
    in_room: dict[tuple[str, date], list[Any]],
    known: Placement | None,
) -> Any:
    """Whether the case goes to this day, in one of its rooms."""
    chosen = model.new_bool_var("")
    places = {room: model.new_bool_var("") for room in rooms}
    model.add(sum(places.values()) == chosen)
    model.add_hint(chosen, known is not None and known.day == day)
    for room, literal in places.items():
        in_room[room, day].append(case.total * literal)
        model.add_hint(literal, known is not None and (known.day, known.room) == (day, room))
    return chosen


def possible_rooms(instance: Instance, case: Case, day: date) -> list[str]:
    """Rooms in which the case alone has a chance that day."""
    surgeon = instance.surgeon(case.surgeon)
    there = surgeon.hours.on(day) if surgeon else None
    if there is None or case.operation > there.end - there.start or not case.may_be_on(day):
        return []
    suited = [(room.id, room.hours.on(day)) for room in instance.rooms if case.suits(room)]
    return [name for name, hours in suited if hours and case.total <= hours.end - hours.start + instance.overtime]


def _room_minutes(instance: Instance, room: str, day: date) -> int:
    place = instance.room(room)
    hours = place.hours.on(day) if place else None
    return hours.end - hours.start + instance.overtime if hours else 0


def _cost(instance: Instance, found: dict[tuple[str, date], Any]) -> Any:
    """Refusals first, then the urgent early in the week."""
    last = len(instance.days)
    rank = {day: place for place, day in enumerate(instance.days)}
    weights = {case.id: case.weight for case in instance.cases}
    return sum(
        (weights[case] // 30 * rank[day] - 20 * last * weights[case]) * one for (case, day), one in found.items()
    )


def _people_and_things(model: cp_model.CpModel, instance: Instance, found: dict[tuple[str, date], Any]) -> None:
    """Minutes of surgeons, anaesthetists, beds, equipment and trays, and intensive care, day by day."""
    for day in instance.days:
        used: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for case in instance.cases:
            chosen = found.get((case.id, day))
            if chosen is not None:
                for key, minutes in _demands(instance, case):
                    used[key].append(minutes * chosen)
        for key, loads in used.items():
            model.add(sum(loads) <= _capacity(instance, key, day))


def _demands(instance: Instance, case: Case) -> list[tuple[tuple[str, str], int]]:
    away = {tray.id: tray.reprocessing for tray in instance.trays}
    found = [(("surgeon", case.surgeon), case.operation)]
    found += [(("anaesthetist", ""), case.busy)] if case.anaesthetist else []
    found += [(("recovery", ""), case.recovery)] if case.recovery else []
    found += [(("intensive-care", ""), 1)] if case.intensive_care else []
    found += [(("team", case.team), case.total)] if case.team else []
    found += [(("equipment", name), case.busy) for name in case.equipment]
    return found + [(("tray", name), case.busy + away[name]) for name in case.trays]


def _capacity(instance: Instance, key: tuple[str, str], day: date) -> int:
    """What there is of something in a day; what is cleaned or recovers after closing counts beyond it."""
    kind, name = key
    if kind == "intensive-care":
        return instance.intensive_care.get(day, 0)
    if kind == "surgeon":
        surgeon = instance.surgeon(name)
        hours = surgeon.hours.on(day) if surgeon else None
        return hours.end - hours.start if hours else 0
    windows = [hours for room in instance.rooms if (hours := room.hours.on(day))]
    span = max((one.end for one in windows), default=0) - min((one.start for one in windows), default=0)
    pools = {"team": instance.teams, "equipment": instance.equipment, "tray": instance.trays}
    if kind in pools:
        one = next(one for one in pools[kind] if one.id == name)
        return one.count * (span + instance.overtime + one.reprocessing)
    count = instance.anaesthetists if kind == "anaesthetist" else instance.recovery_beds
    return count * (span + instance.overtime + (240 if kind == "recovery" else 0))
