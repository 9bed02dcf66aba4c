"""The bench of the review: its peer gives the engine's answers, its rows have their shape."""

import pytest

from epione.medication_reviews.domain.knowledge import Knowledge
from epione.medication_reviews.providers.rules import load_rules, rule_book
from epione.medications.providers.memory import load_catalogue, resolve_medication
from epione.medications.providers.pack import ansm
from epione.medications.providers.thesaurus import load_scales, load_thesaurus
from epione.medications.providers.words import load_vocabulary
from epione.project.bench import medication
from epione.project.bench.naive_interactions import NaiveThesaurus


@pytest.fixture(scope="module")
def tools():
    knowledge = Knowledge(rule_book(), load_thesaurus(), load_scales(), load_catalogue(), load_vocabulary())
    facts = ansm()
    naive = NaiveThesaurus(facts, {"rows": facts["conditional_rules"]}, facts["supplement"])
    matches = [resolve_medication(name) for name in medication._treatment()]
    return knowledge, naive, [match.drug for match in matches if match.drug is not None]


def test_every_medicine_of_the_bench_is_matched(tools):
    assert len(tools[2]) == len(medication._treatment()) >= 45


@pytest.mark.parametrize("size", [5, 12, 25, 40])
def test_the_peer_gives_the_same_statuses_questions_and_levels(tools, size):
    knowledge, naive, pool = tools
    rules = load_rules()
    for seed in range(6):
        chart = medication.make_chart(seed, size, pool)
        assert medication.engine_answer(chart, knowledge) == medication.naive_review(chart, knowledge, rules, naive)


def test_the_rows_hold_the_envelope_and_the_targets():
    rows = medication._rows_of(12, [1.0, 1.5, 2.5], [0.5, 0.6, 0.7], [9.0, 10.0, 11.0])
    keys = {"case", "metric", "unit", "value", "target", "peer", "peer_value", "ratio", "met"}
    assert all(set(row) == keys for row in rows)
    targets = {row["metric"]: (row["value"], row["met"]) for row in rows if row["target"]}
    assert targets["whole review, CPU p50"] == (1.5, True)
    assert targets["criteria and pairs, times faster"] == (16.6667, True)
    assert not [row for row in medication._rows_of(5, [9.0, 9.0], [9.0, 9.0], [9.0, 9.0]) if row["met"] is not None]
