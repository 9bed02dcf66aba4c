"""Slots: each breaks nothing, the ranking says why."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from epione.surgery.domain.planning.greedy import HEURISTICS, greedy
from epione.surgery.domain.planning.sample import sample
from epione.surgery.public import Plan, check, find_optimal_slot, read_instance

from .theatre import DAY, case, theatre


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.integers(2, 12), st.integers(1, 3))
def test_every_slot_breaks_nothing(seed: int, cases: int, rooms: int) -> None:
    instance = read_instance(sample(seed, cases, rooms, days=2))
    target = instance.cases[-1]
    before = greedy(replace(instance, cases=instance.cases[:-1]), HEURISTICS["first-fit"])
    slots = find_optimal_slot(instance, before, target)

    for slot in slots:
        assert check(instance, Plan((*before.placements, slot.placement), before.refused)) == ()
    assert [slot.score for slot in slots] == sorted(slot.score for slot in slots)


def test_the_first_slot_is_early_and_says_so() -> None:
    instance = theatre(case("A", child=True), days=[DAY, "2026-11-24"])
    best = find_optimal_slot(instance, Plan(()), instance.cases[0])[0]

    assert (best.placement.day.isoformat(), best.placement.start) == (DAY, 480)
    assert {reason["en"] for reason in best.reasons} == {"ends before closing", "child operated in the morning"}


def test_a_full_day_has_no_slot() -> None:
    instance = theatre(case("A", 600), case("B", 100))
    plan = greedy(instance, HEURISTICS["first-fit"])

    assert find_optimal_slot(instance, plan, instance.cases[1]) == ()
