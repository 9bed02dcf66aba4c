"""`epione surgery`: from a file to a plan, its check, its slots, its explanation and its change."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from epione.project.cli.surgery import app

THEATRE = {
    "version": 1,
    "days": ["2026-11-23"],
    "rooms": [{"id": "R1", "name": "Salle 1", "hours": {"from": "08:00", "to": "12:00"}}],
    "surgeons": [{"id": "S1", "name": "Dr Un", "hours": {"from": "08:00", "to": "20:00"}}],
    "anaesthetists": 1,
    "recovery_beds": 1,
    "overtime_max_minutes": 0,
    "cases": [
        {"id": "A", "surgeon": "S1", "operation_minutes": 120, "priority": "urgent"},
        {"id": "B", "surgeon": "S1", "operation_minutes": 180},
    ],
}
QUICK = ["--seconds", "1", "--repeatable"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path / "day.json", THEATRE)


def written(path: Path, values: Any) -> Path:
    path.write_text(json.dumps(values), encoding="utf-8")
    return path


def ask(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def planned(file: Path) -> Path:
    return written(file.with_name("plan.json"), json.loads(ask("plan", file, *QUICK, "--format", "json").stdout))


def test_a_plan_is_printed_as_json_and_passes_the_check(file: Path) -> None:
    plan = planned(file)

    facts = json.loads(plan.read_text())
    assert [(one["case"], one["start"], one["operation_end"]) for one in facts["placements"]] == [
        ("A", "08:00", "10:00")
    ]
    assert facts["refused"] == ["B"]
    assert facts["stages"][0] == {"name": "refusals", "value": 30, "bound": 30, "proved": True}
    assert (ask("check", file, plan).exit_code, ask("check", file, plan, "--lang", "en").stdout) == (
        0,
        "No rule is broken.\n",
    )


def test_a_broken_plan_is_told_with_exit_code_1(file: Path) -> None:
    plan = {"placements": [{"case": name, "day": "2026-11-23", "room": "R1", "start": "08:00"} for name in "AB"]}
    answer = ask("check", file, written(file.with_name("bad.json"), plan), "--format", "json")

    assert answer.exit_code == 1
    assert {one["rule"] for one in json.loads(answer.stdout)["violations"]} == {"room", "surgeon", "anaesthetist"}


def test_a_refusal_is_explained_and_a_change_is_compared(file: Path) -> None:
    answer = ask("plan", file, *QUICK, "--explain", "B", "--what-if", "room:R1=08:00-13:00", "--format", "json")

    facts = json.loads(answer.stdout)
    assert facts["what_if"]["gained"] == ["B"]
    [day] = facts["explanation"]["days"]
    assert day["fits"] is False
    assert day["relaxations"][0]["set"] == "room:R1=08:00-13:00"
    assert "B ne peut pas être placée" in ask("plan", file, *QUICK, "--explain", "B").stdout


def test_slots_are_ranked_and_none_is_said(file: Path) -> None:
    plan = planned(file)

    assert ask("slot", file, plan, "A").stdout.startswith("2026-11-23 08:00-10:00 R1")
    assert ask("slot", file, plan, "B").exit_code == 1


def test_an_emergency_is_put_in_or_said_not_to_fit(file: Path) -> None:
    plan, case = planned(file), {"id": "U", "surgeon": "S1", "operation_minutes": 60, "priority": "emergency"}
    urgent = written(file.with_name("urgent.json"), case)
    answer = ask("replan", file, plan, "--now", "09:00", "--emergency", urgent, "--format", "json", "--seconds", "1")

    assert {one["case"]: one["start"] for one in json.loads(answer.stdout)["placements"]} == {
        "A": "08:00",
        "U": "10:00",
    }
    assert ask("replan", file, plan, "--now", "11:30", "--emergency", urgent, "--seconds", "1").exit_code == 1


@pytest.mark.parametrize(
    "arguments", [["--explain", "Z"], ["--set", "room:R9=closed"], ["--what-if", "recovery=x"], ["--set", "R1"]]
)
def test_what_names_nothing_known_is_refused_with_exit_code_2(file: Path, arguments: list[str]) -> None:
    assert ask("plan", file, *QUICK, *arguments).exit_code == 2


@pytest.mark.parametrize("text", [b"{", b"[]", b"\xff", b'{"version": 2}'])
def test_a_bad_file_is_refused_with_exit_code_2(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(text)
    answer = ask("plan", path)

    assert answer.exit_code == 2
    assert answer.stderr


def test_an_invented_instance_can_be_planned(tmp_path: Path) -> None:
    path = tmp_path / "sample.json"
    path.write_text(ask("sample", "--cases", "6", "--rooms", "2", "--days", "2").stdout, encoding="utf-8")

    assert ask("plan", path, "--week", *QUICK).exit_code == 0
