"""`epione catalogue` and `epione medication search`: answers, exit codes, sentences."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from epione.project.cli import catalogue, medication

run = CliRunner()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_HOME", str(tmp_path))


def test_status_gives_each_table_its_age_and_warns_of_old_ones() -> None:
    answer = run.invoke(catalogue.app, ["status", "--format", "json"])
    tables = {one["table"]: one for one in json.loads(answer.stdout)["tables"]}
    assert answer.exit_code == 0
    assert (tables["interactions"]["edition"], tables["interactions"]["rows"]) == ("2023-09-15", 1623)
    assert tables["interactions"]["old"]
    assert tables["frid"]["old"] is None
    assert "interactions (2023-09-15)" in answer.stderr


def test_search_answers_in_json() -> None:
    answer = run.invoke(medication.app, ["search", "kardegic", "75", "--format", "json"])
    found: dict[str, Any] = json.loads(answer.stdout)
    assert (answer.exit_code, found["results"][0]["cis"]) == (0, "64755969")
    assert found["catalogue"]["specialities"] == "2026-07-24"


def test_search_that_finds_nothing_says_so() -> None:
    answer = run.invoke(medication.app, ["search", "xqzwvk"])
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "No medicine" in answer.stderr


@pytest.mark.django_db
def test_a_refused_file_exits_with_two_and_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "CIS_CPD_bdpm.txt"
    file.write_bytes("64755969\tréservé\r\n".encode())
    answer = run.invoke(catalogue.app, ["import", "conditions", str(file)])
    assert answer.exit_code == 2
    assert answer.stderr.strip().splitlines()[-1].startswith("CIS_CPD_bdpm.txt, ligne 1")


def test_a_missing_file_and_a_wrong_date_are_said(tmp_path: Path) -> None:
    missing = run.invoke(catalogue.app, ["import", "conditions", str(tmp_path / "none.txt")])
    assert (missing.exit_code, "There is no file" in missing.stderr) == (2, True)
    file = tmp_path / "one.txt"
    file.write_text("x")
    wrong = run.invoke(catalogue.app, ["import", "conditions", str(file), "--edition", "hier"])
    assert (wrong.exit_code, "'hier' is not a date" in wrong.stderr) == (2, True)


def test_a_file_of_200_megabytes_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "big.txt"
    with file.open("wb") as content:
        content.truncate(200_000_000)
    answer = run.invoke(catalogue.app, ["import", "conditions", str(file)])
    assert (answer.exit_code, "more than 150 MB" in answer.stderr) == (2, True)


@pytest.mark.django_db
def test_update_without_a_network_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_args: object, **_kwargs: object) -> httpx.Response:
        raise httpx.ConnectError("no network")

    monkeypatch.setattr(httpx.Client, "get", unreachable)
    answer = run.invoke(catalogue.app, ["update"])
    assert answer.exit_code == 3
    assert "La source officielle n’a pas répondu" in answer.stderr
