"""Backups: whole or refused, kept as long as asked."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from epione.kernel import backup
from epione.kernel.backup import BackupRefused
from epione.kernel.backup.archive import Member, open_archive, seal_archive
from epione.kernel.backup.destinations import name_at, prune
from epione.kernel.backup.timetable import daily, switch
from epione.kernel.clock import now
from epione.kernel.crypto import KeysUnavailable, Place, Tampered, forget_subject, seal
from epione.kernel.crypto.custody import export_keys, import_keys
from epione.kernel.crypto.stream import CHUNK
from epione.kernel.ids import uuid7
from epione.kernel.jobs import enqueue, job_state, run_pending
from epione.kernel.models import Blob
from epione.kernel.storage import put_blob
from epione.kernel.storage.blobs import name_of, store

PRACTICE, SUBJECT = uuid4(), uuid4()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Path:
    settings.HOME = tmp_path / "home"
    monkeypatch.setenv("EPIONE_BACKUP_DIR", str(tmp_path / "backups"))
    monkeypatch.setenv("EPIONE_STORAGE_URL", f"disk://{tmp_path}/blobs")
    monkeypatch.setenv("EPIONE_ANCHORS", f"disk://{tmp_path}/anchors")
    return tmp_path / "backups"


def archive(folder: Path, members: dict[str, bytes], passphrase: str | None = "sésame") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name_at(now())
    files = [Member(name, len(content), [content]) for name, content in members.items()]
    path.write_bytes(b"".join(seal_archive(uuid7(), now().isoformat(), files, passphrase)))
    return path


def contents(path: Path, passphrase: str | None = "sésame") -> dict[str, bytes]:
    return {name: b"".join(pieces) for name, pieces in open_archive(path, passphrase)}


MEMBERS = {"a.txt": b"", "dossier/é.bin": b"x" * 1000, "long": b"y" * (2 * CHUNK + 3), "p" * 200: b"z"}


def test_members_come_back_as_they_went_in(tmp_path: Path) -> None:
    assert contents(archive(tmp_path, MEMBERS)) == MEMBERS


def test_nothing_of_the_content_is_readable(tmp_path: Path) -> None:
    raw = archive(tmp_path, {"DURAND.txt": b"Jeanne DURAND" * 50}).read_bytes()
    assert b"DURAND" not in raw


def test_every_flipped_bit_is_found(tmp_path: Path) -> None:
    path = archive(tmp_path, {"a.txt": b"x" * 300}, None)
    raw, dice = path.read_bytes(), random.Random(7)
    for bit in dice.sample(range(len(raw) * 8), 400):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(bytes(changed))
        with pytest.raises((Tampered, BackupRefused, KeysUnavailable)):
            contents(path, None)


@pytest.mark.parametrize("kept", [0, 1, 50, 200, 300, -1, -16, -600])
def test_a_cut_backup_is_refused(tmp_path: Path, kept: int) -> None:
    path = archive(tmp_path, {"a.txt": b"x" * 300})
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises((Tampered, BackupRefused)):
        contents(path)


def test_added_bytes_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, MEMBERS)
    path.write_bytes(path.read_bytes() + b"\x00")
    with pytest.raises(Tampered):
        contents(path)


def test_a_wrong_passphrase_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, MEMBERS)
    with pytest.raises(Tampered):
        contents(path, "Sésame")
    with pytest.raises(BackupRefused, match="passphrase"):
        contents(path, None)


@pytest.mark.parametrize(
    "raw", [b"", b"{}\n", b"PK\x03\x04", b'{"format": "epione-backup/2", "id": "x"}\n', b"\xff" * 20_000]
)
def test_a_file_that_is_no_backup_is_named(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "holidays.zip"
    path.write_bytes(raw)
    with pytest.raises(BackupRefused, match=r"holidays\.zip is not a backup of Epione"):
        backup.verify(path)


def test_a_file_that_changes_while_it_is_read_stops_the_backup(tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="changed while it was read"):
        b"".join(seal_archive(uuid7(), "", [Member("log", 5, [b"sixsix"])], "p"))


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_database_files_and_erasures_and_verifies(folder: Path) -> None:
    ref = put_blob(practice_id=PRACTICE, subject_id=SUBJECT, kind="scan", content=b"x" * 700_000)
    forget_subject(PRACTICE, uuid4())
    made = backup.create()
    assert backup.verify(made.path).sound
    inside = contents(made.path, None)
    assert next(iter(inside)) == "erasures.jsonl"
    assert inside[f"blobs/{name_of(ref.id)}"] == b"".join(store().read(name_of(ref.id)))
    assert len(inside["erasures.jsonl"].splitlines()) == 1
    assert inside.keys() & {"database.sqlite3", "database.dump"}
    assert (made.size, made.absent, made.copy) == (made.path.stat().st_size, 0, None)
    assert made.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db(transaction=True)
def test_a_damaged_backup_is_told(folder: Path) -> None:
    made = backup.create()
    raw = bytearray(made.path.read_bytes())
    raw[len(raw) // 2] ^= 1
    made.path.write_bytes(bytes(raw))
    report = backup.verify(made.path)
    assert (report.sound, "was changed, moved or cut" in report.why) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_a_second_place_gets_a_copy(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_BACKUP_COPY", str(tmp_path / "usb"))
    made = backup.create("sésame")
    assert made.copy == tmp_path / "usb" / made.path.name
    assert made.copy.read_bytes() == made.path.read_bytes()


@pytest.mark.django_db(transaction=True)
def test_a_file_deleted_meanwhile_does_not_stop_the_backup(folder: Path) -> None:
    ref = put_blob(practice_id=PRACTICE, subject_id=SUBJECT, kind="scan", content=b"x")
    store().delete(name_of(ref.id))
    assert backup.create().absent == 1
    assert Blob.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_record_is_never_overwritten(folder: Path) -> None:
    from epione.kernel.actor import Actor, ActorKind
    from epione.ledger.public import record

    record(action="patients.create", by=Actor(uuid4(), ActorKind.PERSON, PRACTICE), entity=("patient", 1))
    made = backup.create()
    with pytest.raises(BackupRefused, match="there is a record here already"):
        backup.restore(made.path)


def test_old_backups_go_but_never_the_newest_three(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    for days in (0, 1, 29, 31, 40, 300):
        (folder / name_at(now() - timedelta(days=days))).touch()
    (folder / "notes.txt").touch()
    assert len(prune(folder)) == 3
    assert len(backup.backups(folder)) == 3
    for path in backup.backups(folder):
        path.unlink()
    for days in (100, 200, 300, 400):
        (folder / name_at(now() - timedelta(days=days))).touch()
    assert len(prune(folder)) == 1
    monkeypatch.setenv("EPIONE_BACKUP_KEEP_DAYS", "500")
    assert prune(folder) == []


def test_names_sort_by_time() -> None:
    assert name_at(datetime(2026, 11, 20, 9, 30, tzinfo=UTC)) == "epione-20261120T093000000000Z.epione-backup"


@pytest.mark.django_db
def test_the_daily_backup_is_on_until_it_is_switched_off() -> None:
    assert daily().enabled
    switch(False)
    assert not daily().enabled
    switch(True)
    assert daily().enabled
    assert daily().next_run > now()


@pytest.mark.django_db(transaction=True)
def test_the_daily_job_makes_a_backup_and_reads_it_back(folder: Path) -> None:
    job = enqueue("backup.create", practice_id=None)
    run_pending()
    made = backup.backups(folder)
    result = job_state(job).result
    assert result is not None
    assert (result["name"], result["sound"], result["pruned"]) == (made[-1].name, True, 0)


@pytest.mark.django_db(transaction=True)
def test_the_nightly_job_sweeps_files(folder: Path) -> None:
    put_blob(practice_id=PRACTICE, subject_id=SUBJECT, kind="scan", content=b"x")
    job = enqueue("storage.sweep", practice_id=None)
    run_pending()
    assert job_state(job).result == {"deleted": 0}


# The file of keys


@pytest.fixture
def two_homes(tmp_path: Path, settings: Any) -> Callable[[str], None]:
    def go(name: str) -> None:
        settings.HOME = tmp_path / name

    return go


@pytest.mark.django_db
@pytest.mark.parametrize("passphrase", [None, "une phrase longue"])
def test_keys_travel_in_one_file(two_homes: Callable[[str], None], tmp_path: Path, passphrase: str | None) -> None:
    two_homes("one")
    seal(Place(PRACTICE, SUBJECT, "t", UUID(int=1), "c"), b"x")
    raw = export_keys(passphrase)
    kek = (tmp_path / "one/keys/kek.json").read_bytes()
    two_homes("two")
    assert "keys/kek.json" in import_keys(raw, passphrase)
    assert (tmp_path / "two/keys/kek.json").read_bytes() == kek
    assert (tmp_path / "two/keys/kek.json").stat().st_mode & 0o777 == 0o600
    import_keys(raw, passphrase)


@pytest.mark.django_db
def test_other_keys_are_never_overwritten(two_homes: Callable[[str], None]) -> None:
    two_homes("one")
    seal(Place(PRACTICE, SUBJECT, "t", UUID(int=1), "c"), b"x")
    raw = export_keys()
    two_homes("two")
    seal(Place(PRACTICE, uuid4(), "t", UUID(int=1), "c"), b"x")
    with pytest.raises(KeysUnavailable, match=r"kek\.json exists and is another one"):
        import_keys(raw)


@pytest.mark.django_db
def test_a_sealed_file_of_keys_needs_its_passphrase(two_homes: Callable[[str], None]) -> None:
    two_homes("one")
    raw = export_keys("good")
    for given, why in [("bad", "passphrase is wrong"), (None, "give its passphrase")]:
        with pytest.raises(KeysUnavailable, match=why):
            import_keys(raw, given)
    with pytest.raises(KeysUnavailable, match="passphrase is wrong, or the file of keys was changed"):
        import_keys(raw.replace(b'"content": "', b'"content": "AAAA'), "good")


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"[]", b'{"format": "other"}', b'{"format": "epione-keys/1+scrypt", "salt": "*"}']
)
def test_a_file_that_holds_no_keys_is_refused(raw: bytes) -> None:
    with pytest.raises(KeysUnavailable, match="not a file of keys"):
        import_keys(raw, "p")


def test_a_file_of_keys_cannot_write_elsewhere(two_homes: Callable[[str], None], tmp_path: Path) -> None:
    two_homes("one")
    with pytest.raises(KeysUnavailable, match="is not a file of keys"):
        import_keys(b'{"format": "epione-keys/1", "files": {"../evil": ""}}')
    assert not (tmp_path / "evil").exists()
