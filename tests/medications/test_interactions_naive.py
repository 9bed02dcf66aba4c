"""The indexed engine and the direct evaluator agree on every pair of random lists, with and without patient data."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.medications.pack import CONDITIONAL, MAPPED, PACK, SUPPLEMENT, substance

from epione.medications.domain.interactions import Thesaurus
from epione.project.bench.naive_interactions import NaiveThesaurus

ENGINE = Thesaurus.from_pack(PACK, CONDITIONAL, SUPPLEMENT)
NAIVE = NaiveThesaurus(PACK, CONDITIONAL, SUPPLEMENT)

ROUTES = st.sampled_from(["IV", "oral"])
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "asa_mg_dose": st.sampled_from([75, 100, 500, 1000]),
        "asa_mg_day": st.sampled_from([75, 375, 1000, 3000]),
        "hist_peptic_ulcer": st.booleans(),
        "mtx_mg_week": st.sampled_from([10, 20, 25]),
        "indication_acs": st.booleans(),
        "heart_failure": st.booleans(),
        "hypokalaemia": st.booleans(),
        "lvef_reduced": st.booleans(),
        "successive_not_simultaneous": st.booleans(),
        "diltiazem_route": ROUTES,
        "verapamil_route": ROUTES,
        "calcium_route": ROUTES,
        "midazolam_route": ROUTES,
        "egfr": st.sampled_from([25, 60, 90]),
        "liver_failure": st.booleans(),
        "age": st.sampled_from([40, 65, 90]),
        "rosuvastatin_mg_day": st.sampled_from([10, 40]),
        "titration_phase": st.booleans(),
    },
)
# Substances that conditional rules name, drawn more often than chance would.
RULED = sorted(
    {
        key
        for row in CONDITIONAL["rows"]
        for side in (row["a"], row["b"])
        for key in (PACK["classes"].get(side) or [side])
        if key in set(MAPPED)
    }
)


def engine_answers(keys: list[str], facts: dict[str, object]) -> dict[tuple[str, str], dict[str, object]]:
    return {
        (result.sides[0].substance, result.sides[1].substance): {
            "level": result.level.value,
            "resolved": result.resolved,
            "could_be": [level.value for level in result.could_be],
            "otherwise": result.otherwise.value,
        }
        for result in ENGINE.check_list([substance(key) for key in keys], facts)
    }


def test_a_thousand_random_lists_of_twelve_agree() -> None:
    chance = random.Random(2023_09)
    alerts = 0
    for _ in range(1000):
        keys = chance.sample(MAPPED, 12)
        expected = NAIVE.check(keys, {})
        alerts += len(expected)
        assert engine_answers(keys, {}) == expected
    assert alerts > 4000


@settings(max_examples=200, deadline=None)
@given(keys=st.lists(st.sampled_from(RULED), min_size=12, max_size=12, unique=True), facts=FACTS)
def test_lists_under_conditional_rules_agree_whatever_is_known(keys: list[str], facts: dict[str, object]) -> None:
    assert engine_answers(keys, facts) == NAIVE.check(keys, facts)
