"""The engine against an independent evaluator on random coded patients; the compiled rules are current."""

import random
from datetime import date, timedelta

import pytest

from epione.medication_reviews.domain.chart import Chart, DatedObservation, PastDrug, Problem, Vaccination
from epione.medication_reviews.domain.compile import BadRules, compile_rules, french
from epione.medication_reviews.domain.criteria import evaluate
from epione.medication_reviews.domain.measures import ckd_epi_2009
from epione.medication_reviews.domain.rulebook import categories
from epione.medication_reviews.providers.rules import COMPILED, compiled_text, load_rules, rule_book
from epione.medications.domain.drug import Drug, DrugStatus, Ingredient, Release, TreatmentLine
from epione.patients.domain.observations import MEASURES
from epione.project.bench.naive_review import naive_outcomes

TODAY = date(2026, 11, 20)
RULES = load_rules()
PREFIXES = sorted({prefix for group in RULES["groups"].values() for prefix in group["atc"]})
PROBLEMS = sorted(
    {code for one in RULES["conditions"].values() for pattern in one["icd10"] for code in categories(pattern)}
)


def maybe(draw, value, odds=0.6):
    return value() if draw.random() < odds else None


def random_line(draw, number):
    codes = [
        (prefix + "AA01"[-(7 - len(prefix)) :] if len(prefix) < 7 else prefix) for prefix in draw.sample(PREFIXES, 2)
    ]
    several = draw.random() < 0.1
    source = draw.choice(["mitm", "mitm", "mitm", "mitm", "who_name_ambiguous"])
    parts = (
        (Ingredient("1", "paracétamol", 500.0, "mg"), Ingredient("2", "codéine", 30.0, "mg"))
        if draw.random() < 0.1
        else ()
    )
    unknown = draw.random() < 0.03
    return TreatmentLine(
        id=str(number),
        drug=Drug(
            None,
            f"médicament {number}" + draw.choice(["", " LP 20 mg, comprimé"]),
            DrugStatus.UNKNOWN if unknown else DrugStatus.SUBSTANCE,
            () if unknown else tuple(codes if several else codes[:1]),
            "several" if several else source,
            form=draw.choice(["", "comprimé", "comprimé à libération prolongée"]),
            routes=draw.choice([(), ("orale",), ("orale", "cutanée"), ("vaginale",)]),
            ingredients=parts,
        ),
        daily_mg=maybe(draw, lambda: draw.choice([0.0625, 0.25, 10.0, 20.0, 40.0, 100.0, 160.0, 1500.0, 3000.0])),
        route=draw.choice(["", "", "orale", "cutanée", "vaginale"]),
        prn=maybe(draw, lambda: draw.random() < 0.3),
        release=maybe(draw, lambda: draw.choice(list(Release)), 0.2),
        start=maybe(draw, lambda: TODAY - timedelta(days=draw.choice([-5, 5, 20, 40, 100, 200, 400]))),
        end=maybe(draw, lambda: TODAY - timedelta(days=draw.choice([-30, 10])), 0.1),
        facts=maybe(draw, lambda: {draw.choice(["same_dose", "full_dose"]): draw.choice(["true", "false"])}, 0.3) or {},
    )


def random_day(draw):
    return maybe(draw, lambda: TODAY - timedelta(days=draw.choice([10, 60, 120, 200, 400, 2000])))


def random_observation(draw):
    measure = draw.choice(list(MEASURES.values()))
    low, high = measure.plausible
    usual = measure.usual or (low, high)
    value = draw.choice(
        [
            low,
            high,
            usual[0] or low,
            usual[1] or high,
            draw.uniform(low, high),
            float(draw.choice([10, 20, 30, 50, 100])),
        ]
    )
    return DatedObservation(measure.code, value, measure.unit, random_day(draw), maybe(draw, lambda: TODAY, 0.1))


def random_chart(seed):
    draw = random.Random(seed)
    return Chart(
        on=TODAY,
        age=maybe(draw, lambda: draw.randint(60, 95), 0.95),
        sex=maybe(draw, lambda: draw.choice(["male", "female"]), 0.9),
        weight_kg=maybe(draw, lambda: 45.0),
        height_cm=maybe(draw, lambda: 170.0),
        lines=tuple(random_line(draw, number) for number in range(draw.randint(0, 15))),
        problems=maybe(
            draw,
            lambda: tuple(
                Problem(draw.choice(PROBLEMS), random_day(draw), maybe(draw, lambda: draw.randint(1, 3), 0.2))
                for _ in range(draw.randint(0, 10))
            ),
            0.9,
        ),
        observations=tuple(random_observation(draw) for _ in range(draw.randint(0, 14))),
        flags={name: draw.random() < 0.5 for name in RULES["flags"] if draw.random() < 0.4},
        vaccinations=maybe(
            draw,
            lambda: tuple(
                Vaccination(draw.choice(["J07BB02", "J07AL02", "J07BK03", "J07BN01"]), random_day(draw))
                for _ in range(2)
            ),
        ),
        past_drugs=maybe(
            draw,
            lambda: (
                PastDrug(
                    draw.choice(["M05BX04", "H05AA02", "C10AA05"]), maybe(draw, lambda: 3), maybe(draw, lambda: True)
                ),
            ),
            0.5,
        ),
        complete=draw.random() < 0.9,
    )


@pytest.mark.parametrize("block", range(10))
def test_two_evaluators_agree_on_random_patients(block):
    book = rule_book()
    fired = 0
    for seed in range(block * 40, block * 40 + 40):
        chart = random_chart(seed)
        expected = naive_outcomes(RULES, chart)
        found = evaluate(book, book.facts(chart), include_opt_in=True)
        assert {one.criterion.id: one.status for one in found} == {
            name: status for name, (status, _) in expected.items()
        }, seed
        asked = {one.criterion.id: {question.key for question in one.questions} for one in found}
        assert asked == {name: keys for name, (_, keys) in expected.items()}, seed
        fired += any(one.fires for one in found)
    assert fired


def test_the_compiled_rules_are_current():
    from importlib.resources import files

    assert files("epione.medication_reviews.data").joinpath(COMPILED).read_text(encoding="utf-8") == compiled_text()


def test_corrections_are_noted_with_their_reason():
    known = {criterion["id"] for criterion in RULES["criteria"]}
    assert len(RULES["corrections"]) >= 12
    for correction in RULES["corrections"]:
        assert set(correction["rule"]) <= known
        assert correction["what"]
        assert correction["why"]


def test_a_rule_that_names_an_unknown_group_is_refused():
    source = {
        "meta": {},
        "corrections": [],
        "groups": {},
        "conditions": {},
        "criteria": [
            {
                **dict.fromkeys(("title_fr", "title_en", "section", "severity", "computable", "confidence"), "x"),
                "id": "STOPP-Z1",
                "kind": "stopp",
                "number": 1,
                "min_age": 65,
                "missing": [],
                "when": {"drug": "unicorns"},
            }
        ],
    }  # fmt: skip
    labels = {
        "limits": {},
        "flags": {},
        "sections": {},
        "groups": {},
        "conditions": {},
        "opt_in": [],
        "twins": [],
        "full_dose_mg": {},
    }
    with pytest.raises(BadRules, match="unicorns"):
        compile_rules(source, labels, {"STOPP-Z1": ["fr", "en"]})
    with pytest.raises(BadRules, match="no advice"):
        compile_rules(source, labels, {})


def test_french_typography():
    assert french("Est-ce l'IPP ; 30 % : « oui » ?") == "Est-ce l’IPP\u202f; 30\u202f%\u00a0: «\u00a0oui\u00a0»\u202f?"


def test_ckd_epi_of_a_published_example():
    # Woman of 80, 150 µmol/L: 28 mL/min/1.73 m² (CKD-EPI 2009 creatinine).
    assert ckd_epi_2009(150, age=80, sex="female") == pytest.approx(27.8, abs=0.6)
