"""Reading official files and the pack: what goes in comes out, what is doubtful is refused with its line."""

import csv
import gzip
import io
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epione.medications.domain.composition import amount_of, strengths
from epione.medications.domain.names import base_key, normalise
from epione.medications.domain.reading import BadFileError, decode, read_table, unpacked
from epione.medications.domain.tables import TABLES
from epione.medications.domain.typed import read, sound

CONDITIONS = TABLES["conditions"]
WORDS = st.text(st.characters(codec="cp1252", exclude_categories=["C", "Z"]), min_size=1, max_size=20)


def outcome(reading: Callable[[], Any]) -> tuple[Any, str]:
    """What was read, or the code of the refusal."""
    try:
        return reading(), ""
    except BadFileError as error:
        return None, error.code if error.line >= 1 else "no line"


def codes(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=length, max_size=length)


@given(st.dictionaries(codes(8), WORDS, min_size=1, max_size=20))
def test_the_official_layout_comes_back(rows: dict[str, str]) -> None:
    content = "\r\n".join(f"{cis}\t{text}" for cis, text in rows.items()).encode("cp1252")
    reading, refusal = outcome(lambda: read_table(CONDITIONS, content))
    # Some cp1252 texts are valid UTF-8 too, or carry the signs of broken letters: doubt refuses.
    assert refusal in {"", "wrong-encoding", "broken-characters"}
    if reading:
        assert [(row["cis"], row["condition"]) for row in reading.rows] == [(c, t.strip()) for c, t in rows.items()]


@given(st.lists(st.tuples(codes(8), st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1)), min_size=1))
def test_the_pack_layout_comes_back(rows: list[tuple[str, str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(CONDITIONS.columns)
    writer.writerows(rows)
    reading, refusal = outcome(lambda: read_table(CONDITIONS, text.getvalue().encode()))
    assert refusal in {"", "broken-characters"}
    if reading:
        assert {(row["cis"], row["condition"]) for row in reading.rows} == set(rows)


@given(st.binary(max_size=300), st.sampled_from(sorted(TABLES)))
def test_any_bytes_are_read_or_refused(content: bytes, name: str) -> None:
    reading, refusal = outcome(lambda: read_table(TABLES[name], content))
    assert refusal != "no line"
    assert bool(refusal) != bool(reading and reading.rows)


@given(st.text(max_size=100))
def test_decoding_is_exact(text: str) -> None:
    read_back, refusal = outcome(lambda: decode(text.encode(), "utf-8"))
    assert (read_back, refusal) in [(text.removeprefix("\ufeff"), ""), (None, "broken-characters")]


def test_prices_and_dates_are_normalised() -> None:
    fields = [
        "60002283",
        "4949729",
        "boîte",
        "Présentation active",
        "Déclaration",
        "16/03/2011",
        "3400949497294",
        "oui",
    ]
    row = TABLES["presentations"].official.convert([*fields, "65 %", "24,34", "1,025,36", "1,02", ""])
    assert (row["prix_ttc"], row["taux_remboursement"], row["cip13"]) == ("1025.36", "65%", "3400949497294")
    opinion = TABLES["smr"].official.convert(["60002283", "CT-1", "Inscription", "20230830", "Important", "texte"])
    assert opinion == {
        "cis": "60002283",
        "dossier": "CT-1",
        "motif": "Inscription",
        "date": "20230830",
        "smr": "Important",
    }


@pytest.mark.parametrize(
    ("dosage", "amount"),
    [
        ("75 mg", (75.0, "mg")),
        ("1,00 g", (1000.0, "mg")),
        ("0,5 microgramme", (0.0005, "mg")),
        ("1 000 mg", (1000.0, "mg")),
        ("100 000 UI", (100000.0, "UI")),
        ("qsp 200 bar", None),
        ("2CH à 30CH", None),
        ("", None),
    ],
)
def test_amounts(dosage: str, amount: tuple[float, str] | None) -> None:
    assert amount_of(dosage) == amount


def test_strengths_of_a_name() -> None:
    assert strengths("VILDAGLIPTINE/METFORMINE 50 mg/1000 mg, comprimé") == {50.0, 1000.0}
    assert strengths("LEVOTHYROX 75 microgrammes, comprimé") == {0.075}


@given(st.text(max_size=60))
def test_normal_forms_are_stable(text: str) -> None:
    key = normalise(text)
    assert normalise(key) == key
    assert base_key(base_key(text)) == base_key(text)
    assert set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")


@given(st.text(max_size=60))
def test_any_text_is_split(text: str) -> None:
    typed = read(text)
    assert typed.first_quantity_at <= len(typed.words)
    assert set(typed.names) <= set(typed.words)


@pytest.mark.parametrize(
    ("one", "other"), [("kardegic", "kardegik"), ("xanax", "ksanaks"), ("phytothérapie", "fitoterapie")]
)
def test_sounds(one: str, other: str) -> None:
    assert sound(normalise(one)) == sound(normalise(other))


def test_a_small_archive_that_swells_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("epione.medications.domain.reading.MAX_BYTES", 1000)
    with pytest.raises(BadFileError) as refused:
        unpacked(gzip.compress(b"x" * 1_000_000))
    assert refused.value.code == "too-large"
    assert unpacked(gzip.compress(b"x" * 1000)) == b"x" * 1000
