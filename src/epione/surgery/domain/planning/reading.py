"""Instances and plans in JSON, as docs/surgery-planning.md describes them."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from .fields import BadInstance, Fault, Fields, read_clock, read_day
from .instance import Block, Case, Hours, Instance, Priority, Resource, Room, Surgeon, Window, both
from .plan import Placement, Plan

MOST_DAYS = 31
MOST_CASES = 2000
MOST_MINUTES = 16 * 60
_POOLS = ("teams", "equipment", "trays")
_PRIORITIES = ", ".join(Priority)
_DONE = ("knife", "operation_end", "leaves_room", "room_clean", "surgeon")


def parse(text: str) -> Any:
    """JSON text as values; a fault when it is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BadInstance((Fault("", both("ce fichier n’est pas du JSON", "this file is no JSON")),)) from None


def read_instance(values: Any) -> Instance:
    """The instance, or `BadInstance` with every fault."""
    faults: list[Fault] = []
    top = Fields(values, "", faults)
    if top.number("version", 1, 1) and faults:
        raise BadInstance(tuple(faults))
    days = _days(top)
    rooms = top.each("rooms", _room)
    surgeons = top.each("surgeons", _surgeon)
    kinds = {name: top.each(name, _resource) for name in _POOLS}
    known = {name: frozenset(one.id for one in ones) for name, ones in kinds.items()}
    known |= {"rooms": frozenset(room.id for room in rooms), "surgeons": frozenset(one.id for one in surgeons)}
    instance = Instance(
        today=top.day("today") or min(days, default=date.min),
        days=days,
        rooms=rooms,
        surgeons=surgeons,
        cases=top.each("cases", lambda one: _case(one, known)),
        anaesthetists=top.number("anaesthetists", 0, 500),
        recovery_beds=top.number("recovery_beds", 0, 500),
        intensive_care=_counts(top, "intensive_care_beds", days),
        blocks=top.each("blocks", lambda one: _block(one, known)),
        overtime=top.number("overtime_max_minutes", 0, 480, 60),
        hold=top.number("recovery_wait_max_minutes", 0, 120, 30),
        **kinds,
    )
    top.done()
    _whole(top, instance)
    if faults:
        raise BadInstance(tuple(faults))
    return instance


def _whole(top: Fields, instance: Instance) -> None:
    """What only the whole instance tells."""
    if not instance.days or not instance.rooms:
        name = "rooms" if instance.days else "days"
        top.refuse(name, "au moins un élément est attendu", "at least one is expected")
    if len(instance.cases) > MOST_CASES:
        top.refuse("cases", f"au plus {MOST_CASES} interventions", f"at most {MOST_CASES} cases")


def _days(top: Fields) -> tuple[date, ...]:
    found = []
    for number, value in enumerate(top.items("days")):
        day = read_day(value)
        if day is None or day in found:
            top.refuse(
                f"days[{number}]", "une date AAAA-MM-JJ, une seule fois, est attendue", "a date YYYY-MM-DD, once only"
            )
        else:
            found.append(day)
    if len(found) > MOST_DAYS:
        top.refuse("days", f"au plus {MOST_DAYS} jours", f"at most {MOST_DAYS} days")
    return tuple(sorted(found))


def _counts(top: Fields, name: str, days: tuple[date, ...]) -> Mapping[date, int]:
    """A count for every day: one number, or an object of dates; a day not named has none."""
    value = top.raw(name)
    if not isinstance(value, dict):
        count = top.number(name, 0, 500, 0)
        return dict.fromkeys(days, count)
    inner = Fields(value, top.place(name), top.faults)
    found = {}
    for key in value:
        day = read_day(key)
        count = inner.number(key, 0, 500)
        if day is None:
            inner.refuse(key, "une date AAAA-MM-JJ est attendue", "a date YYYY-MM-DD is expected")
        else:
            found[day] = count
    return found


def _hours(one: Fields) -> Hours:
    usual = one.window("hours")
    exceptions: dict[date, Window | None] = {}
    value = one.raw("days")
    if value is not None:
        inner = Fields(value, one.place("days"), one.faults)
        for key in inner.values:
            day = read_day(key)
            window = inner.window(key)
            if day is None:
                inner.refuse(key, "une date AAAA-MM-JJ est attendue", "a date YYYY-MM-DD is expected")
            else:
                exceptions[day] = window
    return Hours(usual, exceptions)


def _room(one: Fields) -> Room:
    name = one.text("id", needed=True)
    return Room(name, one.text("name") or name, _hours(one), frozenset(one.names("features")))


def _surgeon(one: Fields) -> Surgeon:
    name = one.text("id", needed=True)
    return Surgeon(name, one.text("name") or name, _hours(one))


def _resource(one: Fields) -> Resource:
    name = one.text("id", needed=True)
    away = one.number("reprocessing_minutes", 0, 1440, 0) if ".trays[" in f".{one.where}" else 0
    return Resource(name, one.text("name") or name, one.number("count", 0, 500), away)


def _block(one: Fields, known: Mapping[str, frozenset[str]]) -> Block:
    window = one.window("hours")
    if window is None and "hours" not in one.values:
        one.refuse("hours", "obligatoire", "required")
    return Block(
        room=_known(one, "room", known["rooms"]),
        day=one.day("day", needed=True) or date.min,
        window=window or Window(0, 1),
        surgeons=frozenset(one.names("surgeons", known["surgeons"])),
        release_days=one.number("release_days", 0, 365, 0),
    )


def _known(one: Fields, name: str, known: frozenset[str], *, needed: bool = True) -> str:
    value = one.text(name, needed=needed)
    if value and value not in known:
        one.refuse(name, f"inconnu\u00a0: {value}", f"unknown: {value}")
    return value


def _case(one: Fields, known: Mapping[str, frozenset[str]]) -> Case:
    case = Case(
        id=one.text("id", needed=True),
        label=one.text("label"),
        surgeon=_known(one, "surgeon", known["surgeons"]),
        preparation=one.number("preparation_minutes", 0, MOST_MINUTES, 0),
        operation=one.number("operation_minutes", 1, MOST_MINUTES),
        cleaning=one.number("cleaning_minutes", 0, MOST_MINUTES, 0),
        recovery=one.number("recovery_minutes", 0, MOST_MINUTES, 0),
        needs=frozenset(one.names("needs")),
        rooms=frozenset(one.names("rooms", known["rooms"])),
        team=_known(one, "team", known["teams"], needed=False),
        equipment=one.names("equipment", known["equipment"]),
        trays=one.names("trays", known["trays"]),
        anaesthetist=one.flag("anaesthetist", default=True),
        intensive_care=one.flag("intensive_care"),
        latex=one.flag("latex_allergy"),
        infected=one.flag("infected"),
        child=one.flag("child"),
        priority=_priority(one),
        waiting_days=one.number("waiting_days", 0, 36500, 0),
        not_before=one.day("not_before"),
        not_after=one.day("not_after"),
        legal_earliest=one.day("legal_earliest"),
        legal_reason=one.text("legal_reason"),
    )
    if case.not_before and case.not_after and case.not_before > case.not_after:
        one.refuse("not_after", "précède not_before", "comes before not_before")
    return case


def _priority(one: Fields) -> Priority:
    value = one.raw("priority")
    if value is None:
        return Priority.ROUTINE
    if value not in list(Priority):
        one.refuse("priority", f"l’une de ces valeurs est attendue\u00a0: {_PRIORITIES}", f"one of: {_PRIORITIES}")
        return Priority.ROUTINE
    return Priority(value)


def read_case(instance: Instance, values: Any) -> Case:
    """One more case for an instance, such as an emergency; `BadInstance` with every fault."""
    faults: list[Fault] = []
    one = Fields(values, "", faults)
    known = {name: frozenset(item.id for item in getattr(instance, name)) for name in ("rooms", "surgeons", *_POOLS)}
    case = _case(one, known)
    one.done()
    if faults:
        raise BadInstance(tuple(faults))
    return case


def read_plan(values: Any) -> Plan:
    """A plan as written by `epione surgery plan`, or by others; `BadInstance` with every fault."""
    faults: list[Fault] = []
    top = Fields(values, "", faults)
    top.number("version", 1, 1, 1)
    placements = top.each("placements", _placement)
    refused = []
    for number, value in enumerate(top.items("refused")):
        if isinstance(value, str):
            refused.append(value)
        else:
            top.refuse(f"refused[{number}]", "un identifiant est attendu", "an id is expected")
    if faults:
        raise BadInstance(tuple(faults))
    return Plan(placements, tuple(refused))


def _placement(one: Fields) -> Placement:
    for name in _DONE:
        one.raw(name)  # told to people by the plan, computed again from the case
    start = read_clock(one.raw("start"))
    if start is None:
        one.refuse("start", "une heure HH:MM est attendue", "an hour HH:MM is expected")
    return Placement(
        case=one.text("case", needed=True),
        day=one.day("day", needed=True) or date.min,
        room=one.text("room", needed=True),
        start=start or 0,
        hold=one.number("hold_minutes", 0, 1440, 0),
    )
