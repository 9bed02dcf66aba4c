"""Duplicates: brand and generic once, families across ATC groups, usual situations named."""

from epione.medications.domain.drug import Drug, DrugStatus, Ingredient, Release, TreatmentLine
from epione.medications.domain.duplicates import Duplicate, find_duplicates


def drug(
    name: str,
    *parts: tuple[str, str, float | None],
    atc: tuple[str, ...] = (),
    routes: tuple[str, ...] = ("orale",),
    atc_source: str = "mitm",
) -> Drug:
    ingredients = tuple(Ingredient(code, substance, amount, "mg") for code, substance, amount in parts)
    return Drug("6", name, DrugStatus.MARKETED, atc, atc_source, routes=routes, ingredients=ingredients)


PARIET = drug("PARIET 20 mg", ("1", "RABÉPRAZOLE", 20), atc=("A02BC04",))
OMEPRAZOLE = drug("OMEPRAZOLE BIOGARAN 20 mg", ("2", "OMÉPRAZOLE", 20), atc=("A02BC01",))
MOPRAL = drug("MOPRAL 20 mg", ("2", "OMÉPRAZOLE", 20), atc=("A02BC01",))
LEVO_100 = drug("LEVOTHYROX 100", ("3", "LÉVOTHYROXINE SODIQUE", 0.1), atc=("H03AA01",))
LEVO_25 = drug("LEVOTHYROX 25", ("3", "LÉVOTHYROXINE SODIQUE", 0.025), atc=("H03AA01",))


def found(*drugs: Drug) -> list[tuple[str, tuple[str, ...], str | None]]:
    lines = [TreatmentLine(str(number), one) for number, one in enumerate(drugs, start=1)]
    return [told(duplicate) for duplicate in find_duplicates(lines)]


def told(duplicate: Duplicate) -> tuple[str, tuple[str, ...], str | None]:
    return duplicate.name["fr"], duplicate.lines, duplicate.may_be_meant["en"] if duplicate.may_be_meant else None


def test_a_brand_and_its_generic_are_one_duplicate() -> None:
    assert found(MOPRAL, OMEPRAZOLE) == [("OMÉPRAZOLE", ("1", "2"), None)]


def test_two_substances_of_a_family() -> None:
    assert found(PARIET, OMEPRAZOLE) == [("inhibiteurs de la pompe à protons", ("1", "2"), None)]


def test_three_of_a_kind_are_told_once_each_way() -> None:
    assert found(MOPRAL, PARIET, OMEPRAZOLE) == [
        ("OMÉPRAZOLE", ("1", "3"), None),
        ("inhibiteurs de la pompe à protons", ("1", "2", "3"), None),
    ]


def test_a_family_reaches_into_combinations_that_atc_files_elsewhere() -> None:
    alone = drug("RAMIPRIL", ("4", "RAMIPRIL", 5), atc=("C09AA05",))
    combined = drug("PRETERAX", ("5", "PÉRINDOPRIL", 2), ("6", "INDAPAMIDE", 0.625), atc=("C09BA04",))
    assert found(alone, combined) == [("inhibiteurs de l’enzyme de conversion", ("1", "2"), None)]


def test_another_group_is_named_by_its_code() -> None:
    one = drug("A", ("7", "CÉTIRIZINE", 10), atc=("R06AE07",))
    other = drug("B", ("8", "LÉVOCÉTIRIZINE", 5), atc=("R06AE09",))
    assert found(one, other) == [("classe ATC R06AE", ("1", "2"), None)]


def test_a_substance_inside_a_combination_is_found() -> None:
    doliprane = drug("DOLIPRANE", ("9", "PARACÉTAMOL", 1000), atc=("N02BE01",))
    lamaline = drug("LAMALINE", ("9", "PARACÉTAMOL", 300), ("10", "CAFÉINE", 30), atc=("N02BE51",))
    assert found(doliprane, lamaline) == [("PARACÉTAMOL", ("1", "2"), None)]


def test_two_lines_with_the_same_two_substances_are_one_duplicate() -> None:
    parts = (("11", "AMOXICILLINE", 500.0), ("12", "ACIDE CLAVULANIQUE", 62.5))
    augmentin = drug("AUGMENTIN", *parts, atc=("J01CR02",))
    generic = drug("AMOXICILLINE/ACIDE CLAVULANIQUE ARROW", *parts, atc=("J01CR02",))
    assert found(augmentin, generic) == [("AMOXICILLINE + ACIDE CLAVULANIQUE", ("1", "2"), None)]


def test_two_strengths_may_make_one_dose() -> None:
    assert found(LEVO_100, LEVO_25) == [("LÉVOTHYROXINE SODIQUE", ("1", "2"), "two strengths that make one dose")]


def test_background_and_rescue_opioid_may_be_meant() -> None:
    prolonged = drug("SKENAN LP", ("13", "MORPHINE", 30), atc=("N02AA01",))
    rescue = drug("ACTISKENAN", ("13", "MORPHINE", 5), atc=("N02AA01",))
    lines = [
        TreatmentLine("a", prolonged, release=Release.MODIFIED),
        TreatmentLine("b", rescue, release=Release.IMMEDIATE),
    ]
    assert [told(one) for one in find_duplicates(lines)] == [
        ("MORPHINE", ("a", "b"), "prolonged and immediate release")
    ]


def test_a_gel_beside_a_tablet_is_told_with_its_routes_and_makes_no_family() -> None:
    gel = drug("VOLTARENE GEL", ("14", "DICLOFÉNAC", None), atc=("M02AA15",), routes=("cutanée",))
    tablet = drug("VOLTARENE", ("14", "DICLOFÉNAC", 50), atc=("M01AB05",))
    ketum = drug("KETUM GEL", ("15", "KÉTOPROFÈNE", None), atc=("M02AA10",), routes=("cutanée",))
    assert found(gel, tablet) == [("DICLOFÉNAC", ("1", "2"), "one local and one general route")]
    assert found(ketum, gel) == []


def test_two_antiplatelets_are_told_with_the_usual_reason() -> None:
    clopidogrel = drug("PLAVIX", ("16", "CLOPIDOGREL", 75), atc=("B01AC04",))
    aspirin = drug("KARDEGIC", ("17", "ACIDE ACÉTYLSALICYLIQUE", 75), atc=("B01AC06",))
    assert found(clopidogrel, aspirin) == [
        (
            "antiagrégants plaquettaires",
            ("1", "2"),
            "dual antiplatelet therapy after a coronary event or a stent",
        )
    ]


def test_an_unsure_code_makes_no_family() -> None:
    unsure = drug("X", ("18", "LANSOPRAZOLE", 15), atc=("A02BC03",), atc_source="who_name_ambiguous")
    assert found(unsure, OMEPRAZOLE) == []


def test_unrelated_medicines_and_homeopathy_are_silent() -> None:
    stock = Drug("7", "BELLADONNA 9 CH", DrugStatus.HOMEOPATHIC, ingredients=(Ingredient("19", "BELLADONNA"),))
    assert found(OMEPRAZOLE, LEVO_100, stock, stock) == []
