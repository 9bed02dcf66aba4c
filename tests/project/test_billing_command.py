"""`epione billing`: search, price and key letters from the command line."""

import json

import pytest
from typer.testing import CliRunner

from epione.project.cli.billing import app


def run(*words):
    return CliRunner().invoke(app, words)


def test_a_price_is_printed_and_explained():
    found = run("price", "HMFC004", "LMMC002", "--modifiers", "K", "--date", "2026-03-02")
    assert found.exit_code == 0
    assert "544.23  total" in found.stdout
    assert "ccam.association.general" in found.stdout


def test_a_price_as_json_has_everything():
    words = ["HMFC004", "HMFC004/4+A7", "--sector", "2", "--fee", "500", "--age", "84", "--date", "2026-03-02"]
    answer = json.loads(run("price", *words, "--format", "json").stdout)
    assert answer["total_cents"] == sum(line["amount_cents"] for line in answer["lines"]) == 46295
    assert answer["shares"]["excess_cents"] == 3705
    assert [one["modifier"] for one in answer["questions"]] == ["7"]
    assert "written.due" in [one["rule"] for one in answer["explanations"]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["HMFC004+KJ"], "ccam.modifiers-exclusive"),
        (["ZZZZ999"], "ccam.code-unknown"),
        (["HMFC004", "--date", "2025-12-31"], "ccam.no-edition"),
        (["HMFC004", "--c2s", "--fee", "400"], "c2s.excess"),
        (["HMFC004", "--date", "hier"], "is not a date"),
        (["HMFC004//"], "is not an act"),
        (["HMFC004", "--fee", "nan"], "Error"),
    ],
)
def test_a_refusal_has_exit_code_2_and_says_why(words, said):
    refused = run("price", *words)
    assert refused.exit_code == 2
    assert said in refused.stderr


def test_a_refusal_speaks_french_and_json():
    refused = run("price", "HMFC004+KJ", "--language", "fr", "--format", "json", "--date", "2026-03-02")
    assert json.loads(refused.stdout)["error"]["rule"] == "ccam.modifiers-exclusive"
    assert "s’excluent" in refused.stderr


def test_acts_are_searched():
    found = run("search", "sleeve", "coelioscopie", "--format", "json", "--date", "2026-03-02")
    assert json.loads(found.stdout)["results"][0]["code"] == "HFFC018"
    assert run("search", "quantique").exit_code == 1
    assert "HMFC004     300.03    279.35" in run("search", "hmfc004").stdout


def test_key_letters_are_listed_and_searched():
    assert run("ngap", "AMI").stdout.startswith("AMI   Soin infirmier")
    assert "AMK" in json.loads(run("ngap", "kinesitherapie", "--format", "json").stdout)["letters"]
    assert len(json.loads(run("ngap", "--format", "json").stdout)["letters"]) == 422
    assert run("ngap", "quantique").exit_code == 1
