"""The whole review: findings of every kind, their order, their cards, what they cite and what they ask."""

import pytest

from epione.medication_reviews.domain.cards import READING_WORDS, reading_words
from epione.medication_reviews.domain.findings import Kind, Status, urgency
from epione.medication_reviews.domain.review import Options, review

TWELVE = (
    "Kardegic 75 mg", "Eliquis 5 mg", "Bisoprolol 2,5 mg", "Ramipril 5 mg", "Furosémide 40 mg", "Atorvastatine 20 mg",
    "Oméprazole 20 mg", {"name": "Seresta 10 mg", "start": "2025-01-01"}, "Escitalopram 10 mg",
    {"name": "Ibuprofène 400 mg", "route": "orale"}, "Tramadol 50 mg", "Atarax 25 mg",
)  # fmt: skip
PROBLEMS = ["I48.0", "I50.9", "I10", "F32.1", "M17.1"]
LABS = [{"code": "creatinine", "value": 98, "unit": "µmol/L", "date": "2026-11-01"}]


@pytest.fixture(scope="module")
def twelve(charted, knowledge):
    chart = charted(*TWELVE, conditions=PROBLEMS, observations=LABS, patient={"age": 82, "weight_kg": 58})
    return review(chart, knowledge)


def found(answer, name):
    return next(one for one in answer.findings if one.id == name)


def test_findings_come_by_urgency(twelve):
    assert list(twelve.findings) == sorted(twelve.findings, key=urgency)
    assert twelve.findings[0].level == "ci"
    assert twelve.findings[0].status is Status.FIRES


def test_one_finding_per_pair_of_medicines(twelve):
    pairs = [frozenset(one.drugs) for one in twelve.of_kind(Kind.INTERACTION)]
    assert len(pairs) == len(set(pairs)) > 10


def test_a_criterion_and_the_pair_of_the_same_medicines_share_a_card(twelve):
    card = next(card for card in twelve.cards() if {"STOPP-C10"} & {one.id for one in card.findings})
    kinds = {one.kind for one in card.findings}
    assert kinds == {Kind.INTERACTION, Kind.STOPP}
    assert {one.source.edition for one in card.findings} == {"2023-09-15", "STOPP/START v3 (2023)"} or all(
        one.source.edition for one in card.findings
    )


def test_twelve_medicines_are_read_in_two_minutes(twelve):
    cards = twelve.cards()
    opened = [card for card in cards if not card.folded]
    assert 5 <= len(opened) <= 20
    assert sum(reading_words(card.findings) for card in opened) <= 1.25 * READING_WORDS
    urgent = [card for card in cards if card.lead.status == "fires" and card.lead.level in ("ci", "ad")]
    assert not any(card.folded for card in urgent)


def test_every_finding_says_why_what_to_do_how_sure_and_from_where(twelve):
    for one in twelve.findings:
        for language in ("fr", "en"):
            assert one.title[language].strip()
            assert one.why[language].strip()
            assert one.advice[language].strip()
            assert one.confidence.because[language].strip()
        assert 0 < one.confidence.value <= 1
        assert one.source.rule
        assert one.source.edition
        assert one.status is Status.FIRES or one.questions, one.id


def test_an_interaction_cites_its_page(twelve):
    one = next(one for one in twelve.of_kind(Kind.INTERACTION) if "anticoagulants" in one.id)
    assert one.source.page
    assert one.awaits_sign_off
    assert found(twelve, "STOPP-C10").awaits_sign_off


@pytest.mark.parametrize(
    ("measured_on", "creatinine_on", "egfr"),
    [
        ("2024-01-10", "2026-11-10", 12),
        ("2026-11-10", "2024-01-10", 80),
        (None, "2026-11-10", 80),
    ],
)
def test_an_old_filtration_never_hides_a_newer_creatinine(charted, knowledge, measured_on, creatinine_on, egfr):
    labs = [{"code": "egfr", "value": 80, "date": measured_on}]
    labs.append({"code": "creatinine", "value": 340, "unit": "µmol/L", "date": creatinine_on})
    chart = charted("Glucophage 500 mg", patient={"age": 82, "sex": "male"}, observations=labs)
    assert review(chart, knowledge).scores.egfr == pytest.approx(egfr, abs=3)


def test_the_derived_egfr_is_evidence_with_its_date(twelve):
    assert "46,3" in found(twelve, "STOPP-E4").why["fr"]
    assert "Nov 2026" in found(twelve, "STOPP-E4").why["en"]


def test_renal_scores_use_both_equations(twelve):
    assert twelve.scores.egfr == pytest.approx(46.3, abs=0.1)
    assert twelve.scores.clearance == pytest.approx((140 - 82) * 58 * 1.04 / 98, abs=0.1)
    assert twelve.scores.stage == "G3a"


def test_questions_are_ranked_by_what_they_settle(twelve):
    ranks = [(one.settles, len(one.criteria)) for one in twelve.questions]
    assert ranks == sorted(ranks, key=lambda rank: (-rank[0], -rank[1]))
    vaccines = next(one for one in twelve.questions if one.key == "vaccinations")
    assert set(vaccines.criteria) == {"START-L1", "START-L2", "START-L3", "START-L4"}
    assert vaccines.settles == 4


@pytest.mark.parametrize(
    ("drugs", "case", "lead", "twin"),
    [
        (["Provames 1 mg"], {"conditions": ["I26.9"]}, "STOPP-C15", "STOPP-J6"),
        ([{"name": "Seresta 10 mg", "start": "2026-01-01"}], {"conditions": ["G47.0"]}, "STOPP-D8", "STOPP-D10"),
        ([{"name": "Oxycontin LP 10 mg", "prn": False}], {}, "STOPP-L2", "START-K2"),
    ],
)
def test_mirror_criteria_are_told_once(charted, knowledge, drugs, case, lead, twin):
    answer = review(charted(*drugs, **case), knowledge)
    assert found(answer, lead).also == (twin,)
    assert twin not in {one.id for one in answer.findings}


def test_the_twin_that_fires_leads_while_the_other_is_open(charted, knowledge):
    answer = review(charted({"name": "Seresta 10 mg", "start": "2026-11-02"}, conditions=["G47.0"]), knowledge)
    assert found(answer, "STOPP-D10").status is Status.FIRES
    assert "STOPP-D8" not in {one.id for one in answer.findings}


def test_noise_for_everybody_is_opt_in(charted, knowledge):
    chart = charted("Zolpidem 10 mg")
    names = {one.id for one in review(chart, knowledge).findings}
    assert not names & {"STOPP-A1", "STOPP-A2", "START-A1"}
    asked = {one.id for one in review(chart, knowledge, Options(include_opt_in=True)).findings}
    assert {"STOPP-A1", "STOPP-A2", "START-A1"} <= asked
    given = review(charted("Zolpidem 10 mg", flags={"drug_without_documented_indication": True}), knowledge)
    assert found(given, "STOPP-A1").status is Status.FIRES


def test_an_allergy_is_a_contra_indication(charted, knowledge):
    answer = review(charted("Clamoxyl 1 g", allergies=["pénicilline"]), knowledge)
    one = answer.of_kind(Kind.CONTRAINDICATION)[0]
    assert (one.level, one.status, one.rank if hasattr(one, "rank") else 1) == ("ci", Status.FIRES, 1)
    assert answer.findings[0] is one


def test_unknown_allergies_are_asked(charted, knowledge):
    assert "allergies" in {one.key for one in review(charted("Clamoxyl 1 g", allergies=None), knowledge).questions}


def test_the_same_substance_twice_is_one_duplicate_and_no_interaction(charted, knowledge):
    answer = review(charted("Doliprane 1000 mg comprimé", "Efferalgan 1 g"), knowledge)
    assert len(answer.of_kind(Kind.DUPLICATE)) == 1
    assert not answer.of_kind(Kind.INTERACTION)


def test_a_class_taken_twice_is_told_once(charted, knowledge):
    regular = [
        {"name": name, "prn": False, "frequency": "1-0-0"} for name in ("Oméprazole 20 mg", "Pantoprazole 20 mg")
    ]
    answer = review(charted(*regular), knowledge)
    assert found(answer, "STOPP-A3").status is Status.FIRES
    assert not answer.of_kind(Kind.DUPLICATE)


def test_under_65_says_so_and_interactions_still_run(charted, knowledge):
    answer = review(charted("Eliquis 5 mg", "Ibuprofène 400 mg", patient={"age": 50}), knowledge)
    assert not answer.of_kind(Kind.STOPP, Kind.START)
    assert answer.of_kind(Kind.INTERACTION)
    assert any("65" in note["fr"] for note in answer.notes)


def test_an_unidentified_line_is_excluded_visibly_and_no_absence_is_held_for_certain(charted, knowledge):
    chart = charted("Seresta 10 mg", "zzyzx 5 mg", conditions=["I48.0"])
    answer = review(chart, knowledge)
    assert [line.drug.name for line in answer.excluded] == ["zzyzx 5 mg"]
    assert found(answer, "START-C1").status is Status.TO_CONFIRM
    assert answer.notes


def test_a_list_that_is_not_complete_never_proves_an_absence(charted, knowledge):
    chart = charted("Seresta 10 mg", conditions=["I48.0"], complete=False)
    answer = review(chart, knowledge)
    assert found(answer, "START-C1").questions[0].key == "complete"


def test_an_old_measurement_that_may_still_decide_lowers_the_confidence(charted, knowledge):
    def confidence(day):
        labs = [{"code": "egfr", "value": 20, "date": "2024-01-01", "kept_on": "2026-11-01"}]
        if day:
            labs = [{"code": "egfr", "value": 20, "date": day}]
        return found(review(charted("Glucophage 500 mg", observations=labs), knowledge), "STOPP-E6").confidence

    kept, recent = confidence(None), confidence("2026-10-01")
    assert kept.value < recent.value
    assert "plus d’un an" in kept.because["fr"]


def test_a_composite_level_that_hangs_on_a_datum_is_to_confirm_with_its_question(charted, knowledge):
    answer = review(charted("Kardegic 75 mg", "Eliquis 5 mg"), knowledge)
    one = answer.of_kind(Kind.INTERACTION)[0]
    if one.status is Status.TO_CONFIRM:
        assert len(one.could_be) > 1
        assert one.questions
    dosed = review(
        charted({"name": "Kardegic 75 mg", "daily_mg": 75, "per_day": 1}, "Eliquis 5 mg", flags={}), knowledge
    )
    assert dosed.of_kind(Kind.INTERACTION)[0].level in ("ad", "apc", "ci")


def test_burdens_beyond_their_threshold_are_findings(charted, knowledge):
    answer = review(charted("Atarax 25 mg", "Laroxyl 25 mg", "Ditropan 5 mg"), knowledge)
    assert {"SCORE-ACB", "STOPP-M1"} <= {one.id for one in answer.findings}
    assert answer.scores.acb.total >= 3


def test_triple_whammy(charted, knowledge):
    answer = review(charted("Ramipril 5 mg", "Furosémide 40 mg", "Ibuprofène 400 mg"), knowledge)
    assert found(answer, "SCORE-triple-whammy").drugs == ("1", "2", "3")
