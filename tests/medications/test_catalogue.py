"""The shipped catalogue: look-ups, therapeutic fractions, statuses, honest ATC codes."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from threading import Thread

import pytest

from epione.medications.domain.catalogue import Catalogue
from epione.medications.domain.drug import DrugStatus
from epione.medications.providers import memory, pack, snapshot


def test_every_speciality_is_there_with_its_status(catalogue: Catalogue) -> None:
    statuses = Counter(drug.status for drug in catalogue.drugs())
    assert len(catalogue) == 15848
    assert statuses[DrugStatus.HOMEOPATHIC] == 1478
    assert statuses[DrugStatus.WITHOUT_COMPOSITION] == 96
    assert statuses[DrugStatus.MARKETED] + statuses[DrugStatus.RETIRED] == 15848 - 1478 - 96


def test_a_speciality_is_found_by_each_of_its_codes_and_by_its_name(catalogue: Catalogue) -> None:
    drug = catalogue.by_cis("60002283")
    assert drug is not None
    assert drug.name == "ANASTROZOLE ACCORD 1 mg, comprimé pelliculé"
    assert catalogue.by_cip13("3400949497294") == drug
    assert catalogue.by_cip7("4949729") == drug
    assert catalogue.by_name("Anastrozole ACCORD 1 mg comprime pellicule") == (drug,)


@pytest.mark.parametrize("code", ["", "12345678", "60002283 "])
def test_an_unknown_code_has_no_drug(catalogue: Catalogue, code: str) -> None:
    assert catalogue.by_cis(code) is None
    assert catalogue.by_cip13(code) is None
    assert catalogue.by_cip7(code) is None


def test_the_fraction_names_the_substance_and_the_label_gives_the_strength(catalogue: Catalogue) -> None:
    metformin = catalogue.by_cis("67346461")
    assert metformin is not None
    assert [(i.name, i.amount, i.unit) for i in metformin.ingredients] == [("METFORMINE", 1000.0, "mg")]
    assert metformin.ingredients[0].entities == {"metformine"}


def test_generics_that_declare_the_salt_alone_are_of_the_same_substance(catalogue: Catalogue) -> None:
    codes = {
        drug.ingredients[0].code
        for drug in catalogue.drugs()
        if drug.name.startswith("TRAMADOL ") and len(drug.ingredients) == 1
    }
    assert len(codes) == 1


def test_clavulanic_acid_is_not_potassium(catalogue: Catalogue) -> None:
    found = {
        entity
        for drug in catalogue.drugs()
        if drug.name.startswith("AUGMENTIN")
        for ingredient in drug.ingredients
        for entity in ingredient.entities
    }
    assert found == {"amoxicilline"}


def test_the_content_of_a_bottle_is_no_dose(catalogue: Catalogue) -> None:
    lasilix = next(drug for drug in catalogue.drugs() if drug.name.startswith("LASILIX 10 mg/ml"))
    patch = next(drug for drug in catalogue.drugs() if drug.name.startswith("VIVELLEDOT 75"))
    assert [(i.amount, i.unit) for drug in (lasilix, patch) for i in drug.ingredients] == [(None, None), (None, None)]


def test_a_bare_substance_has_its_code_when_it_is_the_only_one(catalogue: Catalogue) -> None:
    omeprazole = catalogue.substance("oméprazole")
    assert omeprazole is not None
    assert (omeprazole.cis, omeprazole.status, omeprazole.atc) == (None, DrugStatus.SUBSTANCE, ("A02BC01",))
    assert omeprazole.checkable


def test_the_codes_of_aspirin_are_alternatives_until_its_strength_is_known(catalogue: Catalogue) -> None:
    codes = {
        mg: (drug.atc, drug.atc_source) for mg in (None, 75, 500) if (drug := catalogue.substance("aspirine", mg=mg))
    }
    assert codes == {
        None: (("B01AC06", "N02BA01"), "several"),
        75: (("B01AC06",), "substance"),
        500: (("N02BA01",), "substance"),
    }


@pytest.mark.parametrize("name", ["chlorhydrate de metformine", "METFORMINE (CHLORHYDRATE DE)", "Metformine"])
def test_salts_name_the_same_substance(catalogue: Catalogue, name: str) -> None:
    drug = catalogue.substance(name)
    assert drug is not None
    assert drug.name == "METFORMINE"


def test_a_substance_that_only_the_thesaurus_knows_is_known(catalogue: Catalogue) -> None:
    drug = catalogue.substance("lisuride")
    assert drug is not None
    assert drug.ingredients[0].entities == {"lisuride"}


def test_no_sentence_of_the_thesaurus_ships() -> None:
    facts = pack.ansm()
    assert len(facts["interactions"]) == 1623
    assert {key for row in facts["interactions"] for key in row} == {
        "a", "b", "levels", "max", "conditional", "other_members_only", "page", "note",
    }  # fmt: skip
    assert Counter(row["max"] for row in facts["interactions"]) == {"CI": 297, "AD": 456, "PE": 643, "APC": 227}
    assert {type(members) for members in facts["classes"].values()} == {list}


def test_every_table_names_its_source_date_licence_and_sum() -> None:
    provenance = (pack.DATA / "PROVENANCE.md").read_text(encoding="utf-8")
    for edition in pack.editions():
        assert edition.source
        assert edition.licence
        assert edition.rows > 0 or edition.table == "validated"
        assert edition.edition[:2] == "20"
        assert edition.sha256 in provenance, edition.table


def test_labels_of_level_three_and_four_are_left_out() -> None:
    rows = list(pack.read_rows("atc"))
    assert {row["label"] for row in rows if len(row["code"]) in {4, 5}} == {""}
    assert all(row["label"] and row["label_source"] == "own" for row in rows if len(row["code"]) in {1, 3})


def test_the_coverage_by_codes_reaches_the_target(catalogue: Catalogue) -> None:
    marketed = {
        r["cis"] for r in pack.read_rows("specialities") if r["commercialise"] == "1" and r["homeopathie"] == "0"
    }
    coded = sum(1 for cis in marketed if (drug := catalogue.by_cis(cis)) and drug.atc)
    assert len(marketed) == 12147
    assert coded / len(marketed) >= 0.925


def test_the_snapshot_gives_the_same_catalogue() -> None:
    compiled = snapshot.compile_pack()
    assert json.loads(json.dumps(compiled)) == snapshot.tables()


def test_a_damaged_snapshot_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_HOME", str(tmp_path))
    content = snapshot.tables()
    kept = sorted((tmp_path / "cache").iterdir(), key=lambda path: path.stat().st_size)
    for path in kept:
        path.write_bytes(path.read_bytes()[:1000])
    assert snapshot.tables() == json.loads(json.dumps(content))
    assert snapshot.editions() == pack.editions()


def test_the_ages_of_the_tables_wait_for_no_loading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_HOME", str(tmp_path))
    memory.compile_catalogue()
    told: list[int] = []
    memory._editions.cache_clear()
    with memory._loading:
        asking = Thread(target=lambda: told.append(len(memory.catalogue_ages())), daemon=True)
        asking.start()
        asking.join(60)
    assert told == [len(pack.TABLES)]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_loading_takes_less_than_a_second_and_150_megabytes() -> None:
    program = (
        "import time; start = time.process_time();"
        "from epione.medications.providers import pack, snapshot;"
        "from epione.medications.domain.catalogue import Catalogue;"
        "Catalogue(snapshot.tables()); pack.ansm(); print(time.process_time() - start);"
        "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])"
    )
    snapshot.tables()
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ | path
    )
    seconds, kilobytes = map(float, answer.stdout.split())
    assert seconds <= 1.0
    assert kilobytes / 1024 <= 150
