"""The catalogue of criteria in the documents says what the engine does."""

from epione.medication_reviews.providers.rules import load_rules

from .rules_page import PAGE, asked, text


def test_the_page_of_criteria_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == text(), "python -m tests.house.rules_page --write"


def test_every_criterion_has_its_line() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    told = [line.split(" | ")[0].removeprefix("| ") for line in lines if line.startswith(("| STOPP", "| START"))]

    assert sorted(told) == sorted(one["id"] for one in load_rules()["criteria"])
    assert len(set(told)) == 190


def test_a_criterion_that_needs_a_measurement_names_it() -> None:
    rules = load_rules()
    criterion = next(one for one in rules["criteria"] if one["id"] == "STOPP-B15")

    assert "`qtc`" in asked(criterion, rules["flags"])
