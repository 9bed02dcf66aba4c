"""Doses that cannot be right as written: each gives one question, a usual dose gives none."""

import pytest

from epione.medications.domain.dose import check_doses
from epione.medications.domain.drug import Drug, DrugStatus, Ingredient, TreatmentLine

TABLET = Drug(
    "6", "IBUPROFENE 400 mg", DrugStatus.MARKETED, form="comprimé pelliculé", routes=("orale",),
    ingredients=(Ingredient("1", "IBUPROFÈNE", 400, "mg"),),
)  # fmt: skip
CAPSULE = Drug(
    "7", "OMEPRAZOLE 20 mg", DrugStatus.MARKETED, form="gélule gastro-résistante", routes=("orale",),
    ingredients=(Ingredient("2", "OMÉPRAZOLE", 20, "mg"),),
)  # fmt: skip
INN = Drug(None, "ibuprofène", DrugStatus.SUBSTANCE, ingredients=(Ingredient("1", "IBUPROFÈNE"),))


def faults(drug: Drug, **about: float | str) -> list[str]:
    return [doubt.fault.value for doubt in check_doses([TreatmentLine("1", drug, **about)])]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("drug", "about"),
    [
        (TABLET, {"dose_mg": 400, "per_day": 3, "daily_mg": 1200}),
        (TABLET, {"dose_mg": 200}),
        (TABLET, {"dose_mg": 100}),
        (TABLET, {"dose_mg": 800}),
        (CAPSULE, {"dose_mg": 40, "per_day": 1}),
        (INN, {"dose_mg": 400}),
        (TABLET, {}),
    ],
)
def test_usual_doses_raise_nothing(drug: Drug, about: dict[str, float]) -> None:
    assert faults(drug, **about) == []


@pytest.mark.parametrize("about", [{"dose_value": 0}, {"dose_mg": -1}, {"daily_mg": 0}, {"per_day": -2}])
def test_zero_and_negative_are_impossible(about: dict[str, float]) -> None:
    assert faults(TABLET, **about) == ["impossible"]


def test_grams_for_milligrams() -> None:
    assert faults(TABLET, dose_value=400, dose_unit="g", dose_mg=400_000) == ["unit"]
    assert faults(INN, dose_value=400, dose_unit="g", dose_mg=400_000) == ["unit"]
    line = TreatmentLine("1", TABLET, dose_value=400, dose_unit="g", dose_mg=400_000)
    assert check_doses([line])[0].question == {
        "fr": "IBUPROFENE 400 mg\u00a0: 400\u00a0g en une prise, est-ce la bonne unité\u202f?",
        "en": "IBUPROFENE 400 mg: 400\u00a0g in one intake, is it the right unit?",
    }


def test_a_dose_that_the_strength_cannot_make() -> None:
    assert faults(TABLET, dose_mg=350) == ["not_divisible"]
    assert faults(CAPSULE, dose_mg=10) == ["not_divisible"]


def test_a_daily_dose_that_contradicts_the_intakes() -> None:
    assert faults(TABLET, dose_mg=400, per_day=3, daily_mg=400) == ["inconsistent"]


def test_too_many_intakes_a_day() -> None:
    assert faults(TABLET, dose_mg=400, per_day=30) == ["frequency"]
