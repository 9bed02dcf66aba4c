"""The checker finds every kind of broken rule: who, what, when."""

from datetime import date
from typing import Any

import pytest

from epione.surgery.domain.planning.instance import clock
from epione.surgery.public import Placement, Plan, check, detect_conflicts

from .theatre import DAY, case, hours, theatre

MONDAY = date.fromisoformat(DAY)
TWO_ROOMS = [{"id": "R1", "name": "Salle 1", "hours": hours()}, {"id": "R2", "name": "Salle 2", "hours": hours()}]


def at(name: str, start: int, room: str = "R1", hold: int = 0) -> Placement:
    return Placement(name, MONDAY, room, start, hold)


def rules(instance: Any, *placements: Placement) -> set[str]:
    return {one.rule for one in check(instance, Plan(placements))}


def test_a_sound_plan_breaks_nothing() -> None:
    instance = theatre(case("A"), case("B", surgeon="S2"), rooms=TWO_ROOMS)

    assert check(instance, Plan((at("A", 480), at("B", 480, "R2")))) == ()


@pytest.mark.parametrize(
    ("first", "second", "more", "rule"),
    [
        ({}, {}, {}, "surgeon"),
        ({"anaesthetist": True}, {"anaesthetist": True, "surgeon": "S2"}, {"anaesthetists": 1}, "anaesthetist"),
        ({"recovery_minutes": 60}, {"recovery_minutes": 60, "surgeon": "S2"}, {"recovery_beds": 1}, "recovery"),
        ({"team": "T"}, {"team": "T", "surgeon": "S2"}, {"teams": [{"id": "T", "count": 1}]}, "team"),
        (
            {"equipment": ["E"]},
            {"equipment": ["E"], "surgeon": "S2"},
            {"equipment": [{"id": "E", "count": 1}]},
            "equipment",
        ),
        (
            {"intensive_care": True},
            {"intensive_care": True, "surgeon": "S2"},
            {"intensive_care_beds": 1},
            "intensive-care",
        ),
    ],
)
def test_two_at_once_for_one_thing_are_found(
    first: dict[str, Any], second: dict[str, Any], more: dict[str, Any], rule: str
) -> None:
    instance = theatre(case("A", **first), case("B", **second), rooms=TWO_ROOMS, **more)
    [found] = check(instance, Plan((at("A", 480), at("B", 480, "R2"))))

    assert (found.rule, found.cases) == (rule, ("A", "B"))


def test_a_tray_is_away_until_it_is_sterile_again() -> None:
    trays = [{"id": "T", "count": 1, "reprocessing_minutes": 120}]
    instance = theatre(case("A", trays=["T"]), case("B", trays=["T"]), trays=trays)

    assert rules(instance, at("A", 480), at("B", 655)) == {"tray"}
    assert rules(instance, at("A", 480), at("B", 660)) == set()


def test_a_surgeon_may_alternate_between_two_rooms() -> None:
    first, second = (case(name, preparation_minutes=20, cleaning_minutes=20) for name in "AB")
    instance = theatre(first, second, rooms=TWO_ROOMS)

    assert rules(instance, at("A", 480), at("B", 540, "R2")) == set()
    assert rules(instance, at("A", 480), at("B", 535, "R2")) == {"surgeon"}


@pytest.mark.parametrize(
    ("more", "start", "rule"),
    [
        ({"legal_earliest": "2026-11-24"}, 480, "legal"),
        ({"not_after": "2026-11-20"}, 480, "dates"),
        ({"needs": ["laser"]}, 480, "eligibility"),
        ({}, 1140 - 55, "room-hours"),
        ({}, 475, "room-hours"),
    ],
)
def test_what_a_case_breaks_alone_is_found(more: dict[str, Any], start: int, rule: str) -> None:
    assert rules(theatre(case("A", **more)), at("A", start)) == {rule}


def test_a_block_keeps_others_out_until_it_is_released() -> None:
    block = {"room": "R1", "day": DAY, "hours": hours("08:00", "12:00"), "surgeons": ["S2"], "release_days": 6}
    kept, released = theatre(case("A"), blocks=[block]), theatre(case("A"), blocks=[block | {"release_days": 7}])

    assert rules(kept, at("A", 600)) == {"block"}
    assert rules(kept, at("A", 720)) == set()
    assert rules(released, at("A", 600)) == set()


def test_hygiene_orders_a_room() -> None:
    instance = theatre(case("inf", infected=True), case("lat", latex_allergy=True), case("C"))

    assert rules(instance, at("inf", 480), at("C", 540), at("lat", 600)) == {"infected-last", "latex-first"}
    assert rules(instance, at("lat", 480), at("C", 540), at("inf", 600)) == set()


def test_a_case_forgotten_doubled_or_unknown_is_found() -> None:
    instance = theatre(case("A"), case("B"))
    found = check(instance, Plan((at("A", 480), at("A", 600), at("X", 700))))

    assert {(one.rule, one.resource) for one in found} == {("account", "A"), ("account", "B"), ("account", "X")}


def test_the_conflicts_of_a_slot_say_who_what_and_when() -> None:
    instance = theatre(case("A"), case("B"), case("C", surgeon="S2"), rooms=TWO_ROOMS)
    plan = Plan((at("A", 480), at("C", 600, "R2")), ("B",))
    found = {
        (one.rule, one.cases, tuple(map(clock, one.window or ())))
        for one in detect_conflicts(instance, plan, at("B", 500))
    }

    assert found == {("room", ("A", "B"), ("08:20", "09:00")), ("surgeon", ("A", "B"), ("08:20", "09:00"))}
    assert detect_conflicts(instance, plan, at("B", 540)) == ()
