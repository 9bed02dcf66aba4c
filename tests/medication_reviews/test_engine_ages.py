"""A measurement that is too old decides nothing: it is asked again, or kept by a person."""

from datetime import date, timedelta

import pytest

from epione.medication_reviews.domain.ages import MAXIMAL_AGE_DAYS, is_outdated, old_question, printed_unit
from epione.medication_reviews.domain.chart import DatedObservation
from epione.medication_reviews.domain.findings import Status
from epione.medication_reviews.domain.review import review
from epione.patients.domain.observations import MEASURES, read_value

TODAY = date(2026, 11, 20)


def filtration(value, day, **more):
    return [{"code": "egfr", "value": value, "date": day, **more}]


def metformin(charted, knowledge, labs):
    answer = review(charted("Glucophage 500 mg", patient={"sex": "male"}, observations=labs), knowledge)
    return {one.id: one for one in answer.findings}, {one.key: one for one in answer.questions}


def test_every_measurement_has_its_limit():
    assert MAXIMAL_AGE_DAYS.keys() == MEASURES.keys()


@pytest.mark.parametrize("code", [code for code, limit in MAXIMAL_AGE_DAYS.items() if limit is not None])
def test_a_measurement_decides_until_its_limit_and_not_the_day_after(code):
    limit = MAXIMAL_AGE_DAYS[code]
    last, measure = TODAY - timedelta(days=limit), MEASURES[code]
    one = DatedObservation(code, measure.plausible[0], measure.unit, last)
    older = DatedObservation(code, measure.plausible[0], measure.unit, last - timedelta(days=1))
    assert not is_outdated(one, TODAY)
    assert is_outdated(older, TODAY)


@pytest.mark.parametrize("code", ["height", "tsh_at_start"])
def test_what_no_longer_changes_has_no_limit(code):
    assert not is_outdated(DatedObservation(code, 100, MEASURES[code].unit, date(1990, 1, 1)), TODAY)


def test_an_undated_measurement_is_not_held_for_old():
    assert not is_outdated(DatedObservation("potassium", 4, "mmol/L"), TODAY)


@pytest.mark.parametrize("code", list(MEASURES))
def test_the_unit_of_the_question_is_one_that_an_answer_may_use(code):
    measure = MEASURES[code]
    value = sum(measure.plausible) / 2
    reading = read_value(code, value, printed_unit(measure.unit) or measure.unit)
    assert (reading.value, reading.fault) == (value, None)


@pytest.mark.parametrize("value", [20, 80])
def test_an_old_filtration_neither_fires_nor_reassures(charted, knowledge, value):
    findings, questions = metformin(charted, knowledge, filtration(value, "2024-11-03"))
    assert findings["STOPP-E6"].status is Status.TO_CONFIRM
    asked = questions["obs:egfr:old:2024-11-03"]
    assert "STOPP-E6" in asked.criteria
    assert "03/11/2024" in asked.text["fr"]
    assert "trop ancienne" in asked.text["fr"]
    assert "3 Nov 2024" in asked.text["en"]
    assert "too old" in asked.text["en"]


def test_what_a_person_keeps_decides_again_until_it_is_old_in_its_turn(charted, knowledge):
    findings, questions = metformin(charted, knowledge, filtration(20, "2024-11-03", kept_on="2026-11-20"))
    assert findings["STOPP-E6"].status is Status.FIRES
    assert "obs:egfr:old:2024-11-03" not in questions
    findings, _questions = metformin(charted, knowledge, filtration(20, "2022-11-03", kept_on="2024-11-20"))
    assert findings["STOPP-E6"].status is Status.TO_CONFIRM


def test_a_filtration_computed_from_an_old_creatinine_asks_for_the_creatinine(charted, knowledge):
    labs = [{"code": "creatinine", "value": 300, "unit": "µmol/L", "date": "2024-11-03"}]
    findings, questions = metformin(charted, knowledge, labs)
    assert findings["STOPP-E6"].status is Status.TO_CONFIRM
    asked = questions["obs:creatinine:old:2024-11-03"]
    assert asked.unit == "µmol/L"
    assert "Créatinine" in asked.text["fr"]


def test_a_level_of_the_thesaurus_that_hangs_on_an_old_value_asks_again(charted, knowledge):
    pair = ("Glucophage 500 mg", "Xenetix 300")
    recent, old = (
        review(charted(*pair, observations=filtration(70, day)), knowledge) for day in ("2026-11-01", "2023-11-01")
    )
    assert all("old" not in one.key for one in recent.questions)
    assert any(one.key == "obs:egfr:old:2023-11-01" for one in old.questions)


def test_an_old_score_has_no_unit_to_print():
    assert old_question(DatedObservation("mmse", 20, "{score}", date(2020, 1, 1))).unit == ""
