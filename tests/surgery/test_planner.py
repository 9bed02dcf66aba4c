"""Plans pass the checker whatever the instance, are not worse than greedy ones, and are the same twice."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from epione.surgery.domain.planning.greedy import HEURISTICS, best_greedy, greedy
from epione.surgery.domain.planning.sample import sample
from epione.surgery.public import Instance, Options, Progress, check, plan_day, plan_week, read_instance

from .theatre import QUICK, case, hours, theatre

SLOW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


@st.composite
def instances(draw: st.DrawFn, days: int = 1) -> Instance:
    """Theatres of one to three rooms, short of people and things."""
    made = read_instance(sample(draw(st.integers(0, 10_000)), draw(st.integers(1, 9)), draw(st.integers(1, 3)), days))
    return replace(
        made,
        anaesthetists=draw(st.integers(0, 3)),
        recovery_beds=draw(st.integers(0, 3)),
        overtime=draw(st.sampled_from([0, 30, 60])),
        hold=draw(st.sampled_from([0, 15, 30])),
    )


@SLOW
@given(instances())
def test_every_plan_passes_the_checker_and_is_no_worse_than_greedy(instance: Instance) -> None:
    plan = plan_day(instance, replace(QUICK, seconds=0.3))

    assert check(instance, plan) == ()
    assert plan.cost(instance) <= best_greedy(instance).cost(instance)
    assert plan.stages[0].bound <= plan.stages[0].value == plan.cost(instance)


@SLOW
@given(instances(), st.sampled_from(sorted(HEURISTICS)))
def test_every_greedy_plan_passes_the_checker(instance: Instance, name: str) -> None:
    assert check(instance, greedy(instance, HEURISTICS[name])) == ()


@settings(SLOW, max_examples=5)
@given(instances(days=2))
def test_every_week_passes_the_checker(instance: Instance) -> None:
    assert check(instance, plan_week(instance, replace(QUICK, seconds=0.6))) == ()


def test_the_same_instance_gives_the_same_plan() -> None:
    instance = read_instance(sample(5, 12, 3))

    assert plan_day(instance, QUICK).placements == plan_day(instance, QUICK).placements


def test_a_full_day_refuses_the_lightest_and_proves_it() -> None:
    instance = theatre(
        case("A", 300, priority="routine"), case("B", 300, priority="urgent"), case("C", 300, priority="soon")
    )
    plan = plan_day(instance, QUICK)

    assert plan.refused == ("A",)
    assert plan.stages[0].proved


def test_no_overtime_is_planned_when_none_is_needed() -> None:
    instance = theatre(case("A", 300), case("B", 240, surgeon="S2"), case("C", 60, surgeon="S2"))
    plan = plan_day(instance, QUICK)

    assert {stage.name: stage.value for stage in plan.stages}["overtime"] == 0
    assert max(one.start for one in plan.placements) <= 18 * 60 - 60


def test_children_come_early() -> None:
    plan = plan_day(theatre(case("A", 100), case("B", 100), case("child", 100, child=True)), QUICK)

    assert plan.placements[0].case == "child"


def test_a_patient_waits_in_the_room_for_a_recovery_bed() -> None:
    rooms = [{"id": name, "hours": hours("08:00", "09:20")} for name in ("R1", "R2")]
    instance = theatre(
        case("A", 50, recovery_minutes=20),
        case("B", 50, recovery_minutes=20, surgeon="S2"),
        rooms=rooms,
        recovery_beds=1,
        overtime_max_minutes=0,
    )
    plan = plan_day(instance, QUICK)

    assert plan.refused == ()
    assert check(instance, plan) == ()


def test_the_watcher_sees_value_and_bound_and_may_stop_the_search() -> None:
    seen: list[Progress] = []

    def stop(progress: Progress) -> bool:
        seen.append(progress)
        return False

    plan = plan_day(read_instance(sample(3, 12, 2)), replace(QUICK, seconds=1), stop)

    assert [one.stage for one in seen] == ["refusals"]
    assert seen[0].bound <= seen[0].value
    assert [stage.name for stage in plan.stages] == ["refusals"]


@pytest.mark.parametrize("days", [2, 3])
def test_a_week_uses_the_days_that_a_day_lacks(days: int) -> None:
    dates = ["2026-11-23", "2026-11-24", "2026-11-25"][:days]
    instance = theatre(*(case(f"C{number}", 400) for number in range(days)), days=dates)
    plan = plan_week(instance, Options(seconds=2, repeatable=True))

    assert plan.refused == ()
    assert len({one.day for one in plan.placements}) == days
