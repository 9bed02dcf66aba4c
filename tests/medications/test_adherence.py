"""Girerd score, days covered, complexity."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epione.medications.domain.adherence import (
    GIRERD_QUESTIONS,
    Adherence,
    Coverage,
    Dispensing,
    GirerdScore,
    days_covered,
    girerd_score,
)
from epione.medications.domain.complexity import complexity_of
from epione.medications.domain.drug import Drug, DrugStatus, TreatmentLine


@pytest.mark.parametrize(
    ("yes", "level"),
    [
        (0, Adherence.GOOD),
        (1, Adherence.MINOR_PROBLEM),
        (2, Adherence.MINOR_PROBLEM),
        (3, Adherence.POOR),
        (6, Adherence.POOR),
    ],
)
def test_girerd_levels(yes: int, level: Adherence) -> None:
    assert girerd_score([True] * yes + [False] * (6 - yes)) == GirerdScore(yes, 0, level)


def test_girerd_says_nothing_that_a_missing_answer_could_change() -> None:
    assert girerd_score([False, False, False, False, False, None]) == GirerdScore(0, 1, None)
    assert girerd_score([True, True, True, None, None, None]) == GirerdScore(3, 3, Adherence.POOR)
    assert girerd_score([True, False, False, False, False, None]).level is Adherence.MINOR_PROBLEM


def test_girerd_has_six_questions_in_both_languages() -> None:
    assert len(GIRERD_QUESTIONS) == 6
    assert all(question["fr"].endswith("\u202f?") and question["en"].endswith("?") for question in GIRERD_QUESTIONS)
    with pytest.raises(ValueError, match="6 answers, not 5"):
        girerd_score([True] * 5)


def boxes(*days: tuple[int, int, int]) -> list[Dispensing]:
    return [Dispensing(date(2026, month, day), lasts) for month, day, lasts in days]


def day(month: int, number: int, year: int = 2026) -> date:
    return date(year, month, number)


def test_days_covered_counts_a_gap() -> None:
    found = days_covered(boxes((1, 1, 30), (2, 10, 30)), until=day(3, 12))
    assert found == Coverage(day(1, 1), day(3, 12), ((day(1, 31), day(2, 9)),), (), day(3, 12))
    assert (found.covered, found.days, found.longest_gap, found.overdue) == (60, 70, 10, 0)
    assert found.proportion == pytest.approx(60 / 70)


def test_an_early_refill_is_kept_for_later() -> None:
    found = days_covered(boxes((1, 1, 30), (1, 21, 30)), until=day(3, 2))
    assert found == Coverage(day(1, 1), day(3, 2), (), (), day(3, 2))


def test_the_end_may_be_uncovered_and_the_refill_overdue() -> None:
    found = days_covered(boxes((1, 1, 10), (1, 11, 10)), until=day(1, 31))
    assert found is not None
    assert (found.covered, found.days, found.gaps) == (20, 30, ((day(1, 21), day(1, 30)),))
    assert (found.runs_out, found.overdue) == (day(1, 21), 10)


def test_one_dispensing_tells_nothing_and_a_box_lasts_a_day() -> None:
    assert days_covered(boxes((1, 1, 30)), until=day(3, 1)) is None
    assert days_covered(boxes((1, 1, 30), (4, 1, 30)), until=day(3, 1)) is None
    with pytest.raises(ValueError, match="at least one day"):
        days_covered(boxes((1, 1, 0)), until=day(3, 1))


def test_only_the_window_is_judged_with_the_stock_brought_into_it() -> None:
    supply = boxes((1, 1, 90), (4, 1, 30), (5, 1, 30))
    found = days_covered(supply, until=day(6, 10), window=100)
    assert found is not None
    assert (found.since, found.gaps) == (day(3, 2), ((day(5, 31), day(6, 9)),))
    assert days_covered(supply, until=day(6, 10, 2027), window=100) is None
    later = days_covered(supply, until=day(6, 10), after=day(5, 1))
    assert later is not None
    assert later.since == day(5, 1)
    assert days_covered(supply, until=day(6, 10), after=day(6, 10)) is None


def test_a_dispensing_of_unknown_duration_leaves_what_follows_unknown_never_uncovered() -> None:
    supply = [*boxes((1, 1, 30), (2, 10, 30)), Dispensing(day(3, 20), None), *boxes((5, 1, 30))]
    found = days_covered(supply, until=day(6, 10))
    assert found is not None
    assert found.gaps == ((day(1, 31), day(2, 9)), (day(3, 12), day(3, 19)))
    assert found.unknown == ((day(3, 20), day(4, 30)), (day(5, 31), day(6, 9)))
    assert (found.runs_out, found.overdue) == (None, 0)
    assert found.proportion == pytest.approx(90 / 160)
    assert found.most == pytest.approx(1 - 18 / 160)
    assert found.good is None


def test_refills_are_judged_only_when_nothing_unknown_can_change_the_answer() -> None:
    since, until = day(1, 1), day(4, 11)
    assert Coverage(since, until, ((day(1, 5), day(1, 24)),)).good is True
    assert Coverage(since, until, ((day(1, 5), day(1, 25)),)).good is False
    assert Coverage(since, until, (), ((day(1, 5), day(1, 25)),)).good is None
    assert Coverage(since, until, ((day(1, 5), day(1, 25)),), ((day(2, 5), day(2, 25)),)).good is False
    assert Coverage(since, day(3, 31), ((day(1, 5), day(3, 25)),)).good is None


@given(
    st.lists(st.tuples(st.integers(0, 500), st.one_of(st.none(), st.integers(1, 120))), max_size=14),
    st.integers(1, 500),
    st.integers(1, 400),
)
def test_every_day_of_the_window_is_covered_a_gap_or_unknown(
    given_out: list[tuple[int, int | None]], until: int, window: int
) -> None:
    start = day(1, 1)
    supply = [Dispensing(start + timedelta(days=place), days) for place, days in given_out]
    found = days_covered(supply, until=start + timedelta(days=until), window=window)
    if found is None:
        return
    assert 0 <= found.covered <= found.days <= window
    assert found.proportion <= found.most <= 1
    days = sorted(found.gaps + found.unknown)
    assert all(found.since <= first <= last < found.until for first, last in days)
    assert all(last < first for (_before, last), (first, _after) in pairwise(days))
    told = days_covered([Dispensing(one.on, one.days or 1) for one in supply], until=found.until, window=window)
    assert told is not None
    assert told.covered >= found.covered


def test_complexity_counts_lines_intakes_routes_and_when_needed() -> None:
    drug = Drug("6", "X", DrugStatus.MARKETED)
    lines = [
        TreatmentLine("a", drug, per_day=3, route="orale"),
        TreatmentLine("b", drug, per_day=1, route="cutanée"),
        TreatmentLine("c", drug, per_day=2, route="orale", prn=True),
        TreatmentLine("d", drug, route="orale"),
    ]
    found = complexity_of(lines)
    assert (found.lines, found.intakes, found.routes, found.when_needed, found.unknown, found.index) == (
        4,
        4,
        ("cutanée", "orale"),
        1,
        ("d",),
        10,
    )


def test_a_weekly_intake_is_a_seventh() -> None:
    weekly = TreatmentLine("a", Drug("6", "X", DrugStatus.MARKETED), per_day=1 / 7)
    assert complexity_of([weekly]).index == 1.14
