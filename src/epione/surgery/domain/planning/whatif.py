"""Other hours, people or things: an instance as it would be. Written `room:R3=08:00-19:00` or `equipment:tower=2`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from .fields import BadInstance, Fault, read_clock
from .instance import Hours, Instance, Window, both

POOLS = {"team": "teams", "equipment": "equipment", "tray": "trays"}
COUNTS = {"anaesthetist": "anaesthetists", "recovery": "recovery_beds"}


def with_count(instance: Instance, kind: str, name: str, count: int) -> Instance:
    """As many of a thing as said."""
    if kind == "anaesthetist":
        return replace(instance, anaesthetists=count)
    if kind == "recovery":
        return replace(instance, recovery_beds=count)
    if kind == "intensive-care":
        return replace(instance, intensive_care=dict.fromkeys(instance.days, count))
    pool = getattr(instance, POOLS[kind])
    other: dict[str, Any] = {POOLS[kind]: tuple(replace(one, count=count) if one.id == name else one for one in pool)}
    return replace(instance, **other)


def count_of(instance: Instance, kind: str, name: str, day: date) -> int:
    """How many of a thing there are."""
    if kind in COUNTS:
        return int(getattr(instance, COUNTS[kind]))
    if kind == "intensive-care":
        return instance.intensive_care.get(day, 0)
    return next((one.count for one in getattr(instance, POOLS[kind]) if one.id == name), 0)


def with_hours(instance: Instance, kind: str, name: str, hours: Hours) -> Instance:
    """A room or a surgeon with other hours."""
    if kind == "room":
        rooms = tuple(replace(one, hours=hours) if one.id == name else one for one in instance.rooms)
        return replace(instance, rooms=rooms)
    people = tuple(replace(one, hours=hours) if one.id == name else one for one in instance.surgeons)
    return replace(instance, surgeons=people)


def longer(instance: Instance, kind: str, name: str, day: date, minutes: int) -> Instance:
    """A room or a surgeon who stays longer that day; as it was when there is nothing to lengthen."""
    one = instance.room(name) if kind == "room" else instance.surgeon(name)
    window = one.hours.on(day) if one else None
    if one is None or window is None:
        return instance
    days: Mapping[date, Window | None] = {**one.hours.days, day: Window(window.start, window.end + minutes)}
    return with_hours(instance, kind, name, replace(one.hours, days=days))


def changed(instance: Instance, settings: list[str]) -> Instance:
    """The instance with every setting applied, or `BadInstance` for one that cannot be."""
    for text in settings:
        target, sign, value = text.partition("=")
        kind, _, name = target.partition(":")
        found = _applied(instance, kind.strip(), name.strip(), value.strip()) if sign else None
        if found is None:
            raise BadInstance((Fault(text, both("changement illisible ou inconnu", "unreadable or unknown change")),))
        instance = found
    return instance


def _applied(instance: Instance, kind: str, name: str, value: str) -> Instance | None:
    if kind in {"room", "surgeon"}:
        return _hours_set(instance, kind, name, value)
    known = kind in COUNTS or kind == "intensive-care"
    if kind in POOLS:
        known = any(one.id == name for one in getattr(instance, POOLS[kind]))
    if not known or not (value.isascii() and value.isdigit() and len(value) <= 3):
        return None
    return with_count(instance, kind, name, int(value))


def _hours_set(instance: Instance, kind: str, name: str, value: str) -> Instance | None:
    """`08:00-19:00` on every day, or `closed`."""
    if (instance.room(name) if kind == "room" else instance.surgeon(name)) is None:
        return None
    if value == "closed":
        return with_hours(instance, kind, name, Hours(None))
    start, end = (read_clock(part) for part in (*value.split("-", 1), "")[:2])
    if start is None or end is None or start >= end:
        return None
    return with_hours(instance, kind, name, Hours(Window(start, end)))
