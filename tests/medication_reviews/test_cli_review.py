"""`epione medication review`: files of every kind, bad input, batches."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from epione.medication_reviews.domain.export import SCHEMA
from epione.project.cli.medication import app

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "medication-case.json"
WORDS = frozenset({"title", "why", "advice", "because", "text", "question", "name", "missing", "intended_use"})
DAY = ("--on", "2026-11-20")


def run(*arguments, stdin=None):
    return CliRunner().invoke(app, ["review", *map(str, arguments)], input=stdin)


def answer(*arguments, stdin=None):
    result = run(*arguments, "--format", "json", *DAY, stdin=stdin)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def names(found):
    return {one["id"] for one in found["findings"]}


def test_the_documented_example_gives_the_documented_answer():
    documented = json.loads((ROOT / "docs" / "examples" / "medication-answer.json").read_text(encoding="utf-8"))
    assert without_words(answer(EXAMPLE, "--lang", "en")) == without_words(documented)


def without_words(value):
    """An answer without its sentences, which may be reworded without changing what it says."""
    if isinstance(value, dict):
        return {key: without_words(one) for key, one in value.items() if key not in WORDS}
    return [without_words(one) for one in value] if isinstance(value, list) else value


def test_every_key_of_the_answer_is_documented():
    text = (ROOT / "docs" / "review-schema.md").read_text(encoding="utf-8")
    found = answer(EXAMPLE)
    for key in (*found, *found["findings"][0], *found["lines"][0], *found["questions"][0], *found["scores"]):
        assert f"`{key}`" in text, key
    assert SCHEMA in text


def test_the_answer_of_a_case():
    found = answer(EXAMPLE)
    assert found["schema"] == SCHEMA
    assert found["id"] == "exemple-1"
    assert [line["quality"] for line in found["lines"]][1] == "prefix"
    assert {"STOPP-C10", "STOPP-D8", "STOPP-K1"} <= names(found)
    assert [one["rank"] for one in found["findings"]] == list(range(1, len(found["findings"]) + 1))
    assert found["catalogue"]["ansm"] == "2023-09-15"
    assert found["unmatched"] == []


def test_a_datum_set_by_hand():
    assert "STOPP-E3" not in names(answer(EXAMPLE))
    assert "STOPP-E3" in names(answer(EXAMPLE, "--set", "egfr=12"))


def test_a_csv_is_read_and_the_patient_given_by_hand(tmp_path):
    file = tmp_path / "treatment.csv"
    file.write_text("name;dose;unit;frequency;start\nSeresta 10 mg;1;cp;0-0-1;2025-06-01\n", encoding="utf-8")
    found = answer(file, "--set", "age=82", "--set", "sex=female")
    assert found["lines"][0]["daily_mg"] == 10
    assert "STOPP-D8" in names(found)


def test_a_windows_csv_is_read_with_a_warning(tmp_path):
    file = tmp_path / "treatment.csv"
    file.write_bytes("name;frequency\nLévothyroxine 75 microgrammes;1-0-0\n".encode("cp1252"))
    result = run(file, "--format", "json", *DAY)
    assert result.exit_code == 0
    assert "Windows-1252" in result.stderr
    assert json.loads(result.stdout)["lines"][0]["substances"]


def test_a_batch_answers_one_line_a_case_and_keeps_going_after_a_bad_one():
    good = json.dumps({"id": "a", "patient": {"age": 80}, "drugs": [{"name": "Zolpidem 10 mg", "start": "2026-01-01"}]})
    bad = json.dumps({"id": "b", "patient": {"age": -1}, "drugs": []})
    result = run("-", "--format", "json", *DAY, stdin=f"{good}\n{bad}\nnot json\n{good}\n")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 2
    assert [line["id"] for line in lines] == ["a", "b", "", "a"]
    assert lines[1]["errors"][0]["where"] == "patient.age"
    assert lines[2]["line"] == 3
    assert "STOPP-D11" in names(lines[3])


def test_a_fhir_bundle_is_read():
    found = answer(ROOT / "tests" / "fhir" / "bundle_case.json")
    assert found["id"] == "pat-1"
    assert {"STOPP-C10"} <= names(found)
    assert any("Medication/lost" in one["text"] for one in found["warnings"])


def test_people_read_text():
    result = run(EXAMPLE, *DAY)
    assert result.exit_code == 0
    assert "STOPP-C10" in result.stdout
    assert "non dispositif médical" in result.stdout


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "vide"),
        (b"{", "JSON illisible"),
        (b'{"drugs": []', "JSON illisible"),
        (b"\x00\x01\x02" * 100, "texte"),
        (b'{"patient": {"age": -4}, "drugs": []}', "patient.age"),
        (b'{"drugs": [{"name": "x", "dose_value": 3, "dose_unit": "parsec"}]}', "parsec"),
        (b'{"drugs": [], "observations": [{"code": "creatinine", "value": 1.2, "unit": "umol/L"}]}', "autre unit"),
        (b'{"resourceType": "Patient"}', "Bundle"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_exit_code_2(tmp_path, content, word):
    file = tmp_path / "case.json"
    file.write_bytes(content)
    result = run(file, *DAY)
    assert result.exit_code == 2
    assert word in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "arguments",
    [("missing.json",), (EXAMPLE, "--on", "tomorrow"), (EXAMPLE, "--set", "egfr"), (EXAMPLE, "--set", "mood=3")],
)
def test_bad_arguments_are_refused(arguments):
    assert run(*arguments).exit_code == 2


def test_a_file_of_200_megabytes_is_refused_without_being_read(tmp_path):
    file = tmp_path / "huge.json"
    with file.open("wb") as opened:
        os.truncate(opened.fileno(), 200 * 1024 * 1024)
    result = run(file)
    assert result.exit_code == 2
    assert "200" in result.stderr


def test_a_list_of_500_lines_is_answered():
    case = {"patient": {"age": 80}, "drugs": [{"name": "Doliprane 500 mg"}] * 500}
    found = answer("-", stdin=json.dumps(case))
    assert len(found["lines"]) == 500


def test_unknown_and_ambiguous_names_stay_visible():
    found = answer("-", stdin=json.dumps({"patient": {"age": 80}, "drugs": [{"name": "zzyzx"}, {"cis": "99999999"}]}))
    assert [one["input"] for one in found["unmatched"]] == ["zzyzx", "99999999"]
    assert not any(line["checked"] for line in found["lines"])
