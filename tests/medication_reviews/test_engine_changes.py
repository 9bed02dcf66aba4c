"""What if, the smallest change, and who is eligible."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from epione.medication_reviews.domain.eligibility import bpm_eligibility
from epione.medication_reviews.domain.findings import Kind
from epione.medication_reviews.domain.review import review
from epione.medication_reviews.domain.rhythm import WEEKLY, Rhythm, rhythm_of
from epione.medication_reviews.domain.smallest_change import MOST_CHANGES, is_target, smallest_changes
from epione.medication_reviews.domain.whatif import (
    ImpossibleChange,
    SetDose,
    SetFlag,
    SetObservation,
    Stop,
    Substitute,
    apply,
    substitute_id,
    what_if,
)
from epione.medications.domain.drug import Drug, DrugStatus, TreatmentLine
from epione.medications.providers.memory import resolve_medication

TODAY = date(2026, 11, 20)
POOL = (
    """
Kardegic 75 mg; Eliquis 5 mg; Ibuprofène 400 mg; Cordarone 200 mg; Escitalopram 10 mg; Atarax 25 mg;
Simvastatine 20 mg; Zeclar 500 mg; Colchicine 1 mg; Ramipril 5 mg; Potassium 600 mg; Digoxine 0,25 mg;
Tramadol 50 mg; Previscan 20 mg; Méthotrexate 2,5 mg; Bactrim; Vérapamil 120 mg; Bisoprolol 2,5 mg; Lithium
400 mg; Domperidone 10 mg; Halopéridol 5 mg
""".replace("\n", " ")
    .strip()
    .split("; ")
)


def ids(findings):
    return {one.id for one in findings}


def test_setting_the_egfr_makes_criteria_appear(charted, knowledge):
    chart = charted("Glucophage 500 mg", observations=[{"code": "egfr", "value": 70}])
    change = what_if(chart, knowledge, [SetObservation("egfr", 25)])
    assert "STOPP-E6" in ids(change.appeared)
    assert not change.disappeared
    assert change.before.scores.egfr == 70
    assert change.after.scores.egfr == 25


def test_stopping_a_medicine_makes_its_findings_disappear(charted, knowledge):
    chart = charted("Eliquis 5 mg", {"name": "Ibuprofène 400 mg", "route": "orale"}, "Ramipril 5 mg")
    change = what_if(chart, knowledge, [Stop("2")])
    assert "STOPP-C10" in ids(change.disappeared)
    assert all("2" not in one.drugs for one in change.after.findings)
    assert ids(change.kept)


def test_an_answer_turns_a_doubt_into_a_finding(charted, knowledge):
    change = what_if(charted("Zolpidem 10 mg"), knowledge, [SetFlag("recurrent_falls", value=True)])
    assert [(was.status, now.status) for was, now in change.changed if was.id == "STOPP-K4"] == [
        ("to_confirm", "fires")
    ]


def test_a_lower_dose_clears_a_dose_criterion(charted, knowledge):
    chart = charted({"name": "Kardegic 160 mg", "daily_mg": 160, "start": "2025-01-01"})
    assert "STOPP-C1" in ids(what_if(chart, knowledge, [SetDose("1", 75)]).disappeared)


def test_a_substitute_is_another_line_and_its_pairs_are_new(charted, knowledge):
    chart = charted("Eliquis 5 mg", {"name": "Ibuprofène 400 mg", "route": "orale"})
    naproxen = resolve_medication("Naproxène 550 mg").drug
    change = what_if(chart, knowledge, [Substitute("2", naproxen)])
    assert substitute_id("2") in {line.id for line in change.after.lines}
    pairs = [one for one in change.appeared if one.kind is Kind.INTERACTION]
    assert pairs
    assert ids(pairs) <= ids(change.disappeared)


@pytest.mark.parametrize(
    "change", [Stop("9"), SetDose("1", 0), SetDose("1", float("nan")), SetObservation("mood", 3), SetObservation("potassium", 400)]
)  # fmt: skip
def test_a_change_that_cannot_be_made_is_refused(charted, change):
    with pytest.raises(ImpossibleChange):
        apply(charted("Eliquis 5 mg"), [change])


def test_nothing_to_clear_gives_no_proposal(charted, knowledge, substitutes):
    answer = smallest_changes(charted("Doliprane 500 mg"), knowledge, substitutes)
    assert (answer.targets, answer.proposals, answer.exhausted) == ((), (), True)


def test_one_change_is_enough_for_one_discouraged_pair(charted, knowledge, substitutes):
    chart = charted("Eliquis 5 mg", {"name": "Ibuprofène 400 mg", "route": "orale", "indication": "arthrose"})
    answer = smallest_changes(chart, knowledge, substitutes)
    assert answer.proposals
    assert {len(one.changes) for one in answer.proposals} == {1}
    best = answer.proposals[0]
    assert best.changes == (Stop("2"),)
    assert "arthrose" in best.costs[0]["fr"]
    assert ids(best.clears) == ids(answer.targets)
    assert [one.cost for one in answer.proposals] == sorted(one.cost for one in answer.proposals)


def test_a_weekly_dose_is_never_told_by_the_day(charted, knowledge, substitutes):
    weekly = {"name": "Méthotrexate 2,5 mg", "frequency": "25 mg le lundi", "prn": False}
    answer = smallest_changes(charted(weekly, {"name": "Ibuprofène 400 mg", "route": "orale"}), knowledge, substitutes)
    [lower] = [one for one in answer.proposals if isinstance(one.changes[0], SetDose)]
    assert lower.changes[0].rhythm == WEEKLY
    assert lower.changes[0].daily_mg == pytest.approx(20 / 7)
    assert "20\u00a0mg par semaine" in lower.costs[0]["fr"]
    assert "/j" not in lower.costs[0]["fr"]


def test_an_allergy_is_cleared_too(charted, knowledge, substitutes):
    answer = smallest_changes(charted("Clamoxyl 1 g", allergies=["pénicilline"]), knowledge, substitutes)
    assert answer.targets
    for proposal in answer.proposals:
        assert not proposal.difference.after.of_kind(Kind.CONTRAINDICATION)


def test_a_substitute_of_the_same_class_is_proposed_for_simvastatin_with_clarithromycin(
    charted, knowledge, substitutes
):
    chart = charted("Simvastatine 20 mg", "Itraconazole 100 mg")
    answer = smallest_changes(chart, knowledge, substitutes)
    replaced = [change for one in answer.proposals for change in one.changes if isinstance(change, Substitute)]
    assert any(change.drug.atc[0].startswith("C10A") for change in replaced if change.line == "1")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(POOL), min_size=2, max_size=8, unique=True))
def test_a_proposal_once_applied_clears_everything_it_says(charted, knowledge, substitutes, names):
    chart = charted(*({"name": name, "prn": False} for name in names), conditions=["I10"])
    answer = smallest_changes(chart, knowledge, substitutes)
    before = {one.id for one in review(chart, knowledge).findings if one.status == "fires" and one.kind is Kind.STOPP}
    for proposal in answer.proposals:
        assert 1 <= len(proposal.changes) <= MOST_CHANGES
        after = review(apply(chart, proposal.changes), knowledge)
        assert not [one.id for one in after.findings if is_target(one)]
        opened = {
            one.id for one in after.findings if one.status == "fires" and one.kind is Kind.STOPP and one.level == "ad"
        }
        assert opened <= before
        assert proposal.costs
    if not answer.targets:
        assert not answer.proposals


def on_line(number, atc, start, end=None, name="X"):
    drug = Drug(None, f"{name}{number}", DrugStatus.SUBSTANCE, (atc,))
    return TreatmentLine(str(number), drug, start=start, end=end)


def old(number, atc, days=300):
    return on_line(number, atc, TODAY - timedelta(days=days))


FIVE = [old(1, "C09AA05"), old(2, "C03CA01"), old(3, "B01AF02"), old(4, "A02BC01"), old(5, "C10AA05")]


def eligible(lines, age=70, on=TODAY, reimbursed=lambda _: True):
    return bpm_eligibility(age=age, lines=lines, on=on, reimbursed=reimbursed)


def test_sixty_five_and_five_substances_for_six_months():
    assert eligible(FIVE).eligible is True
    assert eligible(FIVE, age=64).eligible is False
    assert eligible(FIVE[:4]).eligible is False
    assert eligible([*FIVE[:4], old(5, "C10AA05", 100)]).eligible is False


def test_a_change_within_one_therapeutic_aim_goes_on_counting():
    before = on_line(6, "C10AA01", TODAY - timedelta(days=400), TODAY - timedelta(days=60))
    now = old(5, "C10AA05", 50)
    assert eligible([*FIVE[:4], now]).eligible is False
    assert eligible([*FIVE[:4], now, before]).eligible is True


def test_what_is_unknown_is_asked_and_decides_nothing():
    undated = on_line(5, "C10AA05", None)
    answer = eligible([*FIVE[:4], undated])
    assert answer.eligible is None
    assert answer.questions[0].key == "line:5:start"
    nobody = eligible(FIVE, age=None)
    assert nobody.eligible is None
    assert nobody.questions[0].key == "age"
    unknown = eligible(FIVE, reimbursed=lambda drug: None if drug.name == "X1" else True)
    assert unknown.eligible is None
    assert unknown.questions[0].key == "line:1:reimbursed"


def test_a_medicine_that_is_not_reimbursed_or_homeopathic_does_not_count():
    assert eligible(FIVE, reimbursed=lambda drug: drug.name != "X1").eligible is False
    granules = TreatmentLine("6", Drug(None, "Arnica", DrugStatus.HOMEOPATHIC), start=date(2020, 1, 1))
    assert len(eligible([*FIVE, granules]).substances) == 5


def test_the_prescription_of_the_general_practitioner_since_2026():
    ten = [old(number, f"C0{number % 10}AA05") for number in range(10)]
    assert eligible(ten, age=81).by_prescription is True
    assert eligible(ten, age=80).by_prescription is False
    assert eligible(ten[:9], age=81).by_prescription is False
    assert eligible(ten, age=81, on=date(2025, 12, 31)).by_prescription is False
    assert eligible(ten, age=None).by_prescription is None


def test_medicines_that_are_not_identified_leave_eligibility_open():
    start = TODAY - timedelta(days=400)
    lines = [
        TreatmentLine(str(n), Drug(None, f"remède {n}", DrugStatus.UNKNOWN), start=start, prn=False) for n in range(5)
    ]
    found = bpm_eligibility(age=80, lines=lines, on=TODAY, reimbursed=lambda _drug: None)
    assert found.eligible is None
    assert bpm_eligibility(age=80, lines=lines[:4], on=TODAY, reimbursed=lambda _drug: None).eligible is False


@pytest.mark.parametrize(
    ("per_day", "rhythm"),
    [
        (None, None),
        (1.0, None),
        (3.0, None),
        (1 / 7, WEEKLY),
        (2 / 7, Rhythm(2, 7)),
        (0.5, Rhythm(1, 2)),
        (1 / 14, Rhythm(1, 14)),
        (1 / 30, Rhythm(1, 30)),
        (0.75, Rhythm(3, 4)),
    ],
)
def test_the_rhythm_of_a_line(charted, per_day, rhythm):
    line = charted({"name": "Méthotrexate 2,5 mg", "daily_mg": 1, "per_day": per_day}).lines[0]
    assert rhythm_of(line) == rhythm


def test_a_dose_by_the_take_is_a_mean_by_the_day_and_back():
    assert WEEKLY.daily_mg(70) == pytest.approx(10)
    assert Rhythm(2, 7).per_take(WEEKLY.daily_mg(70)) == pytest.approx(35)
