"""`epione medication interactions`: one object per pair, refusals in one sentence."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from epione.medications.domain.interactions_description import UnreadableFactError, read_fact
from epione.project.cli.medication import app


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["interactions", *arguments])
    return result.exit_code, result.stdout, result.stderr


def pairs(*arguments: str) -> list[dict[str, Any]]:
    code, out, _ = run(*arguments, "--format", "json")
    assert code == 0
    found: list[dict[str, Any]] = json.loads(out)
    return found


@pytest.mark.parametrize(
    ("one", "other", "level", "resolved", "could_be"),
    [
        ("colchicine", "clarithromycine", "CI", True, []),
        ("warfarine", "ibuprofène", "AD", True, []),
        ("warfarine", "Naproxène", "AD", True, []),
        ("ramipril", "potassium", "AD", True, []),
        ("méthotrexate", "triméthoprime", "CI", False, ["CI", "AD"]),
        ("simvastatine", "itraconazole", "CI", True, []),
        ("tramadol", "iproniazide", "CI", True, []),
        ("lithium", "ibuprofène", "AD", True, []),
        ("digoxine", "amiodarone", "PE", True, []),
        ("clopidogrel", "oméprazole", "AD", True, []),
        ("citalopram", "hydroxyzine", "CI", True, []),
    ],
)
def test_the_example_pairs_by_name(one: str, other: str, level: str, resolved: bool, could_be: list[str]) -> None:
    [pair] = pairs(one, other)
    assert (pair["level"], pair["resolved"], pair["could_be"]) == (level, resolved, could_be)
    assert pair["names"] == [one, other]
    assert bool(pair["question"]) is not resolved


def test_the_source_and_the_matched_medicines_are_told() -> None:
    [pair] = pairs("methotrexate", "bactrim")
    assert pair["source"] == {
        "kind": "ansm",
        "name": "ANSM, Thésaurus des interactions médicamenteuses",
        "edition": "2023-09-15",
        "page": 166,
        "basis": "",
    }
    assert pair["rule"] == "ANSM-methotrexate+trimethoprime"
    assert pair["levels"] == ["CI", "AD"]
    assert [matched["substances"] for matched in pair["matched"]] == [
        ["MÉTHOTREXATE"],
        ["SULFAMÉTHOXAZOLE", "TRIMÉTHOPRIME"],
    ]
    assert [also["rule"] for also in pair["also"]] == ["ANSM-methotrexate+sulfamides-antibacteriens"]


def test_what_is_known_settles_the_level() -> None:
    [low] = pairs("methotrexate", "bactrim", "--set", "mtx_mg_week=10")
    [high] = pairs("methotrexate", "bactrim", "--set", "mtx_mg_week=25,0")
    assert [(pair["level"], pair["resolved"]) for pair in (low, high)] == [("AD", True), ("CI", True)]


def test_every_pair_of_a_list_the_most_severe_first() -> None:
    found = pairs("paracétamol", "simvastatine", "itraconazole", "warfarine")
    assert len(found) == 6
    assert found[0]["names"] == ["simvastatine", "itraconazole"]
    levels = [pair["level"] for pair in found]
    assert levels == sorted(levels, key=["CI", "AD", "PE", "APC", None].index)


def test_an_unlisted_pair_is_null_with_its_edition_and_never_safe() -> None:
    [pair] = pairs("paracétamol", "lévothyroxine")
    assert (pair["level"], pair["rule"], pair["reason"]) == (None, None, "not_listed")
    assert pair["source"]["edition"] == "2023-09-15"
    assert pair["text"]["fr"].startswith("Non listé dans le thésaurus des interactions (édition 2023-09-15)")


def test_the_same_substance_is_a_duplication() -> None:
    [pair] = pairs("oméprazole", "mopral")
    assert (pair["level"], pair["reason"]) == (None, "same_substance")


def test_a_gel_is_local_a_tablet_is_not() -> None:
    assert pairs("warfarine", "diclofenac gel")[0]["reason"] == "local_route"
    assert pairs("warfarine", "diclofenac")[0]["level"] == "AD"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("xyzabcq", "warfarine"), "'xyzabcq' names no medicine of the catalogue.\n"),
        (("warfarine",), "Name at least two medicines.\n"),
        (("warfarine", "ibuprofene", "--set", "age="), "'age' needs a value, as in age=…\n"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    assert run(*arguments) == (2, "", sentence)


def test_an_ambiguous_name_names_its_candidates() -> None:
    code, out, error = run("doliprane", "ome")
    assert (code, out) == (2, "")
    assert error.startswith("'ome' names several medicines; it may be: ")
    assert "OMEPRAZOLE" in error
    assert error.count("\n") == 1


def test_the_text_names_level_medicines_rule_and_question() -> None:
    code, out, _ = run("methotrexate", "triméthoprime")
    assert code == 0
    assert out == (
        "CI   MÉTHOTREXATE + TRIMÉTHOPRIME: ANSM-methotrexate+trimethoprime, edition 2023-09-15, p. 166 "
        "(could be CI, AD) What is the weekly dose of methotrexate (mg)?\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("age=80", ("age", 80.0)),
        ("heart_failure=true", ("heart_failure", True)),
        ("heart_failure = False", ("heart_failure", False)),
        ("midazolam_route=IV", ("midazolam_route", "IV")),
    ],
)
def test_facts_are_read(text: str, expected: tuple[str, object]) -> None:
    assert read_fact(text) == expected


def test_an_unknown_fact_is_refused() -> None:
    with pytest.raises(UnreadableFactError, match="'shoe_size'"):
        read_fact("shoe_size=42")
