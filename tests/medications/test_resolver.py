"""From what a list says to a medicine: never a silent choice between substances."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epione.medications.domain.catalogue import Catalogue
from epione.medications.domain.drug import DrugStatus
from epione.medications.domain.resolver import Quality, Resolver
from epione.medications.domain.search import SearchIndex


@pytest.fixture(scope="module")
def resolver(catalogue: Catalogue, index: SearchIndex) -> Resolver:
    return Resolver(catalogue, index)


@pytest.mark.parametrize("code", ["60002283", "3400949497294", "4949729", "03400949497294", "3400 9 494 97294"])
def test_codes(resolver: Resolver, code: str) -> None:
    match = resolver.resolve(code)
    assert match.drug is not None
    assert (match.drug.cis, match.quality) == ("60002283", Quality.CODE)


@pytest.mark.parametrize("code", ["12345678", "3400900000000", "1234567"])
def test_an_unknown_code_keeps_its_line(resolver: Resolver, code: str) -> None:
    match = resolver.resolve(code)
    assert (match.drug, match.quality) == (None, Quality.NONE)
    assert (match.line_drug.name, match.line_drug.status) == (code, DrugStatus.UNKNOWN)
    assert not match.line_drug.checkable


def test_brand_and_strength_name_one_speciality(resolver: Resolver) -> None:
    match = resolver.resolve("Kardegic 75 mg")
    assert match.drug is not None
    assert (match.drug.cis, match.quality) == ("64755969", Quality.PREFIX)


def test_a_whole_denomination_is_exact(resolver: Resolver) -> None:
    match = resolver.resolve("METFORMINE BIOGARAN 1000 mg, comprimé pelliculé")
    assert match.drug is not None
    assert (match.drug.cis, match.quality) == ("67346461", Quality.EXACT)


def test_a_brand_of_several_strengths_gives_no_strength(resolver: Resolver) -> None:
    match = resolver.resolve("coversyl")
    assert match.drug is not None
    assert (match.drug.cis, match.drug.atc, match.drug.ingredients[0].amount) == (None, ("C09AA04",), None)
    assert {drug.ingredients[0].amount for drug in match.candidates} == {2.5, 5.0, 10.0}


def test_a_strength_that_does_not_exist_gives_no_strength(resolver: Resolver) -> None:
    match = resolver.resolve("kardegic 80 mg")
    assert match.drug is not None
    assert (match.drug.cis, match.drug.ingredients[0].amount) == (None, None)


@pytest.mark.parametrize(
    ("text", "name", "atc"),
    [
        ("OMEPRAZOLE", "OMÉPRAZOLE", "A02BC01"),
        ("METFORMINE", "METFORMINE", "A10BA02"),
        ("atorvastatine calcique", "ATORVASTATINE", "C10AA05"),
        ("vitamine D", "CHOLÉCALCIFÉROL", "A11CC05"),
        ("l-thyroxine", "LÉVOTHYROXINE", "H03AA01"),
    ],
)
def test_a_substance_alone_is_a_bare_substance(resolver: Resolver, text: str, name: str, atc: str) -> None:
    match = resolver.resolve(text)
    assert match.quality is Quality.INN
    assert match.drug is not None
    assert (match.drug.cis, match.drug.name, match.drug.atc) == (None, name, (atc,))
    assert match.drug.status is DrugStatus.SUBSTANCE


def test_a_substance_with_its_strength_keeps_it(resolver: Resolver) -> None:
    match = resolver.resolve("lévothyroxine 75 µg")
    assert match.drug is not None
    assert (match.drug.ingredients[0].amount, match.drug.ingredients[0].unit) == (0.075, "mg")


def test_a_form_settles_the_route(resolver: Resolver) -> None:
    match = resolver.resolve("ketoprofène gel")
    assert match.drug is not None
    assert match.drug.routes == ("cutanée",)


@pytest.mark.parametrize("text", ["efferalgan codeine", "METFORMINE/SITAGLIPTINE"])
def test_different_substances_are_never_chosen_between(resolver: Resolver, text: str) -> None:
    match = resolver.resolve(text)
    assert (match.drug, match.quality) == (None, Quality.AMBIGUOUS)
    assert len(match.candidates) > 1


@pytest.mark.parametrize(
    ("text", "atc"),
    [("kardegik", "B01AC06"), ("metformin", "A10BA02"), ("furosemid 40", "C03CA01"), ("omeprazol", "A02BC01")],
)
def test_a_misspelling_is_matched_and_said(resolver: Resolver, text: str, atc: str) -> None:
    match = resolver.resolve(text)
    assert match.quality is Quality.FUZZY
    assert match.drug is not None
    assert match.drug.atc == (atc,)


@pytest.mark.parametrize("text", ["adalate", "nebilet 5"])
def test_two_errors_never_choose_another_medicine(resolver: Resolver, text: str) -> None:
    match = resolver.resolve(text)
    assert (match.drug, match.quality) == (None, Quality.AMBIGUOUS)


@pytest.mark.parametrize(
    ("text", "atc"), [("co-aprovel 150/12,5", "C09DA04"), ("orocal d3", "A12AX"), ("amlor 5", "C08CA01")]
)
def test_names_as_people_cut_them(resolver: Resolver, text: str, atc: str) -> None:
    match = resolver.resolve(text)
    assert match.drug is not None
    assert match.drug.atc == (atc,)


def test_homeopathy_is_named_and_left_out_of_checks(resolver: Resolver) -> None:
    match = resolver.resolve("ARNICA")
    assert match.drug is not None
    assert match.drug.status is DrugStatus.HOMEOPATHIC
    assert not match.drug.checkable


def test_a_retired_speciality_says_so(resolver: Resolver, catalogue: Catalogue) -> None:
    retired = next(drug for drug in catalogue.drugs() if drug.status is DrugStatus.RETIRED)
    match = resolver.resolve(retired.cis or "")
    assert match.drug is not None
    assert match.drug.status is DrugStatus.RETIRED


def test_a_speciality_without_composition_is_not_checkable(resolver: Resolver, catalogue: Catalogue) -> None:
    bare = next(drug for drug in catalogue.drugs() if drug.status is DrugStatus.WITHOUT_COMPOSITION)
    match = resolver.resolve(bare.cis or "")
    assert match.drug is not None
    assert (match.drug.ingredients, match.drug.checkable) == ((), False)


@pytest.mark.parametrize("text", ["", "   ", "xqzwvk", "?"])
def test_what_means_nothing_matches_nothing(resolver: Resolver, text: str) -> None:
    assert resolver.resolve(text).quality is Quality.NONE


@given(st.text(max_size=80))
def test_any_text_is_answered(resolver: Resolver, text: str) -> None:
    match = resolver.resolve(text)
    assert (match.drug is None) == (match.quality in {Quality.AMBIGUOUS, Quality.NONE})
    assert match.text == text


def test_every_denomination_resolves_to_its_own_substances(resolver: Resolver, catalogue: Catalogue) -> None:
    sample = [drug for drug in catalogue.drugs() if drug.status is DrugStatus.MARKETED][::40]
    wrong = []
    for drug in sample:
        match = resolver.resolve(drug.name)
        if match.drug and {i.code for i in match.drug.ingredients} != {i.code for i in drug.ingredients}:
            wrong.append(drug.name)
    assert wrong == []
