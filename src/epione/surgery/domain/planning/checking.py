"""The independent checker: it counts people and things minute by minute, and shares nothing with the solver's model.

`detect_conflicts` asks it what a proposed slot would break.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from .instance import Case, Instance, Text, Window, both, clock
from .plan import Conflict, Placement, Plan

Busy = tuple[int, int, str]
"""From, to, and the case that is there."""


def check(instance: Instance, plan: Plan) -> tuple[Conflict, ...]:
    """Every rule that the plan breaks; empty when it may be given."""
    found = list(_accounts(instance, plan))
    placed = [(instance.case(one.case), one) for one in plan.placements]
    known = [(case, one) for case, one in placed if case is not None]
    for case, one in known:
        found += _alone(instance, case, one)
    by_day: dict[date, list[tuple[Case, Placement]]] = defaultdict(list)
    for case, one in known:
        by_day[one.day].append((case, one))
    for day, ones in by_day.items():
        found += _shared(instance, day, ones)
        found += _hygiene(day, ones)
    return tuple(found)


def detect_conflicts(instance: Instance, plan: Plan, proposed: Placement) -> tuple[Conflict, ...]:
    """What a proposed slot breaks that the plan without it does not: who, what, when."""
    others = tuple(one for one in plan.placements if one.case != proposed.case)
    refused = tuple(one for one in plan.refused if one != proposed.case)
    before = {_key(one) for one in check(instance, Plan(others, refused)) if one.rule != "account"}
    after = check(instance, Plan((*others, proposed), refused))
    return tuple(one for one in after if _key(one) not in before and _concerns(one, proposed.case))


def _key(one: Conflict) -> tuple[object, ...]:
    return one.rule, one.resource, one.day, one.window, one.cases


def _concerns(one: Conflict, case: str) -> bool:
    return one.rule != "account" or case in one.cases


def _accounts(instance: Instance, plan: Plan) -> Iterator[Conflict]:
    """Each case once: placed or refused, and known."""
    counted = Counter([one.case for one in plan.placements] + list(plan.refused))
    for case in instance.cases:
        if counted[case.id] != 1:
            text = both(
                f"{case.id} figure {counted[case.id]} fois parmi les placées et les refusées",
                f"{case.id} stands {counted[case.id]} times among the placed and the refused",
            )
            yield Conflict("account", case.id, None, None, (case.id,), text)
    known = {case.id for case in instance.cases}
    for name in counted:
        if name not in known:
            text = both(f"intervention inconnue\u00a0: {name}", f"unknown case: {name}")
            yield Conflict("account", name, None, None, (name,), text)


def _alone(instance: Instance, case: Case, one: Placement) -> Iterator[Conflict]:
    """What a case breaks by itself: its day, its room, hours, blocks, waiting."""
    for rule, resource, window, text in (
        *_date_faults(instance, case, one),
        *_room_faults(instance, case, one),
        *_surgeon_faults(instance, case, one),
    ):
        yield Conflict(rule, resource, one.day, window, (case.id,), text)


Faulty = tuple[str, str, tuple[int, int] | None, Text]


def _date_faults(instance: Instance, case: Case, one: Placement) -> Iterator[Faulty]:
    if one.day not in instance.days:
        yield "day", case.id, None, both("jour hors du plan", "day outside the plan")
    if case.legal_earliest is not None and one.day < case.legal_earliest:
        day, why = case.legal_earliest, case.legal_reason
        yield "legal", case.id, None, both(f"pas avant le {day} ({why})", f"not before {day} ({why})")
    early = case.not_before is not None and one.day < case.not_before
    if early or (case.not_after is not None and one.day > case.not_after):
        yield "dates", case.id, None, both("hors de ses dates", "outside its dates")


def _room_faults(instance: Instance, case: Case, one: Placement) -> Iterator[Faulty]:
    room = instance.room(one.room)
    if room is None:
        yield "eligibility", one.room, None, both(f"salle inconnue\u00a0: {one.room}", f"unknown room: {one.room}")
        return
    span = (one.start, one.end(case))
    lacking = sorted(case.needs - room.features)
    if lacking or (case.rooms and room.id not in case.rooms):
        what = ", ".join(lacking) or case.id
        yield (
            "eligibility",
            room.id,
            span,
            both(f"{room.name} ne convient pas à {case.id} ({what})", f"{room.name} does not suit {case.id} ({what})"),
        )
    hours = room.hours.on(one.day)
    if hours is None or span[0] < hours.start or span[1] > hours.end + instance.overtime:
        yield "room-hours", room.id, span, both(f"{room.name} est fermée", f"{room.name} is closed")
    for window in instance.blocked(case, room.id, one.day):
        if not (span[1] <= window.start or span[0] >= window.end):
            yield (
                "block",
                room.id,
                (window.start, window.end),
                both(f"{room.name} est réservée à d’autres", f"{room.name} is kept for others"),
            )
    if one.hold < 0 or one.hold > (instance.hold if case.recovery else 0):
        yield "hold", room.id, span, both("attente impossible en salle", "impossible wait in the room")


def _surgeon_faults(instance: Instance, case: Case, one: Placement) -> Iterator[Faulty]:
    surgeon = instance.surgeon(case.surgeon)
    hours = surgeon.hours.on(one.day) if surgeon else None
    knife = one.start + case.preparation
    if hours is None or knife < hours.start or knife + case.operation > hours.end:
        name = surgeon.name if surgeon else case.surgeon
        yield (
            "surgeon-hours",
            case.surgeon,
            (knife, knife + case.operation),
            both(f"{name} n’est pas là", f"{name} is not there"),
        )


def _shared(instance: Instance, day: date, ones: list[tuple[Case, Placement]]) -> Iterator[Conflict]:
    """What cases break together: counts of each minute against what there is."""
    stays: dict[tuple[str, str], list[Busy]] = defaultdict(list)
    for case, one in ones:
        knife, out = one.start + case.preparation, one.start + case.preparation + case.operation + one.hold
        stays["room", one.room].append((one.start, out + case.cleaning, case.id))
        stays["surgeon", case.surgeon].append((knife, knife + case.operation, case.id))
        if case.anaesthetist:
            stays["anaesthetist", ""].append((one.start, out, case.id))
        if case.recovery:
            stays["recovery", ""].append((out, out + case.recovery, case.id))
        if case.team:
            stays["team", case.team].append((one.start, out + case.cleaning, case.id))
        for name in case.equipment:
            stays["equipment", name].append((one.start, knife + case.operation, case.id))
        for name in case.trays:
            away = next((tray.reprocessing for tray in instance.trays if tray.id == name), 0)
            stays["tray", name].append((one.start, knife + case.operation + away, case.id))
    for (rule, name), busy in stays.items():
        yield from _crowded(rule, name, day, busy, _count(instance, rule, name))
    yield from _intensive(instance, day, ones)


def _count(instance: Instance, rule: str, name: str) -> int:
    if rule in {"room", "surgeon"}:
        return 1
    if rule == "anaesthetist":
        return instance.anaesthetists
    if rule == "recovery":
        return instance.recovery_beds
    pools = {"team": instance.teams, "equipment": instance.equipment, "tray": instance.trays}
    return next((one.count for one in pools[rule] if one.id == name), 0)


def _crowded(rule: str, name: str, day: date, busy: list[Busy], count: int) -> Iterator[Conflict]:
    """The stretches when more are there than may be."""
    edges = sorted({edge for start, end, _ in busy for edge in (start, end)})
    for start, end in pairwise(edges):
        there = tuple(sorted(case for begin, stop, case in busy if begin < end and start < stop))
        if len(there) > count:
            what = " ".join(part for part in (rule, name) if part)
            text = both(
                f"{what}\u00a0: {len(there)} à la fois pour {count}, de {clock(start)} à {clock(end)}"
                f" ({', '.join(there)})",
                f"{what}: {len(there)} at once for {count}, {clock(start)} to {clock(end)} ({', '.join(there)})",
            )
            yield Conflict(rule, name, day, (start, end), there, text)


def _intensive(instance: Instance, day: date, ones: list[tuple[Case, Placement]]) -> Iterator[Conflict]:
    there = tuple(sorted(case.id for case, _ in ones if case.intensive_care))
    beds = instance.intensive_care.get(day, 0)
    if len(there) > beds:
        text = both(
            f"{len(there)} patients de soins intensifs pour {beds} lits ({', '.join(there)})",
            f"{len(there)} patients for {beds} intensive-care beds ({', '.join(there)})",
        )
        yield Conflict("intensive-care", "", day, None, there, text)


def _hygiene(day: date, ones: list[tuple[Case, Placement]]) -> Iterator[Conflict]:
    """In a room: the infected after the others, those allergic to latex before."""
    for case, one in ones:
        for other, its in _beside(ones, one):
            if case.infected and not other.infected and one.start < its.start:
                text = both(
                    f"{other.id} passe après {case.id}, infectée, dans la même salle",
                    f"{other.id} follows {case.id}, infected, in the same room",
                )
                yield _ordered_wrong("infected-last", day, one, its, text)
            if case.latex and not other.latex and its.start < one.start:
                text = both(
                    f"{case.id}, allergique au latex, passe après {other.id} dans la même salle",
                    f"{case.id}, allergic to latex, follows {other.id} in the same room",
                )
                yield _ordered_wrong("latex-first", day, one, its, text)


def _beside(ones: Iterable[tuple[Case, Placement]], mine: Placement) -> list[tuple[Case, Placement]]:
    return [(case, one) for case, one in ones if one.room == mine.room and one.case != mine.case]


def _ordered_wrong(rule: str, day: date, one: Placement, its: Placement, text: Text) -> Conflict:
    window = Window(min(one.start, its.start), max(one.start, its.start))
    return Conflict(rule, one.room, day, (window.start, window.end), tuple(sorted((one.case, its.case))), text)
