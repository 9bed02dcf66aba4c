"""A refusal names requirements that cannot go together, none of them superfluous, and changes that really help."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from epione.surgery.domain.planning.greedy import best_greedy
from epione.surgery.domain.planning.job import DayJob, Scope, requirements
from epione.surgery.domain.planning.sample import sample
from epione.surgery.providers.cpsat.explaining import feasible, minimal_core
from epione.surgery.public import Case, Instance, Plan, changed, explain_refusal, plan_day, read_instance

from .theatre import DAY, QUICK, case, hours, theatre

MONDAY = date.fromisoformat(DAY)


def of(instance: Instance, name: str) -> Case:
    found = instance.case(name)
    assert found is not None
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.integers(0, 10_000), st.integers(4, 9), st.integers(1, 2))
def test_every_core_is_minimal(seed: int, cases: int, rooms: int) -> None:
    instance = read_instance(sample(seed, cases, rooms))
    plan = best_greedy(instance)
    assume(plan.refused)
    target = of(instance, plan.refused[0])
    placed = {one.case: one for one in plan.placements}
    job = DayJob(
        instance,
        MONDAY,
        tuple(one for one in instance.cases if one.id in {*placed, target.id}),
        before=placed,
        target=target.id,
    )
    core = minimal_core(job, QUICK)
    assume(core is not None)
    assert core is not None
    kept = {Scope.ALONE: {}, Scope.MOVING: {}, Scope.STAYING: placed}[core.scope]
    there = tuple(one for one in job.cases if core.scope is not Scope.ALONE or one.id == target.id)
    bare = replace(job, before={}, forced=frozenset(one.id for one in there), fixed=kept, cases=there)
    everything = frozenset(requirements(instance, target))
    alone = frozenset(core.requirements)

    assert feasible(replace(bare, waived=everything - alone), QUICK, 5) is False
    for one in alone:
        assert feasible(replace(bare, waived=everything - (alone - {one})), QUICK, 5) is True


def explained(instance: Instance, name: str, plan: Plan | None = None) -> tuple[set[str], str, list[str], Scope | None]:
    [one] = explain_refusal(instance, plan or plan_day(instance, QUICK), of(instance, name), QUICK)
    return (
        {kind for kind, _ in one.core},
        one.text["en"],
        [relaxation.setting for relaxation in one.relaxations],
        one.scope,
    )


def test_a_case_longer_than_the_day_is_refused_by_itself() -> None:
    rules, text, relaxations, scope = explained(theatre(case("A", 720)), "A")

    assert rules == {"room-hours"}
    assert (
        text
        == "2026-11-23: A cannot be placed, even on an empty day. Reason: hours of the rooms: Salle 1 08:00-18:00 (at most 60 min of overtime)."
    )
    assert relaxations == ["room:R1=08:00-19:00"]
    assert scope is Scope.ALONE


def test_no_room_that_suits_is_said() -> None:
    rules, text, _, _ = explained(theatre(case("A", needs=["laser"])), "A")

    assert rules == {"eligibility"}
    assert "no room suits (laser)" in text


def test_an_absent_surgeon_is_said() -> None:
    away = [{"id": "S1", "name": "Dr Un", "hours": hours(), "days": {DAY: None}}]
    rules, text, relaxations, _ = explained(theatre(case("A"), surgeons=away), "A")

    assert rules == {"surgeon-hours"}
    assert "Dr Un is away that day" in text
    assert relaxations == ["surgeon:S1=08:00-18:00"]


def test_one_tower_for_two_in_a_short_morning_names_the_tower_and_who_has_it() -> None:
    rooms = [{"id": name, "name": name, "hours": hours("08:00", "09:00")} for name in ("R1", "R2")]
    towers = [{"id": "tower", "name": "Tour de cœlioscopie", "count": 1}]
    instance = theatre(
        case("A", equipment=["tower"], priority="urgent"),
        case("B", surgeon="S2", equipment=["tower"]),
        rooms=rooms,
        equipment=towers,
        overtime_max_minutes=0,
    )
    [one] = explain_refusal(instance, plan_day(instance, QUICK), of(instance, "B"), QUICK)

    assert {kind for kind, _ in one.core} == {"equipment", "room-hours"}
    assert one.scope is Scope.MOVING
    assert one.cases == ("A",)
    assert "Tour de cœlioscopie\u00a0: 1 en tout, pour A" in one.text["fr"]
    assert "equipment:tower=2" in [relaxation.setting for relaxation in one.relaxations]
    for relaxation in one.relaxations:
        assert plan_day(changed(instance, [relaxation.setting]), QUICK).refused == ()


def test_the_legal_delay_is_said_with_its_reason() -> None:
    instance = theatre(case("A", legal_earliest="2026-12-01", legal_reason="D.6322-30 CSP"))
    [one] = explain_refusal(instance, plan_day(instance, QUICK), of(instance, "A"), QUICK)

    assert one.text["fr"] == "2026-11-23\u00a0: la loi n’autorise pas A avant le 2026-12-01 (D.6322-30 CSP)."


def test_a_case_that_fits_after_all_is_not_explained_away() -> None:
    instance = theatre(case("A"))
    [one] = explain_refusal(instance, Plan((), ("A",)), of(instance, "A"), QUICK)

    assert (one.fits, one.core) == (True, ())


@pytest.mark.parametrize("kind", ["infected", "latex_allergy"])
def test_hygiene_that_forbids_is_named(kind: str) -> None:
    both_ways = case("A", 60, infected=True, latex_allergy=True)
    rules, _, _, _ = explained(theatre(both_ways, case("B", priority="urgent", **{kind: False})), "A")

    assert rules == {"hygiene"}
