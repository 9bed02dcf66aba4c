"""Girerd score, days covered, complexity."""

from datetime import date

import pytest

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


def test_days_covered_counts_a_gap() -> None:
    found = days_covered(boxes((1, 1, 30), (2, 10, 30)), until=date(2026, 3, 12))
    assert found == Coverage(60, 70, ((date(2026, 1, 31), date(2026, 2, 9)),))
    assert found.proportion == pytest.approx(60 / 70)
    assert found.longest_gap == 10


def test_an_early_refill_is_kept_for_later() -> None:
    assert days_covered(boxes((1, 1, 30), (1, 21, 30)), until=date(2026, 3, 2)) == Coverage(60, 60, ())


def test_the_end_may_be_uncovered() -> None:
    found = days_covered(boxes((1, 1, 10), (1, 11, 10)), until=date(2026, 1, 31))
    assert found == Coverage(20, 30, ((date(2026, 1, 21), date(2026, 1, 30)),))


def test_one_dispensing_tells_nothing_and_a_box_lasts_a_day() -> None:
    assert days_covered(boxes((1, 1, 30)), until=date(2026, 3, 1)) is None
    assert days_covered(boxes((1, 1, 30), (4, 1, 30)), until=date(2026, 3, 1)) is None
    with pytest.raises(ValueError, match="at least one day"):
        days_covered(boxes((1, 1, 0)), until=date(2026, 3, 1))


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
