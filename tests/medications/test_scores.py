"""Burdens on the shipped scales: anticholinergic, falls, risk tags, triple whammy."""

import pytest
from tests.medications.pack import rows

from epione.medications.domain.drug import Drug, DrugStatus, Ingredient, TreatmentLine
from epione.medications.domain.scores import TAG_NAMES, Scales, triple_whammy

SCALES = Scales.from_rows(acb=rows("acb.csv"), frid=rows("frid.csv"), risk_lists=rows("ansm_risk_lists.csv"))


def line(
    name: str,
    *entities: str,
    atc: tuple[str, ...] = (),
    routes: tuple[str, ...] = ("orale",),
    status: DrugStatus = DrugStatus.MARKETED,
) -> TreatmentLine:
    parts = tuple(Ingredient(f"c:{key}", key.upper(), entities=frozenset({key})) for key in entities)
    return TreatmentLine(name, Drug("6", name, status, atc, "mitm", routes=routes, ingredients=parts))


AMITRIPTYLINE = line("LAROXYL", "amitriptyline", atc=("N06AA09",))
HYDROXYZINE = line("ATARAX", "hydroxyzine", atc=("N05BB01",))
ESCITALOPRAM = line("SEROPLEX", "escitalopram", atc=("N06AB10",))
RAMIPRIL = line("TRIATEC", "ramipril", atc=("C09AA05",))
FUROSEMIDE = line("LASILIX", "furosemide", atc=("C03CA01",))
IBUPROFEN = line("ADVIL", "ibuprofene", atc=("M01AE01",))
ZOPICLONE = line("IMOVANE", "zopiclone", atc=("N05CF01",))


def test_anticholinergic_scores_name_the_drugs() -> None:
    cia = SCALES.anticholinergic_cia([AMITRIPTYLINE, HYDROXYZINE, RAMIPRIL])
    acb = SCALES.anticholinergic_acb([AMITRIPTYLINE, HYDROXYZINE, RAMIPRIL])
    assert (cia.total, acb.total) == (6, 6)
    assert [(share.name, share.points, share.lines) for share in acb.shares] == [
        ("AMITRIPTYLINE", 3, ("LAROXYL",)),
        ("HYDROXYZINE", 3, ("ATARAX",)),
    ]


def test_a_substance_counts_once_and_local_forms_do_not() -> None:
    again = line("AMITRIPTYLINE 50", "amitriptyline", atc=("N06AA09",))
    drops = line("ATROPINE COLLYRE", "atropine", atc=("S01FA01",), routes=("ophtalmique",))
    burden = SCALES.anticholinergic_acb([AMITRIPTYLINE, again, drops])
    assert (burden.total, burden.shares[0].lines) == (3, ("LAROXYL", "AMITRIPTYLINE 50"))


def test_a_scale_may_know_only_some_drugs() -> None:
    valproate = line("DEPAKINE", "acide valproique", atc=("N03AG01",))
    assert SCALES.anticholinergic_cia([valproate]).total == 1
    assert SCALES.anticholinergic_acb([valproate]).total == 0


def test_the_code_tells_when_spellings_differ() -> None:
    chlortalidone = line("CHLORTALIDONE", "chlortalidone", atc=("C03BA04",))
    assert SCALES.anticholinergic_acb([chlortalidone]).total == 1


def test_unknown_composition_is_said() -> None:
    mystery = line("MYSTERE", status=DrugStatus.WITHOUT_COMPOSITION)
    assert SCALES.anticholinergic_cia([mystery]).unknown == ("MYSTERE",)


def test_every_shipped_score_can_be_reached() -> None:
    # The source scores a salt apart from its substance once, and lower: the substance's own score stands.
    for row in (row for row in rows("acb.csv") if row["key"] != "brompheniramine maleate"):
        if row["cia"]:
            assert SCALES.anticholinergic_cia([line("x", row["key"])]).total == int(row["cia"])
        if row["acb_omedit"]:
            assert SCALES.anticholinergic_acb([line("x", row["key"])]).total == int(row["acb_omedit"])


def test_fall_risk_by_class_and_weight() -> None:
    risk = SCALES.fall_risk([ZOPICLONE, ESCITALOPRAM, FUROSEMIDE, RAMIPRIL])
    assert risk.drugs == (
        ("IMOVANE", "hypnotiques Z", "fort"),
        ("SEROPLEX", "antidépresseurs", "fort"),
        ("LASILIX", "diurétiques de l'anse", "modere"),
    )
    assert (risk.count(), risk.count("fort"), risk.count("faible")) == (3, 2, 0)


def test_fall_risk_is_unknown_without_a_certain_code() -> None:
    uncoded = line("MYSTERE", "mystere")
    assert SCALES.fall_risk([uncoded]).unknown == ("MYSTERE",)


def test_risk_tags_count_substances_and_name_lines() -> None:
    tags = {tag.tag: tag for tag in SCALES.risk_tags([ESCITALOPRAM, HYDROXYZINE, ZOPICLONE, FUROSEMIDE])}
    assert {share.lines[0] for share in tags["torsadogene"].shares} == {"SEROPLEX", "ATARAX"}
    assert {share.lines[0] for share in tags["sedatif"].shares} == {"ATARAX", "IMOVANE"}
    assert {share.lines[0] for share in tags["hyponatremiant"].shares} == {"SEROPLEX", "LASILIX"}
    assert tags["torsadogene"].count == 2
    assert tags["serotoninergique"].name["fr"] == "syndrome sérotoninergique"


def test_tags_are_ranked_by_count() -> None:
    counts = [tag.count for tag in SCALES.risk_tags([ESCITALOPRAM, HYDROXYZINE, ZOPICLONE, FUROSEMIDE])]
    assert counts == sorted(counts, reverse=True)


def test_every_shipped_tag_has_a_name() -> None:
    assert {row["tag"] for row in rows("ansm_risk_lists.csv")} == set(TAG_NAMES)


def test_a_tag_without_name_is_refused() -> None:
    with pytest.raises(KeyError, match="nouveau"):
        Scales.from_rows(acb=[], frid=[], risk_lists=[{"tag": "nouveau", "substance": "x"}])


def test_triple_whammy() -> None:
    found = triple_whammy([RAMIPRIL, FUROSEMIDE, IBUPROFEN])
    assert (found.blockers, found.diuretics, found.nsaids) == (("TRIATEC",), ("LASILIX",), ("ADVIL",))
    assert found.complete
    assert not triple_whammy([RAMIPRIL, IBUPROFEN]).complete


def test_a_combination_is_two_parts_of_the_triple_whammy() -> None:
    cotriatec = line("COTRIATEC", "ramipril", "hydrochlorothiazide", atc=("C09BA05",))
    found = triple_whammy([cotriatec, IBUPROFEN])
    assert (found.blockers, found.diuretics, found.complete) == (("COTRIATEC",), ("COTRIATEC",), True)


def test_an_nsaid_gel_is_no_part_of_it_and_an_unknown_class_is_said() -> None:
    gel = line("VOLTARENE GEL", "diclofenac", atc=("M02AA15",), routes=("cutanée",))
    found = triple_whammy([RAMIPRIL, FUROSEMIDE, gel, line("MYSTERE", "mystere")])
    assert not found.complete
    assert found.unknown == ("MYSTERE",)
