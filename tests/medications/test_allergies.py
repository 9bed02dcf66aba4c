"""Declared allergies against a treatment: same substance, same class, possible cross-reaction, questions."""

import pytest

from epione.medications.domain.allergies import DeclaredAllergy, check_allergies
from epione.medications.domain.drug import Drug, DrugStatus, Ingredient, TreatmentLine

NAMES = {
    "amoxicilline": {"amoxicilline"},
    "augmentin": {"amoxicilline", "acide clavulanique"},
    "aspirine": {"acide acetylsalicylique"},
    "ibuprofene": {"ibuprofene"},
    "cefazoline": {"cefazoline"},
    "codeine": {"codeine"},
}


def line(name: str, substance: str, *atc: str) -> TreatmentLine:
    return TreatmentLine(
        name, Drug("6", name, DrugStatus.MARKETED, atc, "mitm", ingredients=(Ingredient("1", substance),))
    )


CLAMOXYL = line("CLAMOXYL 1 g", "AMOXICILLINE", "J01CA04")
OROKEN = line("OROKEN 200 mg", "CÉFIXIME", "J01DD08")
KEFORAL = line("KEFORAL 500 mg", "CÉFALEXINE", "J01DB01")
TIENAM = line("TIENAM", "IMIPÉNEM", "J01DH51")
ADVIL = line("ADVIL 200 mg", "IBUPROFÈNE", "M01AE01")
PROFENID = line("PROFENID 100 mg", "KÉTOPROFÈNE", "M01AE03")
KARDEGIC = line("KARDEGIC 75 mg", "ACIDE ACÉTYLSALICYLIQUE", "B01AC06")
LASILIX = line("LASILIX 40 mg", "FUROSÉMIDE", "C03CA01")
ALL = [CLAMOXYL, OROKEN, KEFORAL, TIENAM, ADVIL, PROFENID, KARDEGIC, LASILIX]


def checked(text: str, *, atc: str = "", lines: list[TreatmentLine] = ALL) -> tuple[dict[str, str], list[str]]:
    alerts, questions = check_allergies(
        [DeclaredAllergy(text, atc)], lines, substances_of=lambda name: frozenset(NAMES.get(name, set()))
    )
    return {alert.line: alert.match.value for alert in alerts}, [question.question["en"] for question in questions]


BETA_LACTAMS = {
    "OROKEN 200 mg": "possible_cross_reaction",
    "KEFORAL 500 mg": "possible_cross_reaction",
    "TIENAM": "possible_cross_reaction",
}


@pytest.mark.parametrize("text", ["pénicillines", "Allergie à la pénicilline", "penicillin"])
def test_penicillin_class_and_its_possible_cross_reactions(text: str) -> None:
    assert checked(text) == ({"CLAMOXYL 1 g": "same_class", **BETA_LACTAMS}, [])


@pytest.mark.parametrize("text", ["Amoxicilline", "amoxicilline.", "AUGMENTIN"])
def test_one_penicillin_stands_for_its_class(text: str) -> None:
    assert checked(text)[0] == {"CLAMOXYL 1 g": "same_substance", **BETA_LACTAMS}
    pivalone = line("ORBENINE", "CLOXACILLINE", "J01CF02")
    assert checked(text, lines=[pivalone])[0] == {"ORBENINE": "same_class"}


def test_a_coded_allergy() -> None:
    assert checked("", atc="J01CA04")[0] == {"CLAMOXYL 1 g": "same_class", **BETA_LACTAMS}
    assert checked("", atc="C03C") == ({"LASILIX 40 mg": "same_class"}, [])


def test_cross_reactions_state_evidence_and_source() -> None:
    alerts, _ = check_allergies(
        [DeclaredAllergy("pénicilline")], [KEFORAL, OROKEN, TIENAM], substances_of=lambda _: frozenset()
    )
    assert [
        "16%" in alerts[0].evidence["en"],
        "2 to 6%" in alerts[1].evidence["en"],
        "1%" in alerts[2].evidence["en"],
    ] == [
        True,
        True,
        True,
    ]
    assert {alert.source for alert in alerts} == {"Picard M et al., J Allergy Clin Immunol Pract 2019;7:2722-2738"}


def test_nsaids_and_aspirin() -> None:
    nsaids = {"ADVIL 200 mg": "same_class", "PROFENID 100 mg": "same_class"}
    assert checked("AINS")[0] == {**nsaids, "KARDEGIC 75 mg": "possible_cross_reaction"}
    assert checked("aspirine")[0] == {
        "KARDEGIC 75 mg": "same_substance",
        "ADVIL 200 mg": "possible_cross_reaction",
        "PROFENID 100 mg": "possible_cross_reaction",
    }
    assert checked("ibuprofène")[0] == {
        "ADVIL 200 mg": "same_substance",
        "PROFENID 100 mg": "possible_cross_reaction",
        "KARDEGIC 75 mg": "possible_cross_reaction",
    }


def test_a_cephalosporin() -> None:
    assert checked("céfazoline", lines=[CLAMOXYL, OROKEN])[0] == {
        "CLAMOXYL 1 g": "possible_cross_reaction",
        "OROKEN 200 mg": "same_class",
    }


def test_sulfonamide_antibiotics_do_not_extend_to_furosemide() -> None:
    bactrim = line("BACTRIM", "SULFAMÉTHOXAZOLE", "J01EE01")
    assert checked("sulfamides", lines=[bactrim, LASILIX])[0] == {"BACTRIM": "same_class"}


def test_a_brand_is_recognised_on_the_line_itself() -> None:
    assert checked("Lasilix")[0] == {"LASILIX 40 mg": "same_substance"}


def test_several_allergies_in_one_text() -> None:
    assert checked("codéine ; ibuprofène", lines=[ADVIL, LASILIX]) == ({"ADVIL 200 mg": "same_substance"}, [])


@pytest.mark.parametrize("text", ["aucune", "Néant", "pas d’allergie connue", "pollen", "acariens, nickel", ""])
def test_nothing_to_check(text: str) -> None:
    assert checked(text) == ({}, [])


def test_an_unknown_text_is_asked() -> None:
    assert checked("produit bleu") == ({}, ["Allergy “produit bleu”: to which substance or class does it correspond?"])


def test_a_known_substance_that_nobody_takes_is_not_asked() -> None:
    assert checked("codéine") == ({}, [])


def test_a_class_cannot_be_excluded_from_a_medicine_without_code() -> None:
    uncoded = line("MYSTERE", "MYSTÉRINE")
    assert checked("macrolides", lines=[uncoded]) == (
        {},
        ["MYSTERE: unknown class, does it belong to “macrolides”?"],
    )
