"""The table that ships: whole, readable, named, and found by words."""

import gzip
import hashlib
import re
from datetime import date
from pathlib import Path

import pytest

import epione.billing
from epione.billing.domain.ccam.modifiers import easter_of, is_holiday
from epione.billing.domain.ccam.search import Index
from epione.billing.providers.ccam import editions, key_letters, load_index
from epione.billing.providers.compile_ccam import compiled, main

from .conftest import MONDAY

DATA = Path(epione.billing.__file__).parent / "data"


def test_every_file_is_the_one_that_the_provenance_names():
    named = re.findall(r"\| `(\S+)` \| \d+ \| ([0-9a-f]{64}) \|", (DATA / "PROVENANCE.md").read_text("utf-8"))
    assert len(named) == 3
    assert [(name, hashlib.sha256((DATA / name).read_bytes()).hexdigest()) for name, _ in named] == named


def test_every_act_of_the_edition_can_be_read(table):
    assert len(table) == 8257
    acts = [table.act(code) for code, _ in table.labels()]
    assert sum(len(act.parts) for act in acts) == 13_439
    assert sum(any(part.agreement for part in act.parts) for act in acts) == 90
    assert {letter for act in acts for letter in act.modifiers} == set(table.modifiers)


def test_the_edition_is_named_with_the_days_on_which_it_holds():
    (edition,) = editions()
    assert (edition.name, edition.valid_from, edition.valid_to) == ("CCAM v81 (2026-01-01)", date(2026, 1, 1), None)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("HMFC004", "HMFC004"),
        ("hmfc004", "HMFC004"),
        ("cholecystectomie coelioscopie", "HMFC004"),
        ("Cholécystectomie par cœlioscopie", "HMFC004"),
        ("sleeve coelioscopie", "HFFC018"),
        ("mastectomie totale", "QEFA019"),
    ],
)
def test_acts_are_found_by_code_and_by_words(typed, first):
    assert load_index(MONDAY).search(typed, 3)[0] == first


def test_order_and_articles_do_not_matter_and_absent_words_find_nothing():
    index = load_index(MONDAY)
    assert "NFKA007" in index.search("prothèse tricompartimentaire du genou", 20)
    assert "NFKA007" in index.search("genou prothese tricompartim", 20)
    assert index.search("genou quantique") == []
    assert index.search("  ") == index.search("") == []


def test_key_letters_of_the_ngap_have_labels():
    assert key_letters()["AMI"] == "Soin infirmier"
    assert len(key_letters()) == 422


def test_words_inside_a_label_do_not_match_the_end_of_others():
    index = Index([("AAAA001", "Ostéotomie"), ("AAAA002", "Tomie de l'os")])
    assert index.search("tomie") == ["AAAA002"]


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        (date(2026, 1, 1), True),
        (date(2026, 4, 6), True),  # Easter Monday
        (date(2026, 5, 14), True),  # Ascension
        (date(2026, 5, 25), True),  # Whit Monday
        (date(2026, 7, 14), True),
        (date(2026, 3, 1), True),  # a Sunday
        (date(2026, 3, 2), False),
        (date(2026, 4, 3), False),  # Good Friday is one in Alsace and Moselle only
    ],
)
def test_sundays_and_public_holidays(day, holiday):
    assert is_holiday(day) is holiday


@pytest.mark.parametrize("day", [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2038, 4, 25)])
def test_easter(day):
    assert easter_of(day.year) == day


ROW = {
    "code": "AAAA001", "libelle": "Acte  d'essai", "activite": "1", "phase": "0", "tarif_s1_optam": "12.3",
    "tarif_hors_optam": "", "remb_sous_conditions": "RC", "accord_prealable": "AP", "exo_tm": "5 -7",
    "regroupement": "ADC", "chapitre": "01", "modificateurs": "K J", "gestes_complementaires": "",
}  # fmt: skip


def test_the_flat_table_is_compiled_without_a_clock(tmp_path):
    rows = [ROW | {"activite": "4", "regroupement": "ADA"}, ROW, ROW | {"regroupement": "ZZZ"}]
    assert compiled(rows) == ["AAAA001\tActe d'essai\t01\tJ K\t\t1:0:1230::CA:5-7:ADC 4:0:1230::CA:5-7:ADA"]
    flat, out = tmp_path / "flat.csv", tmp_path / "out.tsv.gz"
    flat.write_text(",".join(ROW) + "\n" + ",".join(ROW.values()) + "\n", "utf-8")
    main(str(flat), str(out))
    first = out.read_bytes()
    main(str(flat), str(out))
    assert out.read_bytes() == first
    assert gzip.decompress(first).decode().startswith("AAAA001\tActe d'essai")
