"""What an emergency reads while the ledger is away: kept, signed, entered once; and what shows when it is touched."""

import base64
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from epione.kernel.actor import Actor
from epione.kernel.clock import now
from epione.kernel.crypto import KeysUnavailable, forget_subject
from epione.ledger import spool
from epione.ledger.domain.spool import Head, head_bytes, line_of, read_head, read_lines, spoolable
from epione.ledger.models import Entry
from epione.ledger.public import entries, record, replay, spool_state, verify
from epione.ledger.services import recording

pytestmark = pytest.mark.django_db
PATIENT = UUID(int=7)


@pytest.fixture(autouse=True)
def _no_spool() -> Iterator[None]:
    shutil.rmtree(spool.folder(), ignore_errors=True)
    yield
    shutil.rmtree(spool.folder(), ignore_errors=True)


@pytest.fixture
def emergency(pharmacist: Actor) -> Actor:
    return replace(pharmacist, break_glass=uuid4())


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The ledger's tables refuse, in the database itself."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "CREATE TRIGGER away BEFORE INSERT ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger away'); END"
            )
        else:
            cursor.execute("ALTER TABLE ledger_entry ADD CONSTRAINT away CHECK (action = 'nothing') NOT VALID")
    yield monkeypatch
    back()


def back() -> None:
    """The ledger takes entries again."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER IF EXISTS away")
        else:
            cursor.execute("ALTER TABLE ledger_entry DROP CONSTRAINT IF EXISTS away")


def read(by: Actor, action: str = "patients.open", **more: object) -> UUID:
    """Open the record, as a service does."""
    with transaction.atomic():
        return record(action=action, by=by, entity=("patient", PATIENT), patient_id=PATIENT, **more).id  # type: ignore[arg-type]


def lines() -> list[bytes]:
    return (spool.folder() / "spool.jsonl").read_bytes().splitlines()


def test_an_emergency_reads_while_the_ledger_refuses(emergency: Actor, away: object) -> None:
    entry_id = read(emergency)
    assert spool_state().waiting == 1
    assert not Entry.objects.filter(id=entry_id).exists()


@pytest.mark.parametrize("action", ["patients.update", "identity.create_user", "patients.merge"])
def test_a_change_is_refused_even_in_an_emergency(emergency: Actor, away: object, action: str) -> None:
    with pytest.raises(DatabaseError):
        read(emergency, action)
    assert spool_state().waiting == 0


def test_an_ordinary_reading_is_refused(pharmacist: Actor, away: object) -> None:
    with pytest.raises(DatabaseError):
        read(pharmacist)
    assert spool_state().waiting == 0


def test_opening_and_closing_an_emergency_access_go_on(pharmacist: Actor, away: object) -> None:
    read(pharmacist, "identity.break_glass")
    read(pharmacist, "identity.close_glass")
    assert spool_state().waiting == 2


def test_the_transaction_of_the_reading_commits_its_own_rows(emergency: Actor, away: object) -> None:
    from epione.kernel.models import Erasure

    with transaction.atomic():
        Erasure.objects.create(practice_id=uuid4(), subject_id=uuid4(), at=now())
        record(action="patients.open", by=emergency, entity=("patient", PATIENT), patient_id=PATIENT)
    assert Erasure.objects.count() == 1


def test_the_keys_of_the_ledger_may_be_what_is_away(emergency: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_args: object) -> bytes:
        raise KeysUnavailable(why="the vault is sealed")

    with monkeypatch.context() as broken:
        broken.setattr(recording, "seal", closed)
        entry_id = read(emergency)
        with pytest.raises(KeysUnavailable):
            replay()
        assert spool_state().waiting == 1
    assert replay().entries == 1
    assert Entry.objects.filter(id=entry_id).exists()


def test_the_replay_enters_everything_once_in_order_with_its_own_time(emergency: Actor, away: object) -> None:
    ids = [read(emergency, content=b"text") for _ in range(3)]
    before = now()
    back()
    assert replay().entries == 3
    assert replay().entries == 0
    found = list(Entry.objects.filter(action="patients.open").order_by("leaf_index"))
    assert [entry.id for entry in found] == ids
    assert all(entry.at <= before for entry in found)
    assert all(entry.leaf_index is not None for entry in found)
    assert verify().sound


def test_the_entries_say_that_they_were_spooled_and_the_replay_is_an_entry(emergency: Actor, away: object) -> None:
    read(emergency)
    back()
    replay()
    told = {one.action: one for one in entries(by=emergency).items}
    assert told["patients.open"].spooled
    assert told["patients.open"].break_glass == str(emergency.break_glass)
    assert told["ledger.replay"].after is not None
    assert told["ledger.replay"].after["entries"] == 1
    assert not told["ledger.replay"].spooled


def test_a_crash_after_the_commit_enters_nothing_twice(
    emergency: Actor, away: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(emergency)
    back()
    with monkeypatch.context() as broken:
        broken.setattr(spool, "forget", lambda _upto: None)
        replay()
    assert spool_state().waiting == 1
    assert replay().entries == 0
    assert Entry.objects.filter(action="patients.open").count() == 1
    assert spool_state().waiting == 0


def test_nothing_is_lost_while_the_ledger_is_still_away(emergency: Actor, away: object) -> None:
    read(emergency)
    with pytest.raises(DatabaseError):
        replay()
    assert spool_state() == spool.SpoolState(1)


def test_what_comes_during_a_replay_waits_for_the_next(emergency: Actor, away: object) -> None:
    read(emergency)
    read(emergency)
    spool.forget(1)
    assert [line.number for line in spool.pending().lines] == [2]
    assert spool_state() == spool.SpoolState(1)


def test_an_erased_person_is_entered_under_the_key_of_the_practice(emergency: Actor, away: object) -> None:
    read(emergency)
    back()
    forget_subject(emergency.practice_id, PATIENT)
    assert replay().entries == 1


def test_nothing_of_a_person_is_readable_in_the_spool(emergency: Actor, away: object) -> None:
    read(emergency, after={"name": "VASSEUR"})
    raw = (spool.folder() / "spool.jsonl").read_bytes()
    for line in raw.splitlines():
        sealed = base64.b64decode(json.loads(line)["sealed"])
        assert b"VASSEUR" not in sealed
        assert str(PATIENT).encode() not in sealed
    assert (spool.folder() / "spool.jsonl").stat().st_mode & 0o077 == 0


def _rewrite(kept: list[bytes]) -> None:
    (spool.folder() / "spool.jsonl").write_bytes(b"".join(line + b"\n" for line in kept))


@pytest.mark.parametrize("touched", ["changed", "first", "middle", "last", "torn", "head", "file", "swapped"])
def test_what_was_touched_is_told_and_kept_aside(emergency: Actor, away: object, touched: str) -> None:
    for _ in range(3):
        read(emergency)
    kept, head = lines(), spool.folder() / "head.json"
    if touched == "head":
        head.write_bytes(head.read_bytes().replace(b'"written":3', b'"written":2'))
    elif touched == "file":
        (spool.folder() / "spool.jsonl").unlink()
    else:
        _rewrite(
            {
                "changed": [kept[0], kept[1].replace(b'"n":2', b'"n":9'), kept[2]],
                "first": kept[1:],
                "middle": [kept[0], kept[2]],
                "last": kept[:2],
                "torn": [*kept[:2], kept[2][:40]],
                "swapped": [kept[1], kept[0], kept[2]],
            }[touched]
        )
    assert spool_state().faults
    back()
    done = replay()
    assert done.faults
    assert done.entries == {"head": 3, "swapped": 3, "file": 0}.get(touched, 2)
    (run,) = [one for one in entries(by=emergency).items if one.action == "ledger.replay"] or [None]
    assert touched == "file" or (run is not None and run.after is not None and run.after["faults"])
    assert bool(spool.kept_aside()) == (touched != "file")
    assert spool_state().waiting == 0


def test_a_torn_line_does_not_spoil_the_next(emergency: Actor, away: object) -> None:
    read(emergency)
    with (spool.folder() / "spool.jsonl").open("ab") as file:
        file.write(b'{"n":2,"pre')
    read(emergency)
    found = spool.pending()
    assert [line.number for line in found.lines] == [1, 2]
    assert len(found.faults) == 1


def test_a_crash_between_line_and_head_loses_nothing(emergency: Actor, away: object) -> None:
    read(emergency)
    head = (spool.folder() / "head.json").read_bytes()
    read(emergency)
    (spool.folder() / "head.json").write_bytes(head)
    read(emergency)
    assert spool_state() == spool.SpoolState(3)


_KEY = Ed25519PrivateKey.generate()


def _genuine(content: bytes, signature: bytes) -> bool:
    try:
        _KEY.public_key().verify(signature, content)
    except InvalidSignature:
        return False
    return True


@given(st.lists(st.binary(max_size=60), max_size=6), st.data())
def test_any_single_change_of_a_spool_shows(events: list[bytes], data: st.DataObject) -> None:
    head, raw = Head(), b""
    for event in events:
        line, head = line_of(event, head, _KEY.sign)
        raw += line + b"\n"
    sound = read_lines(raw, head, _genuine)
    assert [line.sealed for line in sound.lines] == events
    assert sound.faults == []
    assert read_head(head_bytes(head, _KEY.sign), _genuine) == head
    if raw.strip():
        place = data.draw(st.integers(0, len(raw) - 2))
        cut = data.draw(st.booleans())
        touched = raw[:place] if cut else raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        assert read_lines(touched, head, _genuine).faults


@given(st.text(max_size=30), st.booleans())
def test_only_readings_are_ever_spooled(action: str, emergency: bool) -> None:
    if spoolable(action, emergency=emergency):
        assert action.startswith("identity.") or (emergency and "." in action)


def test_pages_and_checks_say_what_waits(client_as, actor, request) -> None:  # type: ignore[no-untyped-def]
    from epione.project.diagnosis import Level, Profile, ledger

    by, browser = replace(actor(), break_glass=uuid4()), client_as("auditor")
    request.getfixturevalue("away")
    read(by)
    back()
    found = {one.check: one for one in ledger(Profile.LOCAL)}
    assert found["spool"].level is Level.WARNING
    page = browser.get("/ledger/", headers={"accept-language": "en"}).content.decode()
    assert "1 entry of an emergency access waits in the spool" in page
    _rewrite([])
    assert Level.FAILURE in {one.level for one in ledger(Profile.LOCAL)}
    page = browser.get("/ledger/", headers={"accept-language": "en"}).content.decode()
    assert "not as it was written" in page
