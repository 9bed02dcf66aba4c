"""The language of conditional rules: precedence, three values, questions."""

import pytest
from tests.medications.pack import CONDITIONAL

from epione.medications.domain.conditions import QUESTIONS, BadConditionError, parse_condition, question_for

ULCER_OR_RENAL = "asa_mg_dose>=500 and hist_peptic_ulcer or egfr<60"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"asa_mg_dose": 500, "hist_peptic_ulcer": True}, True),
        ({"asa_mg_dose": 499, "hist_peptic_ulcer": True, "egfr": 60}, False),
        ({"egfr": 59}, True),
        ({"egfr": 60}, None),
        ({"asa_mg_dose": 100, "egfr": 90}, False),
        ({"hist_peptic_ulcer": False}, None),
        ({"hist_peptic_ulcer": False, "egfr": 90}, False),
        ({}, None),
    ],
)
def test_and_binds_tighter_than_or_in_three_values(facts: dict[str, object], expected: bool | None) -> None:
    assert parse_condition(ULCER_OR_RENAL).holds(facts) is expected


def test_missing_names_only_what_could_still_change_the_answer() -> None:
    condition = parse_condition(ULCER_OR_RENAL)
    assert condition.missing({}) == ("asa_mg_dose", "hist_peptic_ulcer", "egfr")
    assert condition.missing({"asa_mg_dose": 75}) == ("egfr",)
    assert condition.missing({"hist_peptic_ulcer": True, "egfr": 90}) == ("asa_mg_dose",)


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("midazolam_route==oral", {"midazolam_route": "oral"}, True),
        ("midazolam_route==oral", {"midazolam_route": "IV"}, False),
        ("midazolam_route==oral", {}, None),
        ("age>=65", {"age": 65}, True),
        ("age > 65", {"age": 65}, False),
        ("asa_mg_day<=375", {"asa_mg_day": 375.5}, False),
        ("asa_mg_day<=375", {"asa_mg_day": "75"}, None),
        ("heart_failure", {"heart_failure": 1}, None),
    ],
)
def test_comparisons(text: str, facts: dict[str, object], expected: bool | None) -> None:
    assert parse_condition(text).holds(facts) is expected


@pytest.mark.parametrize(
    "text", ["", "age>=", "age=>65", "(age>65)", "age>65 or", "and", "shoe_size>40", "age>old", "age>65; import os"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadConditionError):
        parse_condition(text)


def test_every_datum_of_the_shipped_rules_has_a_question_in_both_languages() -> None:
    asked = {
        term.name
        for row in CONDITIONAL["rows"]
        for rule in row["rules"]
        if "context" in rule
        for together in parse_condition(rule["context"]).any_of
        for term in together
    }
    assert asked == set(QUESTIONS)
    assert all(set(text) == {"fr", "en"} and all(text.values()) for text in QUESTIONS.values())


def test_questions_are_joined_and_absent_when_nothing_is_missing() -> None:
    assert question_for(()) is None
    joined = question_for(("age", "egfr"))
    assert joined is not None
    assert joined["en"] == "How old is the patient? What is the estimated glomerular filtration rate (mL/min/1.73 m²)?"
