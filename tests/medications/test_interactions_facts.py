"""What the lines and the patient tell the conditional rules, and what stays unknown."""

import pytest
from tests.medications.pack import substance

from epione.medications.domain.drug import Drug, DrugStatus, Ingredient, TreatmentLine
from epione.medications.domain.interactions_facts import interaction_facts

ASPIRIN = substance("acide acetylsalicylique")


def line(key: str, **about: object) -> TreatmentLine:
    return TreatmentLine(id=key, drug=substance(key), **about)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"daily_mg": 75.0}, {"asa_mg_day": 75.0, "asa_mg_dose": 75.0}),
        ({"dose_mg": 500.0, "per_day": 3.0}, {"asa_mg_day": 1500.0, "asa_mg_dose": 500.0}),
        ({"dose_mg": 500.0}, {"asa_mg_dose": 500.0}),
        ({"daily_mg": 1000.0, "per_day": 2.0}, {"asa_mg_day": 1000.0, "asa_mg_dose": 500.0}),
        ({"daily_mg": 1000.0}, {"asa_mg_day": 1000.0}),
        ({}, {}),
    ],
)
def test_aspirin_doses(about: dict[str, object], expected: dict[str, float]) -> None:
    assert interaction_facts([line("acide acetylsalicylique", **about)], {}) == expected


def test_one_line_of_unknown_dose_leaves_the_total_unknown() -> None:
    lines = [line("acide acetylsalicylique", daily_mg=75.0), TreatmentLine("2", ASPIRIN)]
    assert interaction_facts(lines, {}) == {}


def test_a_combination_takes_the_share_of_the_substance() -> None:
    def part(key: str, amount: float) -> Ingredient:
        return Ingredient(key, key, amount, "mg", frozenset({key}))

    parts = (part("clopidogrel", 75), part("acide acetylsalicylique", 100))
    both = Drug("60000000", "DUOPLAVIN", DrugStatus.MARKETED, routes=("orale",), ingredients=parts)
    assert interaction_facts([TreatmentLine("1", both, daily_mg=75.0)], {})["asa_mg_day"] == pytest.approx(100)


def test_weekly_methotrexate() -> None:
    by_text = line("methotrexate", dose_mg=15.0, frequency="1 fois par semaine")
    by_average = line("methotrexate", daily_mg=15 / 7)
    by_intakes = line("methotrexate", dose_mg=15.0, per_day=1 / 7)
    for taken in (by_text, by_average, by_intakes):
        assert interaction_facts([taken], {})["mtx_mg_week"] == pytest.approx(15)
    assert interaction_facts([line("methotrexate", dose_mg=15.0)], {}) == {}


def test_routes_are_told_in_the_words_of_the_rules() -> None:
    lines = [line("midazolam", route="orale"), line("calcium", route="intraveineuse"), line("diltiazem")]
    assert interaction_facts(lines, {}) == {"midazolam_route": "oral", "calcium_route": "IV"}


def test_a_diagnosis_proves_but_its_absence_does_not_disprove() -> None:
    assert interaction_facts([], {"conditions": ["I50.1", "K25"]}) == {"heart_failure": True, "hist_peptic_ulcer": True}
    assert interaction_facts([], {"conditions": []}) == {}


def test_measurements_and_stated_facts() -> None:
    patient = {"age": 82, "egfr": 41.0, "potassium": 3.2, "lvef": 60.0, "heart_failure": False, "conditions": ["I50"]}
    assert interaction_facts([], patient) == {
        "age": 82,
        "egfr": 41.0,
        "hypokalaemia": True,
        "lvef_reduced": False,
        "heart_failure": False,
    }


def test_a_cream_gives_no_dose() -> None:
    cream = line("acide acetylsalicylique", daily_mg=500.0, route="cutanée")
    assert interaction_facts([cream], {}) == {}
