"""Renal function on published values and forms of the equations, stages, doubtful creatinine."""

import pytest

from epione.patients.domain.renal import (
    RenalInputError,
    Sex,
    Stage,
    ckd_epi_2009,
    ckd_epi_2021,
    cockcroft_gault,
    read_creatinine,
    renal_function,
    stage_of,
    to_micromoles,
)


@pytest.mark.parametrize("age", [20, 60, 85])
@pytest.mark.parametrize("weight", [45, 72])
@pytest.mark.parametrize("creatinine", [0.8, 1.0, 2.5])
def test_cockcroft_gault_is_the_published_formula_in_mg_per_dl(age: float, weight: float, creatinine: float) -> None:
    men = (140 - age) * weight / (72 * creatinine)
    found = {
        sex: cockcroft_gault(to_micromoles(creatinine), age=age, weight_kg=weight, sex=sex)
        for sex in ("male", "female")
    }  # type: ignore[misc]
    assert found["male"] == pytest.approx(men, rel=0.005)
    assert found["female"] == pytest.approx(men * 0.85, rel=0.005)


def test_cockcroft_gault_on_a_frail_patient() -> None:
    assert cockcroft_gault(110, age=85, weight_kg=50, sex="female") == pytest.approx(26.0)


@pytest.mark.parametrize(
    ("sex", "creatinine_mg_dl", "age", "expected"),
    [
        # Levey 2009, table 2: the equation for each sex and range of creatinine (white or other).
        ("female", 0.6, 40, 144 * (0.6 / 0.7) ** -0.329 * 0.993**40),
        ("female", 1.4, 75, 144 * (1.4 / 0.7) ** -1.209 * 0.993**75),
        ("male", 0.8, 40, 141 * (0.8 / 0.9) ** -0.411 * 0.993**40),
        ("male", 2.0, 75, 141 * (2.0 / 0.9) ** -1.209 * 0.993**75),
    ],
)
def test_ckd_epi_2009_by_the_published_table(sex: Sex, creatinine_mg_dl: float, age: float, expected: float) -> None:
    assert ckd_epi_2009(to_micromoles(creatinine_mg_dl), age=age, sex=sex) == pytest.approx(expected, rel=0.005)


@pytest.mark.parametrize(
    ("sex", "creatinine_mg_dl", "age", "expected"),
    [("male", 1.1, 50, 82), ("male", 1.0, 50, 92), ("female", 1.0, 60, 64), ("female", 0.7, 30, 119)],
)
def test_ckd_epi_2021_on_values_of_public_calculators(
    sex: Sex, creatinine_mg_dl: float, age: float, expected: int
) -> None:
    assert round(ckd_epi_2021(to_micromoles(creatinine_mg_dl), age=age, sex=sex)) == expected


def test_the_two_slopes_meet_at_the_turning_point() -> None:
    for equation in (ckd_epi_2009, ckd_epi_2021):
        below, above = (equation(to_micromoles(0.9) + gap, age=70, sex="male") for gap in (-1e-9, 1e-9))
        assert below == pytest.approx(above)


@pytest.mark.parametrize(
    ("gfr", "stage"),
    [
        (90, Stage.G1),
        (89.9, Stage.G2),
        (60, Stage.G2),
        (59.9, Stage.G3A),
        (45, Stage.G3A),
        (44.9, Stage.G3B),
        (30, Stage.G3B),
        (29.9, Stage.G4),
        (15, Stage.G4),
        (14.9, Stage.G5),
        (0, Stage.G5),
    ],
)
def test_stages(gfr: float, stage: Stage) -> None:
    assert stage_of(gfr) is stage


@pytest.mark.parametrize(
    ("value", "unit", "expected"), [(88.4, "µmol/L", 88.4), (1.0, "mg/dL", 88.4), (20, "umol/L", 20)]
)
def test_creatinine_in_either_unit(value: float, unit: str, expected: float) -> None:
    reading = read_creatinine(value, unit)
    assert reading.umol_l == pytest.approx(expected)
    assert reading.question is None


@pytest.mark.parametrize(
    ("value", "unit", "question"),
    [
        (1.2, "µmol/L", "Creatinine 1.2 µmol/L: might it be 1.2 mg/dL?"),
        (106, "mg/dL", "Creatinine 106 mg/dL: might it be 106 µmol/L?"),
        (95, "", "Creatinine 95: in µmol/L or in mg/dL?"),
        (3000, "µmol/L", "Creatinine 3000 µmol/L: impossible value, which is the right one?"),
        (0, "µmol/L", "Creatinine 0 µmol/L: impossible value, which is the right one?"),
        (-80, "µmol/L", "Creatinine -80 µmol/L: impossible value, which is the right one?"),
    ],
)
def test_a_doubtful_creatinine_is_asked_never_used(value: float, unit: str, question: str) -> None:
    reading = read_creatinine(value, unit)
    assert reading.umol_l is None
    assert reading.question is not None
    assert reading.question["en"] == question


def test_french_question_has_a_decimal_comma() -> None:
    reading = read_creatinine(1.2, "µmol/L")
    assert reading.question is not None
    assert reading.question["fr"] == "Créatinine 1,2\u00a0µmol/L\u00a0: ne serait-ce pas 1,2\u00a0mg/dL\u202f?"


@pytest.mark.parametrize(
    ("datum", "about"),
    [
        ("age", {"age": 17, "weight_kg": 60, "creatinine_umol_l": 80}),
        ("age", {"age": -3, "weight_kg": 60, "creatinine_umol_l": 80}),
        ("age", {"age": 121, "weight_kg": 60, "creatinine_umol_l": 80}),
        ("weight_kg", {"age": 80, "weight_kg": 0, "creatinine_umol_l": 80}),
        ("weight_kg", {"age": 80, "weight_kg": 500, "creatinine_umol_l": 80}),
        ("creatinine", {"age": 80, "weight_kg": 60, "creatinine_umol_l": 1.2}),
    ],
)
def test_impossible_values_are_refused_by_name(datum: str, about: dict[str, float]) -> None:
    with pytest.raises(RenalInputError) as caught:
        renal_function(sex="female", **about)
    assert caught.value.datum == datum


def test_everything_known() -> None:
    found = renal_function(creatinine_umol_l=110, age=85, weight_kg=50, sex="female")
    assert found.clearance == pytest.approx(26.0)
    assert found.gfr_2009 == pytest.approx(39.9, abs=0.5)
    assert found.gfr_2021 == pytest.approx(42.6, abs=0.5)
    assert (found.stage, found.missing, found.questions) == (Stage.G3B, (), ())


def test_without_weight_the_stage_is_known_and_the_clearance_asked() -> None:
    found = renal_function(creatinine_umol_l=110, age=85, weight_kg=None, sex="female")
    assert found.clearance is None
    assert found.stage is Stage.G3B
    assert found.missing == ("weight_kg",)
    assert found.questions[0]["en"] == "What is the patient’s weight (kg)?"


def test_without_creatinine_nothing_is_guessed() -> None:
    found = renal_function(creatinine_umol_l=None, age=85, weight_kg=50, sex=None)
    assert (found.clearance, found.gfr_2009, found.gfr_2021, found.stage) == (None, None, None, None)
    assert found.missing == ("creatinine", "sex")
