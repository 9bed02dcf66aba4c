"""`epione ledger`, `epione keys` and `epione backup` as people and scripts use them."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from typer.testing import CliRunner, Result

from epione.kernel.actor import Actor, ActorKind
from epione.kernel.crypto import Place, clear_cache, seal, unseal
from epione.ledger.models import Entry
from epione.ledger.public import entries, log_signer, record, sequence
from epione.ledger.triggers import lifted
from epione.project.boot import NOBODY, operator
from epione.project.cli import backup, keys, ledger

pytestmark = pytest.mark.django_db(transaction=True)
BY = Actor(uuid4(), ActorKind.PERSON, uuid4(), frozenset({"pharmacist"}), "Camille")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_ANCHORS", f"disk://{tmp_path}/anchors")
    monkeypatch.setenv("EPIONE_BACKUP_DIR", f"{tmp_path}/backups")
    monkeypatch.setenv("EPIONE_KEYS_URL", f"file://{tmp_path}/kek.json")
    clear_cache()


@pytest.fixture
def ids() -> list[UUID]:
    made = [record(action="patients.open", by=BY, entity=("patient", n)).id for n in range(6)]
    sequence()
    return made


def run(*arguments: str) -> Result:
    group = {"ledger": ledger, "keys": keys, "backup": backup}[arguments[0]]
    return CliRunner().invoke(group.app, list(arguments[1:]), catch_exceptions=False)


def installation_entries() -> list[str]:
    return [entry.action for entry in entries(by=operator()).items]


def test_a_sound_ledger_says_so(ids: list[UUID]) -> None:
    done = run("ledger", "verify")
    assert (done.exit_code, done.stdout.split(":")[0]) == (0, "Sound")
    assert "6 entries verified of 6" in done.stdout
    told = json.loads(run("ledger", "verify", "--format", "json").stdout)
    assert (told["sound"], told["size"], told["first_bad"], told["faults"]) == (True, 6, None, [])


def test_a_flipped_byte_in_the_database_gives_its_number_and_exit_code_1(ids: list[UUID]) -> None:
    leaf = bytearray(Entry.objects.get(id=ids[4]).leaf)
    leaf[30] ^= 1
    with lifted():
        Entry.objects.filter(id=ids[4]).update(leaf=bytes(leaf))
    done = run("ledger", "verify")
    assert (done.exit_code, "First bad sequence number: 4" in done.stdout) == (1, True)
    told = run("ledger", "verify", "--format", "json")
    assert (told.exit_code, json.loads(told.stdout)["first_bad"]) == (1, 4)


def test_an_incremental_verification_goes_on(ids: list[UUID]) -> None:
    run("ledger", "verify")
    assert json.loads(run("ledger", "verify", "--incremental", "--format", "json").stdout)["begin"] == 6


def test_a_proof_is_written_to_a_file_or_to_the_screen(ids: list[UUID], tmp_path: Path) -> None:
    told = json.loads(run("ledger", "prove", str(ids[2])).stdout)
    assert (told["type"], told["index"], told["size"]) == ("inclusion", 2, 6)
    run("ledger", "prove", str(ids[2]), "-o", str(tmp_path / "proof.json"))
    assert json.loads((tmp_path / "proof.json").read_text()) == told


def test_an_unknown_entry_is_one_sentence() -> None:
    done = run("ledger", "prove", str(uuid4()))
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)


def test_a_checkpoint_is_printed_as_signed(ids: list[UUID]) -> None:
    done = run("ledger", "checkpoint")
    assert log_signer().verifier.verifies(done.stdout)
    assert done.stdout.splitlines()[:2] == [log_signer().name, "6"]
    told = json.loads(run("ledger", "checkpoint", "--format", "json").stdout)
    assert (told["size"], told["anchored"], told["failed"]) == (6, ["disk"], [])
    assert json.loads(run("ledger", "checkpoint", "--since", "3").stdout)["type"] == "consistency"


def test_a_checkpoint_whose_anchor_failed_tells_it(
    ids: list[UUID], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("EPIONE_ANCHORS", f"disk://{tmp_path}/file/below")
    done = run("ledger", "checkpoint")
    assert (done.exit_code, "could not be reached: disk" in done.stderr) == (1, True)


def test_a_witness_cosigns_from_files(ids: list[UUID], tmp_path: Path, settings: Any) -> None:
    key, path = str(log_signer().verifier), tmp_path / "checkpoint.txt"
    run("ledger", "checkpoint", "-o", str(path))
    settings.HOME = tmp_path / "witness"
    done = run("ledger", "witness", "--key", key, "--checkpoint", str(path))
    assert done.stdout.startswith(path.read_text())
    assert len(done.stdout.splitlines()) == len(path.read_text().splitlines()) + 1
    path.write_text(path.read_text().replace("\n6\n", "\n5\n"))
    done = run("ledger", "witness", "--key", key, "--checkpoint", str(path))
    assert (done.exit_code, "not signed by the key of that log" in done.stderr) == (1, True)


def test_the_whole_log_is_exported_as_lines(ids: list[UUID], tmp_path: Path) -> None:
    lines = run("ledger", "export").stdout.splitlines()
    assert [json.loads(line)["index"] for line in lines[:-1]] == list(range(6))
    run("ledger", "export", "-o", str(tmp_path / "log"))
    assert (tmp_path / "log").read_text().splitlines()[:6] == lines[:6]


def test_the_keys_of_the_log_are_printed() -> None:
    assert str(log_signer().verifier) in run("ledger", "key").stdout


def test_retention_counts_unless_told_to_apply(ids: list[UUID]) -> None:
    with lifted(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET at = '2010-01-01 00:00:00+00:00'")
    assert f"{BY.practice_id}: 6 clinical due" in run("ledger", "retention").stdout
    told = json.loads(run("ledger", "retention", "--apply", "--format", "json").stdout)
    assert told["practices"][str(BY.practice_id)] == {"due": {"clinical": 6}, "applied": True}
    assert "nothing due" in run("ledger", "retention").stdout


# Keys


def test_the_state_of_the_keys_is_shown(ids: list[UUID]) -> None:
    told = json.loads(run("keys", "status", "--format", "json").stdout)
    assert (told["holder"], told["missing"], told["removable"]) == ("file", [], [])
    assert told["wrapped_by"] == {told["active"]: 2}
    assert "wraps 2 data keys  active" in run("keys", "status").stdout


def test_a_rotation_is_done_told_and_recorded(ids: list[UUID]) -> None:
    place = Place(BY.practice_id, None, "t", NOBODY, "c")
    sealed = seal(place, b"x")
    old = json.loads(run("keys", "status", "--format", "json").stdout)["active"]
    done = run("keys", "rotate", "--remove-old")
    assert (done.exit_code, f"Destroyed: {old}." in done.stdout) == (0, True)
    clear_cache()
    assert unseal(place, sealed) == b"x"
    assert "keys.rotate" in installation_entries()


def test_a_missing_key_gives_exit_code_1(ids: list[UUID], tmp_path: Path) -> None:
    (tmp_path / "kek.json").unlink()
    done = run("keys", "status")
    assert (done.exit_code, "is gone" in done.stderr) == (1, True)


def test_the_file_of_keys_is_private_and_never_overwritten(ids: list[UUID], tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    assert run("keys", "backup", str(path)).exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    done = run("keys", "backup", str(path))
    assert (done.exit_code, "exists: choose another name" in done.stderr) == (1, True)


def test_the_inventory_lists_every_use() -> None:
    told = json.loads(run("keys", "inventory", "--format", "json").stdout)
    assert {"use", "algorithm", "key", "where"} == set(told[0])
    assert "Backups" in run("keys", "inventory").stdout


def test_the_inventory_page_names_every_use() -> None:
    page = (Path(__file__).parents[2] / "docs" / "crypto-inventory.md").read_text()
    told = json.loads(run("keys", "inventory", "--format", "json").stdout)
    assert [item["use"] for item in told if item["use"] not in page] == []


# Backups


def test_a_backup_is_made_verified_and_recorded(ids: list[UUID], tmp_path: Path) -> None:
    told = json.loads(run("backup", "create", "--format", "json").stdout)
    assert Path(told["path"]).parent == tmp_path / "backups"
    assert run("backup", "verify").stdout.startswith("Whole: epione-")
    assert json.loads(run("backup", "verify", told["path"], "--format", "json").stdout)["sound"] is True
    assert "backup.create" in installation_entries()


def test_a_backup_under_a_passphrase_opens_with_it_only(ids: list[UUID], tmp_path: Path) -> None:
    (tmp_path / "good").write_text("une phrase longue\n")
    (tmp_path / "bad").write_text("une autre\n")
    run("backup", "create", "--passphrase-file", str(tmp_path / "good"))
    assert run("backup", "verify", "--passphrase-file", str(tmp_path / "good")).exit_code == 0
    assert run("backup", "verify", "--passphrase-file", str(tmp_path / "bad")).exit_code == 1
    done = run("backup", "verify")
    assert (done.exit_code, "passphrase" in done.stderr) == (1, True)


def test_a_damaged_backup_gives_exit_code_1(ids: list[UUID]) -> None:
    path = Path(json.loads(run("backup", "create", "--format", "json").stdout)["path"])
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(bytes(raw))
    done = run("backup", "verify")
    assert (done.exit_code, done.stdout.startswith("DAMAGED")) == (1, True)


def test_without_a_backup_there_is_nothing_to_verify() -> None:
    done = run("backup", "verify")
    assert (done.exit_code, "There is no backup" in done.stderr) == (1, True)


def test_the_daily_backup_is_shown_and_switched() -> None:
    assert run("backup", "schedule").stdout.startswith("Daily backup: on; next ")
    assert json.loads(run("backup", "schedule", "--off", "--format", "json").stdout)["on"] is False
    assert run("backup", "schedule", "--on").stdout.startswith("Daily backup: on")
    assert installation_entries().count("backup.schedule") == 2


def test_a_restore_over_a_record_is_refused(ids: list[UUID]) -> None:
    path = json.loads(run("backup", "create", "--format", "json").stdout)["path"]
    done = run("backup", "restore", path)
    assert (done.exit_code, "there is a record here already" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("group", "commands"),
    [
        ("ledger", ["verify", "prove", "checkpoint", "witness", "export", "key", "retention"]),
        ("keys", ["status", "rotate", "reindex", "backup", "restore", "inventory"]),
        ("backup", ["create", "verify", "restore", "schedule"]),
    ],
)
def test_every_command_has_a_help(group: str, commands: list[str]) -> None:
    told = run(group, "--help").stdout
    assert [name for name in commands if name not in told] == []


def test_anchors_are_asked_and_their_proofs_written(
    ids: list[UUID], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("ledger", "checkpoint").exit_code == 0
    done = run("ledger", "anchors")
    assert (done.exit_code, done.stdout.split()[:3]) == (0, ["disk", "answers", "6"])
    [told] = json.loads(run("ledger", "anchors", "--format", "json").stdout)
    assert (told["name"], told["answers"], told["size"]) == ("disk", True, 6)
    assert run("ledger", "anchors", "--proof", "disk", "-o", str(tmp_path / "p.json")).exit_code == 0
    assert json.loads((tmp_path / "p.json").read_text())["type"] == "disk"
    monkeypatch.setenv("EPIONE_ANCHORS", "ipfs://127.0.0.1:9?timeout=1")
    done = run("ledger", "anchors")
    assert (done.exit_code, "AWAY" in done.stdout) == (1, True)
    done = run("ledger", "verify")
    assert (done.exit_code, "could not be asked" in done.stdout) == (0, True)
