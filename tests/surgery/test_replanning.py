"""A plan that life has changed: the past stays, emergencies come in or it is said, few are moved."""

from datetime import date

import pytest

from epione.surgery.domain.planning.sample import sample
from epione.surgery.public import Case, Change, changed, check, moved, plan_day, read_case, read_instance, replan

from .theatre import DAY, QUICK, case, theatre

MONDAY = date.fromisoformat(DAY)


def emergency(minutes: int = 60, **more: object) -> Case:
    return read_case(theatre(), case("U", minutes, surgeon="S2", priority="emergency", **more))


def test_an_emergency_comes_in_and_what_has_started_stays() -> None:
    instance = theatre(*(case(f"C{number}", 100) for number in range(4)))
    plan = plan_day(instance, QUICK)
    after, outcome = replan(instance, plan, Change(MONDAY, 9 * 60, (emergency(),)), QUICK)

    assert outcome.plan is not None
    assert check(after, outcome.plan) == ()
    placed = outcome.plan.of("U")
    assert placed is not None and placed.start >= 9 * 60
    assert [outcome.plan.of(one.case) for one in plan.placements if one.start <= 540] == [
        one for one in plan.placements if one.start <= 540
    ]


def test_an_emergency_that_cannot_fit_is_said_and_proved() -> None:
    instance = theatre(case("A", 100))
    _, outcome = replan(instance, plan_day(instance, QUICK), Change(MONDAY, 17 * 60, (emergency(180),)), QUICK)

    assert outcome.plan is None
    assert outcome.proved


def test_a_delay_pushes_only_those_behind() -> None:
    rooms = [{"id": name, "hours": {"from": "08:00", "to": "18:00"}} for name in ("R1", "R2")]
    instance = theatre(
        *(case(f"A{number}", 100, rooms=["R1"]) for number in range(3)),
        *(case(f"B{number}", 100, rooms=["R2"], surgeon="S2") for number in range(3)),
        rooms=rooms,
    )
    plan = plan_day(instance, QUICK)
    first = next(one for one in plan.placements if one.room == "R1")
    after, outcome = replan(instance, plan, Change(MONDAY, 8 * 60, delays={first.case: 30}), QUICK)

    assert outcome.plan is not None
    assert check(after, outcome.plan) == ()
    assert all(name.startswith("A") and name != first.case for name in moved(plan, outcome.plan))


def test_nothing_moves_when_nothing_has_happened() -> None:
    instance = read_instance(sample(4, 8, 2))
    plan = plan_day(instance, QUICK)
    _, outcome = replan(instance, plan, Change(MONDAY, 7 * 60), QUICK)

    assert outcome.plan is not None
    assert moved(plan, outcome.plan) == ()


def test_the_cases_of_an_absent_surgeon_are_taken_off_and_the_others_stay() -> None:
    instance = theatre(case("A"), case("B", surgeon="S2"))
    plan = plan_day(instance, QUICK)
    _, outcome = replan(changed(instance, ["surgeon:S2=closed"]), plan, Change(MONDAY, 7 * 60), QUICK)

    assert outcome.plan is not None
    assert outcome.plan.refused == ("B",)
    assert outcome.plan.of("A") == plan.of("A")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nobody_is_planned_in_the_past(seed: int) -> None:
    instance = read_instance(sample(seed, 10, 2))
    plan = plan_day(instance, QUICK)
    _, outcome = replan(instance, plan, Change(MONDAY, 11 * 60 + 3, (emergency(45),)), QUICK)

    if outcome.plan is not None:
        told = set(moved(plan, outcome.plan)) | {"U"}
        assert all(one.start >= 663 for one in outcome.plan.placements if one.case in told)
