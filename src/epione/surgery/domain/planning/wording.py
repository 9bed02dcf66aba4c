"""The sentences of an explanation, in French and in English."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from .instance import Case, Instance, Text, Window, both, clock
from .job import Requirement, Scope
from .plan import Plan
from .whatif import POOLS, count_of


@dataclass(frozen=True)
class Relaxation:
    """One change with which the case would fit. `cost` only ranks: minutes of hours, more for people and things."""

    cost: int
    setting: str
    text: Text


@dataclass(frozen=True)
class DayExplanation:
    """Why a case is not on a day: the requirements in conflict, in whose way they stand, what would help.

    `fits` is True when a slot exists after all, None when the time did not suffice to know.
    """

    day: date
    fits: bool | None
    core: tuple[Requirement, ...]
    scope: Scope | None
    cases: tuple[str, ...]
    text: Text
    relaxations: tuple[Relaxation, ...] = ()


def users(instance: Instance, plan: Plan, day: date, one: Requirement, target: Case) -> tuple[str, ...]:
    """The planned cases that hold a resource that day."""
    kind, name = one
    there = [case for place in plan.on(day) if (case := instance.case(place.case)) and case.id != target.id]
    holding: dict[str, Callable[[Case], bool]] = {
        "surgeon": lambda case: case.surgeon == name,
        "equipment": lambda case: name in case.equipment,
        "tray": lambda case: name in case.trays,
        "team": lambda case: case.team == name,
        "anaesthetist": lambda case: case.anaesthetist,
        "recovery": lambda case: case.recovery > 0,
        "intensive-care": lambda case: case.intensive_care,
        "hygiene": lambda case: case.infected != target.infected or case.latex != target.latex,
    }
    holds = holding.get(kind)
    return tuple(sorted(case.id for case in there if holds(case))) if holds else ()


def phrase(instance: Instance, plan: Plan, day: date, one: Requirement, case: Case) -> Text:
    """One requirement as a clause of the sentence."""
    kind, name = one
    if kind in {"surgeon", "surgeon-hours"}:
        return _surgeon(instance, plan, day, one, case)
    if kind in {"room", "room-hours", "eligibility"}:
        return _room(instance, day, kind, case)
    if kind == "block":
        return both("des salles sont réservées à d’autres chirurgiens", "rooms are kept for other surgeons")
    if kind == "hygiene":
        return both(
            "une salle ne reçoit une infection qu’en dernier, une allergie au latex qu’en premier",
            "a room takes an infection last only, an allergy to latex first only",
        )
    return _counted(instance, plan, day, (kind, name), case)


def _surgeon(instance: Instance, plan: Plan, day: date, one: Requirement, case: Case) -> Text:
    surgeon = instance.surgeon(one[1])
    name = surgeon.name if surgeon else one[1]
    hours = surgeon.hours.on(day) if surgeon else None
    if one[0] == "surgeon":
        listed = _listed(users(instance, plan, day, one, case))
        return both(f"{name} opère aussi {listed}", f"{name} also operates on {listed}")
    if hours is None:
        return both(f"{name} est absent ce jour-là", f"{name} is away that day")
    start, end = clock(hours.start), clock(hours.end)
    return both(f"{name} n’opère que de {start} à {end}", f"{name} operates only from {start} to {end}")


def _room(instance: Instance, day: date, kind: str, case: Case) -> Text:
    suited = [room for room in instance.rooms if case.suits(room)]
    names = ", ".join(room.name for room in suited)
    if kind == "eligibility":
        needs = ", ".join(sorted(case.needs | case.rooms))
        if not suited:
            return both(f"aucune salle ne convient ({needs})", f"no room suits ({needs})")
        return both(f"seules conviennent {names}", f"only {names} suit")
    if kind == "room":
        return both("les salles sont occupées par d’autres", "the rooms are taken by others")
    hours = [(room.name, room.hours.on(day)) for room in suited or instance.rooms]
    french, english = (_opening(hours, closed) for closed in ("fermée", "closed"))
    more = instance.overtime
    return both(
        f"horaires des salles\u00a0: {french} (au plus {more} min de dépassement)",
        f"hours of the rooms: {english} (at most {more} min of overtime)",
    )


def _opening(hours: list[tuple[str, Window | None]], closed: str) -> str:
    return ", ".join(
        f"{name} {clock(window.start)}-{clock(window.end)}" if window else f"{name} {closed}" for name, window in hours
    )


def resource_name(instance: Instance, kind: str, name: str) -> Text:
    """What people call a countable thing."""
    words = {
        "anaesthetist": both("anesthésistes", "anaesthetists"),
        "recovery": both("lits de réveil", "recovery beds"),
        "intensive-care": both("lits de soins intensifs", "intensive-care beds"),
    }
    if kind in words:
        return words[kind]
    found = next((one.name for one in getattr(instance, POOLS[kind]) if one.id == name), name)
    return both(found, found)


def _counted(instance: Instance, plan: Plan, day: date, one: Requirement, case: Case) -> Text:
    count, words = count_of(instance, *one, day), resource_name(instance, *one)
    listed = _listed(users(instance, plan, day, one, case))
    return both(f"{words['fr']}\u00a0: {count} en tout, pour {listed}", f"{words['en']}: {count} in all, for {listed}")


def _listed(cases: tuple[str, ...], most: int = 8) -> str:
    """Case ids, shortened; a dash for none."""
    more = f" +{len(cases) - most}" if len(cases) > most else ""
    return (", ".join(cases[:most]) or "–") + more


_CLAIMS = {
    Scope.ALONE: both("même dans une journée vide", "even on an empty day"),
    Scope.MOVING: both("même en déplaçant les autres", "even if the others move"),
    Scope.STAYING: both("les autres restant à leur place", "the others staying where they are"),
}


def sentence(case: Case, day: date, phrases: list[Text], scope: Scope) -> Text:
    """The whole reason of one day."""
    claim = _CLAIMS[scope]
    fr, en = claim["fr"], claim["en"]
    lead = both("Ne vont pas ensemble", "These do not go together") if len(phrases) > 1 else both("Raison", "Reason")
    french, english = ("\u202f; ".join(one["fr"] for one in phrases), "; ".join(one["en"] for one in phrases))
    return both(
        f"{day.isoformat()}\u00a0: {case.id} ne peut pas être placée, {fr}. {lead['fr']}\u00a0: {french}.",
        f"{day.isoformat()}: {case.id} cannot be placed, {en}. {lead['en']}: {english}.",
    )


def dates_sentence(case: Case, day: date) -> Text:
    """A day that the case's own dates exclude; the legal one says why."""
    if case.legal_earliest and day < case.legal_earliest:
        earliest, why = case.legal_earliest.isoformat(), case.legal_reason
        because = f" ({why})" if why else ""
        return both(
            f"{day.isoformat()}\u00a0: la loi n’autorise pas {case.id} avant le {earliest}{because}.",
            f"{day.isoformat()}: the law does not allow {case.id} before {earliest}{because}.",
        )
    return both(
        f"{day.isoformat()}\u00a0: hors des dates de {case.id}.", f"{day.isoformat()}: outside the dates of {case.id}."
    )
