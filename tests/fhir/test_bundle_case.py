"""From a Bundle to the case of a medication review."""

import json
from pathlib import Path

import pytest

from epione.fhir.domain.bundle_case import case_from_bundle
from epione.medication_reviews.domain.case import BadCase

BUNDLE = json.loads((Path(__file__).parent / "bundle_case.json").read_text(encoding="utf-8"))


def bundle(*resources):
    return {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}


def test_what_a_bundle_tells():
    case = case_from_bundle(BUNDLE)
    assert case["patient"] == {"birth_date": "1944-03-02", "sex": "female"}
    assert case["drugs"][0] == {
        "name": "Eliquis 5 mg", "atc": "B01AF02", "dose_value": 1, "dose_unit": "cp", "per_day": 2.0, "start": "2022-01-10",
    }  # fmt: skip
    assert case["conditions"] == [{"code": "I48.0", "date": "2019-04-02"}]
    assert case["allergies"] == [{"substance": "Pénicilline", "atc": ""}]
    assert case["vaccinations"] == [{"atc": "J07BB02", "date": "2026-10-15"}]
    assert [(one["code"], one["value"]) for one in case["observations"]] == [("14682-9", 98), ("8480-6", 150)]


def test_a_request_as_needed():
    drug = next(one for one in case_from_bundle(BUNDLE)["drugs"] if one["name"] == "Ibuprofène 400 mg")
    assert (drug["prn"], drug["route"], drug["frequency"], drug["start"]) == (
        True,
        "oral",
        "1 cp si douleur",
        "2026-11-01",
    )


def test_a_dangling_reference_is_named_and_its_medicine_kept():
    case = case_from_bundle(BUNDLE)
    assert case["dangling"] == ["Medication/lost"]
    assert {"name": "Seresta 10 mg"} in case["drugs"]


def test_what_was_entered_in_error_or_refuted_is_left_out():
    case = case_from_bundle(BUNDLE)
    assert "Digoxine" not in {one["name"] for one in case["drugs"]}
    assert "I50.9" not in {one["code"] for one in case["conditions"]}


def test_no_condition_at_all_is_unknown_and_no_known_allergy_is_none():
    no_allergy = {"resourceType": "AllergyIntolerance", "code": {"coding": [{"code": "716186003"}]}}
    case = case_from_bundle(bundle({"resourceType": "Patient", "id": "x"}, no_allergy))
    assert "conditions" not in case
    assert case["allergies"] == []


def test_a_treatment_that_is_over_has_an_end():
    over = {"resourceType": "MedicationStatement", "status": "completed", "medicationCodeableConcept": {"text": "X"},
            "effectivePeriod": {"start": "2020-01-01", "end": "2020-02-01"}}  # fmt: skip
    assert case_from_bundle(bundle(over))["drugs"] == [{"name": "X", "start": "2020-01-01", "end": "2020-02-01"}]


def test_a_french_code_tells_the_presentation():
    coded = {"resourceType": "MedicationStatement", "status": "active",
             "medicationCodeableConcept": {"coding": [{"code": "3400936963504", "display": "KARDEGIC"}]}}  # fmt: skip
    assert case_from_bundle(bundle(coded))["drugs"] == [{"cip13": "3400936963504", "name": "KARDEGIC"}]


@pytest.mark.parametrize(
    "value",
    [None, [], {}, {"resourceType": "Patient"}, bundle({"resourceType": "Patient"}, {"resourceType": "Patient"})],
)
def test_what_is_not_the_bundle_of_one_patient_is_refused(value):
    with pytest.raises(BadCase):
        case_from_bundle(value)
