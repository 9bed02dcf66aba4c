"""Roles are a table; benches and commands are found by their names."""

import json
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from epione.project import cli, preparation, roles
from epione.project.cli import bench


def test_all_is_everything_that_the_other_roles_start() -> None:
    assert sorted(roles.ROLES["all"]) == sorted(roles.ROLES["web"] + roles.ROLES["worker"])


def test_a_worker_runs_its_threads_and_no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_JOB_THREADS", "3")

    assert Counter(name for name, _ in roles.parts("worker")) == {"jobs": 3, "sweep": 1, "events": 1, "sequencer": 1}
    assert roles.parts("web") == []


def test_associations_are_accepted_by_their_own_role_only() -> None:
    assert [name for name, _ in roles.parts("dicom")] == ["associations"]
    assert "associations" not in roles.ROLES["all"]


def test_with_a_broker_one_consumer_replaces_the_threads_of_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_BROKER_URL", "redis://127.0.0.1:9/0")

    assert Counter(name for name, _ in roles.parts("worker"))["jobs"] == 1


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bench called `sample` that measured two things."""
    rows = [
        {"case": "a", "metric": "speed", "unit": "1/s", "value": 12.5, "target": 10, "met": True},
        {"case": "b", "metric": "size", "unit": "MB", "value": 3, "met": None, "why": "no such engine here"},
    ]
    monkeypatch.setattr(bench, "names", lambda: ["sample"])
    monkeypatch.setattr(bench, "_set_up", lambda folder: None)
    monkeypatch.setitem(sys.modules, "epione.project.bench.sample", SimpleNamespace(run=lambda: rows))


def command(*words: str) -> Any:
    cli._mount("bench")
    return CliRunner().invoke(cli.app, list(words))


def test_a_bench_answers_the_documented_envelope(figures: None) -> None:
    answer = json.loads(command("bench", "sample", "--format", "json").stdout)

    assert (answer["name"], answer["version"]) == ("sample", 1)
    assert {"cores", "python", "system", "memory_mb"} <= set(answer["machine"])
    keys = {"case", "metric", "unit", "value", "target", "peer", "peer_value", "ratio", "met"}
    assert [set(row) - {"why"} for row in answer["results"]] == [keys, keys]
    assert answer["results"][1]["why"] == "no such engine here"


def test_a_bench_is_read_by_people_too(figures: None) -> None:
    lines = command("bench", "sample").stdout.splitlines()

    assert lines[1].split() == ["a", "speed", "12.5", "1/s", "10", "yes"]
    assert lines[2].split() == ["b", "size", "3", "MB", "-"]


def test_an_unknown_bench_is_said_with_those_that_exist(figures: None) -> None:
    answer = command("bench", "nothing")

    assert (answer.exit_code, answer.stderr) == (2, "There is no bench 'nothing'. Choose: sample.\n")


def test_preparation_is_done_again_when_what_it_reads_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source"
    migration = source / "module" / "migrations" / "0001_initial.py"
    migration.parent.mkdir(parents=True)
    migration.write_text("first")
    home = tmp_path / "home"
    home.mkdir()
    (home / "epione.sqlite3").touch()
    monkeypatch.setattr(preparation, "SOURCE", source)
    monkeypatch.setattr(preparation, "home", lambda: home)
    monkeypatch.setattr(preparation, "catalogues", list)
    monkeypatch.delenv("EPIONE_DATABASE_URL", raising=False)

    assert not preparation.is_prepared()
    (home / "prepared").write_text(preparation._stamp())
    assert preparation.is_prepared()
    migration.write_text("second, longer")
    assert not preparation.is_prepared()
    (home / "prepared").write_text(preparation._stamp())
    monkeypatch.setenv("EPIONE_DATABASE_URL", "postgres://elsewhere/epione")
    assert not preparation.is_prepared()
