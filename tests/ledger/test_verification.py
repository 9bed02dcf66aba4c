"""Whatever is done to the ledger behind its back is found, at the first sequence number concerned."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from tests.ledger.tampering import regrow, rewrite

from epione.kernel.actor import Actor
from epione.kernel.clock import now
from epione.kernel.ids import uuid7
from epione.kernel.jobs import enqueue, job_state, run_pending
from epione.ledger.domain.merkle import node_id
from epione.ledger.domain.report import Report
from epione.ledger.models import Checkpoint, Detail, Entry, Node, Verification
from epione.ledger.public import make_checkpoint, record, state, verify
from epione.ledger.triggers import expected, installed, lifted

Fill = Callable[[int], list[UUID]]
SIZE = 37


def kinds(report: Report) -> list[tuple[str, int | None]]:
    return [(fault.kind, fault.number) for fault in report.faults]


def test_an_untouched_ledger_is_sound(fill: Fill) -> None:
    fill(SIZE)
    make_checkpoint()
    report = verify()
    assert (report.sound, report.size, report.faults, report.first_bad) == (True, SIZE, [], None)
    assert state().sound is True


@pytest.mark.django_db
def test_an_empty_ledger_is_sound() -> None:
    assert verify().sound
    make_checkpoint()
    assert (verify().sound, verify().size) == (True, 0)


@pytest.mark.parametrize("number", [0, 1, 17, 32, SIZE - 1])
def test_an_edited_leaf_is_located(fill: Fill, number: int) -> None:
    fill(SIZE)
    leaf = bytes(Entry.objects.get(leaf_index=number).leaf)
    with lifted():
        rewrite(number, leaf.replace(b"patients.update", b"patients.create"))
    assert ("leaf", number) in kinds(verify())
    assert verify().first_bad == number


@pytest.mark.parametrize("number", [0, 1, 17, SIZE - 1])
def test_a_deleted_entry_is_located(fill: Fill, number: int) -> None:
    ids = fill(SIZE)
    with lifted():
        Entry.objects.filter(id=ids[number]).delete()
    assert verify().first_bad == number


@pytest.mark.parametrize("number", [0, 5, SIZE - 2])
def test_a_deleted_entry_whose_followers_moved_up_is_located(fill: Fill, number: int) -> None:
    ids = fill(SIZE)
    with lifted():
        Entry.objects.filter(id=ids[number]).delete()
        for later in Entry.objects.filter(leaf_index__gt=number).order_by("leaf_index"):
            Entry.objects.filter(id=later.id).update(leaf_index=(later.leaf_index or 0) - 1)
    assert verify().first_bad == number


@pytest.mark.parametrize("number", [0, 5, SIZE - 1])
def test_an_inserted_entry_is_located(fill: Fill, number: int) -> None:
    ids = fill(SIZE)
    with lifted():
        for later in Entry.objects.filter(leaf_index__gte=number).order_by("-leaf_index"):
            Entry.objects.filter(id=later.id).update(leaf_index=(later.leaf_index or 0) + 1)
        forged = Entry.objects.get(id=ids[0])
        forged.id, forged.leaf_index = uuid7(), number
        forged.save(force_insert=True)
    assert verify().first_bad == number


@pytest.mark.parametrize(("first", "second"), [(0, 1), (3, 30), (SIZE - 2, SIZE - 1)])
def test_two_swapped_entries_are_located(fill: Fill, first: int, second: int) -> None:
    ids = fill(SIZE)
    with lifted():
        Entry.objects.filter(id=ids[first]).update(leaf_index=1000)
        Entry.objects.filter(id=ids[second]).update(leaf_index=first)
        Entry.objects.filter(id=ids[first]).update(leaf_index=second)
    assert verify().first_bad == first


@pytest.mark.parametrize("kept", [0, 1, 20, SIZE - 1])
def test_a_cut_tail_is_located(fill: Fill, kept: int) -> None:
    fill(SIZE)
    with lifted():
        Entry.objects.filter(leaf_index__gte=kept).delete()
    report = verify()
    assert (report.first_bad, report.faults[0].kind) == (kept, "cut")


def test_a_tail_cut_with_its_nodes_is_found_by_the_last_checkpoint(fill: Fill) -> None:
    fill(SIZE)
    make_checkpoint()
    with lifted():
        Entry.objects.filter(leaf_index__gte=20).delete()
        regrow()
    report = verify()
    assert kinds(report) == [("cut", 20)]
    assert "attests 37 entries" in report.faults[0].what


def test_a_history_rewritten_with_its_tree_is_found_between_two_checkpoints(fill: Fill) -> None:
    fill(10)
    make_checkpoint()
    fill(20)
    make_checkpoint()
    leaf = bytes(Entry.objects.get(leaf_index=15).leaf)
    with lifted():
        rewrite(15, leaf.replace(b'"kind":"person"', b'"kind":"service"'))
        regrow()
    assert kinds(verify()) == [("rewritten", 10)]


def test_a_rewritten_history_with_deleted_checkpoints_is_found_by_the_anchor(fill: Fill) -> None:
    fill(10)
    make_checkpoint()
    leaf = bytes(Entry.objects.get(leaf_index=3).leaf)
    with lifted():
        rewrite(3, leaf.replace(b'"kind":"person"', b'"kind":"service"'))
        regrow()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM ledger_anchor")
            cursor.execute("DELETE FROM ledger_checkpoint")
    report = verify()
    assert kinds(report) == [("rewritten", 0)]
    assert "the disk anchor attests another history" in report.faults[0].what


def test_a_forged_checkpoint_is_refused(fill: Fill) -> None:
    fill(5)
    make_checkpoint()
    real = Checkpoint.objects.get()
    forged = real.note.replace("\n5\n", "\n4\n")
    Checkpoint.objects.create(size=4, root=real.root, note=forged, at=now())
    assert kinds(verify()) == [("signature", None)]


def test_an_anchored_checkpoint_that_was_removed_is_found(fill: Fill, own_anchor: Path) -> None:
    fill(5)
    make_checkpoint()
    (own_anchor / "000000000005.checkpoint").unlink()
    assert kinds(verify()) == [("anchor", None)]


def test_a_changed_detail_is_located(fill: Fill) -> None:
    ids = fill(SIZE)
    with lifted():
        sealed = bytearray(Detail.objects.get(entry_id=ids[9]).sealed)
        sealed[60] ^= 1
        Detail.objects.filter(entry_id=ids[9]).update(sealed=bytes(sealed))
    assert kinds(verify()) == [("detail", 9)]


def test_a_removed_detail_is_located(fill: Fill) -> None:
    ids = fill(SIZE)
    with lifted():
        Detail.objects.filter(entry_id=ids[9]).delete()
    assert kinds(verify()) == [("detail", 9)]


@pytest.mark.parametrize("column", ["practice_id", "actor_id", "patient_id", "action", "at"])
def test_a_column_that_no_longer_says_what_the_leaf_says_is_located(fill: Fill, column: str) -> None:
    ids = fill(SIZE)
    other = {"action": "patients.open", "at": now()}.get(column, uuid7())
    with lifted():
        Entry.objects.filter(id=ids[11]).update(**{column: other})
    assert set(kinds(verify())) <= {("columns", 11), ("detail", 11)}
    assert ("columns", 11) in kinds(verify())


@pytest.mark.parametrize(("level", "position"), [(0, 4), (1, 2), (3, 1), (5, 0)])
def test_a_changed_tree_node_is_located(fill: Fill, level: int, position: int) -> None:
    fill(SIZE)
    with lifted():
        Node.objects.filter(id=node_id(level, position)).update(hash=bytes(32))
    assert verify().first_bad == position << level


def test_an_added_tree_node_is_found(fill: Fill) -> None:
    fill(SIZE)
    Node.objects.create(id=node_id(1, SIZE // 2), hash=bytes(32))
    assert kinds(verify()) == [("node", None)]


def waiting_entry(at: datetime) -> None:
    entry = Entry.objects.get(leaf_index=2)
    entry.id, entry.leaf_index, entry.at = uuid7(), None, at
    entry.save(force_insert=True)


def test_an_entry_that_waits_for_more_than_a_minute_is_a_fault(fill: Fill) -> None:
    fill(3)
    waiting_entry(now() - timedelta(seconds=61))
    report = verify()
    assert (kinds(report), report.waiting, report.size) == ([("waiting", None)], 1, 3)


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_has_just_been_recorded_is_sequenced_and_verified(pharmacist: Actor) -> None:
    with transaction.atomic():
        record(action="patients.open", by=pharmacist, entity=("patient", 1))
    assert (verify().sound, verify().size) == (True, 1)


@pytest.mark.django_db(transaction=True)
def test_recording_goes_on_while_the_ledger_is_verified(pharmacist: Actor) -> None:
    stop, failures = threading.Event(), []

    def care() -> None:
        try:
            # A pause between two, because a writer that never rests starves the others on SQLite.
            while not stop.wait(0.01):
                with transaction.atomic():
                    record(action="patients.open", by=pharmacist, entity=("patient", 1))
        except Exception as error:  # noqa: BLE001 -- any failure at all is what this test looks for
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=care)
    thread.start()
    reports = []
    for _ in range(5):
        make_checkpoint()
        reports.append(verify())
    stop.set()
    thread.join()
    assert failures == []
    assert [report.faults for report in reports] == [[]] * 5
    assert verify().size > 0


def test_missing_triggers_are_a_fault(fill: Fill) -> None:
    fill(3)
    with connection.cursor() as cursor:
        on = " ON ledger_entry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER ledger_entry_no_delete{on}")
    report = verify()
    assert [(fault.kind, fault.what) for fault in report.faults] == [("triggers", "missing: ledger_entry_no_delete")]


def test_a_verification_goes_on_from_the_last_sound_one(fill: Fill) -> None:
    fill(20)
    assert verify(full=False).begin == 0
    fill(5)
    report = verify(full=False)
    assert (report.begin, report.size, report.sound) == (20, 25, True)
    assert Verification.objects.order_by("-id").first().full is False


def test_an_incremental_verification_finds_a_change_after_the_last_sound_one(fill: Fill) -> None:
    fill(20)
    verify()
    fill(5)
    leaf = bytes(Entry.objects.get(leaf_index=22).leaf)
    with lifted():
        rewrite(22, leaf + b" ")
    assert verify(full=False).first_bad == 22


def test_an_incremental_verification_starts_anew_when_the_verified_part_was_rewritten(fill: Fill) -> None:
    fill(20)
    verify()
    leaf = bytes(Entry.objects.get(leaf_index=2).leaf)
    with lifted():
        rewrite(2, leaf + b" ")
        regrow()
    make_checkpoint()
    report = verify(full=False)
    assert report.begin == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET action = 'patients.open'",
        "UPDATE ledger_entry SET leaf_index = leaf_index + 100",
        "UPDATE ledger_entry SET leaf_index = NULL",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_detail SET sealed = sealed",
        "DELETE FROM ledger_detail",
        "UPDATE ledger_node SET hash = hash",
        "DELETE FROM ledger_node",
        "UPDATE ledger_checkpoint SET note = ''",
        "DELETE FROM ledger_checkpoint",
    ],
)
def test_the_database_refuses_to_change_the_ledger(fill: Fill, statement: str) -> None:
    fill(2)
    make_checkpoint()
    if statement.endswith("ledger_checkpoint"):
        with lifted(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM ledger_anchor")
    with pytest.raises(DatabaseError, match="is append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_every_trigger_is_there() -> None:
    assert installed(connection) == expected()


@pytest.mark.django_db(transaction=True)
def test_the_jobs_of_the_ledger_sign_and_verify(fill: Fill) -> None:
    fill(3)
    jobs = [enqueue(name, practice_id=None) for name in ("ledger.checkpoint", "ledger.verify")]
    run_pending()
    assert [job_state(job).result for job in jobs] == [
        {"size": 3, "anchored": ["disk"], "failed": []},
        {"sound": True, "size": 3, "first_bad": None},
    ]
