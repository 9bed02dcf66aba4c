"""The interaction engine on the pack that ships: levels, composite rows, routes, one alert per pair."""

from collections import Counter

import pytest
from tests.medications.pack import CONDITIONAL, MAPPED, PACK, SUPPLEMENT, substance

from epione.medications.domain.drug import Drug, DrugStatus, Ingredient, TreatmentLine
from epione.medications.domain.interactions import PairResult, Thesaurus, Unlisted


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return Thesaurus.from_pack(PACK, CONDITIONAL, SUPPLEMENT)


def line(name: str, **about: object) -> TreatmentLine:
    return TreatmentLine(id=name, drug=substance(name), **about)  # type: ignore[arg-type]


def speciality(name: str, *entities: str, routes: tuple[str, ...]) -> Drug:
    parts = tuple(Ingredient(key, key, entities=frozenset({key})) for key in entities)
    return Drug("60000000", name, DrugStatus.MARKETED, routes=routes, ingredients=parts)


def test_the_ten_example_pairs(thesaurus: Thesaurus) -> None:
    expected = {
        ("colchicine", "clarithromycine"): ("CI", True, "ansm"),
        ("warfarine", "ibuprofene"): ("AD", True, "ansm"),
        ("ramipril", "potassium"): ("AD", True, "ansm"),
        ("methotrexate", "trimethoprime"): ("CI", False, "ansm"),
        ("simvastatine", "itraconazole"): ("CI", True, "ansm"),
        ("tramadol", "iproniazide"): ("CI", True, "ansm"),
        ("lithium", "ibuprofene"): ("AD", True, "ansm"),
        ("digoxine", "amiodarone"): ("PE", True, "ansm"),
        ("clopidogrel", "omeprazole"): ("AD", True, "supplement"),
        ("citalopram", "hydroxyzine"): ("CI", True, "ansm"),
    }
    found = {}
    for one, other in expected:
        result = thesaurus.check_pair(substance(one), substance(other), {})
        assert result is not None
        found[one, other] = (result.level, result.resolved, result.source)
    assert found == expected


def test_levels_over_all_mapped_substances_without_patient_context() -> None:
    alone = Thesaurus.from_pack(PACK, CONDITIONAL)
    results = alone.check_list([substance(key) for key in MAPPED], {})
    assert len(MAPPED) == 944
    assert len(results) == 33_225
    assert Counter(result.otherwise.value for result in results) == {"CI": 1545, "AD": 5312, "PE": 8379, "APC": 17989}
    assert all(result.otherwise is result.level for result in results if result.resolved)
    assert all(result.otherwise.rank >= result.level.rank for result in results)


def test_methotrexate_and_trimethoprim_wait_for_the_weekly_dose(thesaurus: Thesaurus) -> None:
    pair = (substance("methotrexate"), substance("trimethoprime"))
    unknown = thesaurus.check_pair(*pair, {})
    assert unknown is not None
    assert (unknown.level, unknown.could_be, unknown.otherwise) == ("CI", ("CI", "AD"), "AD")
    assert unknown.missing == ("mtx_mg_week",)
    assert unknown.question == {
        "fr": "Quelle est la dose de méthotrexate par semaine (mg)\u202f?",
        "en": "What is the weekly dose of methotrexate (mg)?",
    }
    assert unknown.levels == ("CI", "AD")
    low, high = (thesaurus.check_pair(*pair, {"mtx_mg_week": dose}) for dose in (10, 25))
    assert low is not None
    assert high is not None
    assert (low.level, low.resolved, low.could_be, low.question) == ("AD", True, (), None)
    assert (high.level, high.resolved) == ("CI", True)


def test_aspirin_and_an_oral_anticoagulant_by_dose_and_ulcer(thesaurus: Thesaurus) -> None:
    pair = (substance("acide acetylsalicylique"), substance("warfarine"))
    levels = {}
    for dose, day, ulcer in [(1000, 3000, None), (75, 75, True), (75, 75, False), (500, 500, True), (500, 1000, False)]:
        facts = {"asa_mg_dose": dose, "asa_mg_day": day, "hist_peptic_ulcer": ulcer}
        result = thesaurus.check_pair(*pair, facts)
        assert result is not None
        assert result.resolved
        levels[dose, day, ulcer] = result.level.value
    assert levels == {
        (1000, 3000, None): "CI",
        (75, 75, True): "AD",
        (75, 75, False): "APC",
        (500, 500, True): "CI",
        (500, 1000, False): "AD",
    }
    low_dose = thesaurus.check_pair(*pair, {"asa_mg_dose": 75, "asa_mg_day": 75})
    assert low_dose is not None
    assert (low_dose.level, low_dose.could_be, low_dose.missing) == ("AD", ("AD", "APC"), ("hist_peptic_ulcer",))


def test_two_sedatives_are_not_a_contraindication_but_oxybate_with_an_opioid_is(thesaurus: Thesaurus) -> None:
    ordinary = thesaurus.check_pair(substance("zopiclone"), substance("oxazepam"), {})
    oxybate = thesaurus.check_pair(substance("oxybate de sodium"), substance("morphine"), {})
    assert ordinary is not None
    assert oxybate is not None
    assert (ordinary.level, ordinary.resolved) == ("APC", True)
    assert (oxybate.level, oxybate.resolved) == ("CI", True)


def test_a_rule_may_name_a_class(thesaurus: Thesaurus) -> None:
    gliptin = thesaurus.check_pair(substance("sitagliptine"), substance("ramipril"), {})
    sacubitril = thesaurus.check_pair(substance("sacubitril"), substance("ramipril"), {})
    assert gliptin is not None
    assert sacubitril is not None
    assert (gliptin.level, sacubitril.level) == ("APC", "CI")


def test_a_composite_row_without_rule_shows_its_levels_and_asks(thesaurus: Thesaurus) -> None:
    result = thesaurus.check_pair(substance("flecainide"), substance("sotalol"), {})
    assert result is not None
    assert (result.level, result.resolved, result.missing) == ("CI", False, ())
    assert result.levels == ("CI", "AD", "APC")
    assert result.question is not None
    assert result.question["fr"].startswith("Niveau à préciser dans le thésaurus (p.\u00a0")


def test_one_alert_per_pair_told_by_its_most_specific_row(thesaurus: Thesaurus) -> None:
    result = thesaurus.check_pair(substance("ramipril"), substance("potassium"), {})
    assert result is not None
    assert result.rule == "ANSM-inhibiteurs-de-l-enzyme-de-conversion+potassium"
    assert [side.matched for side in result.sides] == ["inhibiteurs de l enzyme de conversion", "potassium"]
    assert result.specificity == 1
    assert [(also.rule, also.level) for also in result.also] == [("ANSM-hyperkaliemiants+hyperkaliemiants", "APC")]


def test_the_answer_does_not_depend_on_the_order_of_the_pair(thesaurus: Thesaurus) -> None:
    for one, other in [("ramipril", "potassium"), ("methotrexate", "trimethoprime"), ("flecainide", "sotalol")]:
        left = thesaurus.check_pair(substance(one), substance(other), {})
        right = thesaurus.check_pair(substance(other), substance(one), {})
        assert left is not None
        assert right is not None
        assert (left.rule, left.level, left.could_be) == (right.rule, right.level, right.could_be)
        assert [also.rule for also in left.also] == [also.rule for also in right.also]
        assert left.sides == right.sides[::-1]


def test_an_unlisted_pair_says_so_with_the_edition(thesaurus: Thesaurus) -> None:
    answer = thesaurus.explain_pair(substance("paracetamol"), substance("levothyroxine"), {})
    assert isinstance(answer, Unlisted)
    assert answer.reason == "not_listed"
    assert answer.edition == "2023-09-15"
    assert "2023-09-15" in answer.text["fr"]
    assert thesaurus.check_pair(substance("paracetamol"), substance("levothyroxine"), {}) is None


def test_the_same_substance_twice_is_a_duplication(thesaurus: Thesaurus) -> None:
    brand = speciality("DOLIPRANE", "ibuprofene", routes=("orale",))
    answer = thesaurus.explain_pair(brand, substance("ibuprofene"), {})
    assert isinstance(answer, Unlisted)
    assert answer.reason == "same_substance"


def test_other_members_rows_need_two_members(thesaurus: Thesaurus) -> None:
    two = thesaurus.check_pair(substance("ibuprofene"), substance("ketoprofene"), {})
    assert two is not None
    assert (two.level, two.rows[0], two.rows[1]) == (
        "AD", "anti inflammatoires non steroidiens", "anti inflammatoires non steroidiens")  # fmt: skip


def test_local_routes_are_out_except_those_that_the_thesaurus_names(thesaurus: Thesaurus) -> None:
    warfarin = substance("warfarine")
    gel = speciality("DICLOFENAC GEL", "diclofenac", routes=("cutanée",))
    tablet = speciality("DICLOFENAC CP", "diclofenac", routes=("orale",))
    buccal = speciality("MICONAZOLE GEL BUCCAL", "miconazole", routes=("gingivale",))
    drops = speciality("TIMOLOL COLLYRE", "timolol", routes=("ophtalmique",))
    answer = thesaurus.explain_pair(warfarin, gel, {})
    assert isinstance(answer, Unlisted)
    assert answer.reason == "local_route"
    assert _level(thesaurus.check_pair(warfarin, tablet, {})) == "AD"
    assert _level(thesaurus.check_pair(warfarin, buccal, {})) == "CI"
    assert _level(thesaurus.check_pair(substance("verapamil"), drops, {})) is not None


def test_the_route_of_the_line_wins_over_the_catalogue(thesaurus: Thesaurus) -> None:
    both = speciality("KETOPROFENE", "ketoprofene", routes=("orale", "cutanée"))
    warfarin = line("warfarine")
    assert thesaurus.check_pair(warfarin, TreatmentLine("gel", both, route="cutanée"), {}) is None
    assert _level(thesaurus.check_pair(warfarin, TreatmentLine("cp", both, route="orale"), {})) == "AD"
    assert _level(thesaurus.check_pair(warfarin, both, {})) == "AD"


def test_headings_by_route_concern_medicines_whose_route_is_known(thesaurus: Thesaurus) -> None:
    resin = speciality("QUESTRAN", "colestyramine", routes=("orale",))
    oral = speciality("PARACETAMOL", "paracetamol", routes=("orale",))
    assert thesaurus.check_pair(resin, substance("paracetamol"), {}) is None
    result = thesaurus.check_pair(resin, oral, {})
    assert result is not None
    assert (result.level, result.sides[1].matched) == ("PE", "medicaments administres par voie orale")


def test_a_spermicide_concerns_what_else_is_used_in_the_vagina(thesaurus: Thesaurus) -> None:
    spermicide = speciality("PHARMATEX", "benzalkonium", routes=("vaginale",))
    ovule = speciality("FLAGYL OVULE", "metronidazole", routes=("vaginale",))
    result = thesaurus.check_pair(spermicide, ovule, {})
    assert result is not None
    assert (result.level, result.rows) == ("AD", ("spermicides", "medicaments utilises par voie vaginale"))


def test_antacids_and_each_medicine_by_mouth_keep_their_distance(thesaurus: Thesaurus) -> None:
    antacid = speciality("CHARBON", "charbon active", routes=("orale",))
    other = speciality("SMECTA", "diosmectite", routes=("orale",))
    oral = speciality("PARACETAMOL", "paracetamol", routes=("orale",))
    result = thesaurus.check_pair(antacid, oral, {})
    assert result is not None
    assert (result.level, result.resolved, result.levels) == ("PE", True, ("AD", "PE"))
    assert thesaurus.check_pair(antacid, other, {}) is None


def test_injected_iron_and_iron_by_mouth_are_listed_although_the_same_substance(thesaurus: Thesaurus) -> None:
    injected = speciality("VENOFER", "fer", routes=("intraveineuse",))
    tablet = speciality("TARDYFERON", "fer", routes=("orale",))
    result = thesaurus.check_pair(injected, tablet, {})
    assert result is not None
    assert (result.level, result.sides[0].matched) == ("AD", "sels de fer par voie injectable")


def test_the_memory_of_medicines_is_bounded(thesaurus: Thesaurus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("epione.medications.domain.interactions._MOST_DRUGS_KEPT", 3)
    small = Thesaurus.from_pack(PACK, CONDITIONAL, SUPPLEMENT)
    drugs = [substance(key) for key in ("warfarine", "ibuprofene", "ramipril", "potassium", "lithium")]
    assert small.check_list(drugs, {}) == thesaurus.check_list(drugs, {}) != []
    assert len(small._drugs) <= 3


def test_what_cannot_be_checked_is_said(thesaurus: Thesaurus) -> None:
    homeopathic = Drug("60000001", "ARNICA", DrugStatus.HOMEOPATHIC)
    levetiracetam = Drug(
        None, "lévétiracétam", DrugStatus.SUBSTANCE, ingredients=(Ingredient("1", "LÉVÉTIRACÉTAM"),)
    )  # fmt: skip
    reasons = [
        answer.reason
        for drug in (homeopathic, levetiracetam)
        if isinstance(answer := thesaurus.explain_pair(drug, substance("warfarine"), {}), Unlisted)
    ]
    assert reasons == ["not_checkable", "unknown_substance"]


def test_a_combination_is_checked_by_each_of_its_substances(thesaurus: Thesaurus) -> None:
    combination = speciality("COTRIMOXAZOLE", "sulfamethoxazole", "trimethoprime", routes=("orale",))
    result = thesaurus.check_pair(combination, substance("ramipril"), {})
    assert result is not None
    assert result.sides[0].substance == "trimethoprime"


def test_a_list_gives_the_most_severe_first_and_names_its_lines(thesaurus: Thesaurus) -> None:
    lines = [line(name) for name in ("warfarine", "ibuprofene", "paracetamol", "simvastatine", "itraconazole")]
    results = thesaurus.check_list(lines, {})
    assert [result.level.rank for result in results] == sorted(result.level.rank for result in results)
    assert tuple(side.line for side in results[0].sides) == ("simvastatine", "itraconazole")
    pairs = [frozenset(side.line for side in result.sides) for result in results]
    assert len(pairs) == len(set(pairs))


def test_every_rule_has_a_stable_distinct_id(thesaurus: Thesaurus) -> None:
    ids = [row.id for row in thesaurus.rows]
    assert len(ids) == len(set(ids)) == 1629
    assert all(identifier.startswith(("ANSM-", "SUP-")) and " " not in identifier for identifier in ids)


def test_supplement_pairs_are_marked_with_their_basis(thesaurus: Thesaurus) -> None:
    result = thesaurus.check_pair(substance("clopidogrel"), substance("omeprazole"), {})
    assert result is not None
    assert (result.rule, result.page) == ("SUP-clopidogrel+omeprazole", None)
    assert result.basis.startswith("RCP clopidogrel")


def _level(result: PairResult | None) -> str | None:
    return None if result is None else result.level.value
