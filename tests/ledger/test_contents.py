"""What an entry commits to, which entries are about a thing, and the anchors that cover an entry."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from epione.kernel.actor import Actor
from epione.kernel.crypto import forget_subject
from epione.ledger.models import Detail, Entry
from epione.ledger.public import (
    AuditFilter,
    anchors_covering,
    entries,
    entry_proof,
    make_checkpoint,
    record,
    sequence,
    states_content,
)
from epione.ledger.triggers import lifted

from .kubo import running

Fill = Callable[[int], list[UUID]]
pytestmark = pytest.mark.django_db


def registered(by: Actor, thing: UUID, content: bytes, patient: UUID | None = None) -> UUID:
    made = record(action="imaging.receive", by=by, entity=("image", thing), patient_id=patient, content=content)
    sequence()
    return made.id


def test_an_entry_states_its_content_and_no_other(pharmacist: Actor) -> None:
    entry = registered(pharmacist, uuid4(), b"hash of the file")
    where = {"entry_id": entry, "practice_id": pharmacist.practice_id}
    assert states_content(**where, content=b"hash of the file") is True
    assert states_content(**where, content=b"hash of another") is False
    assert states_content(entry_id=entry, practice_id=uuid4(), content=b"hash of the file") is False


def test_an_entry_without_a_content_states_none(pharmacist: Actor) -> None:
    entry = record(action="imaging.view", by=pharmacist, entity=("study", uuid4())).id
    assert states_content(entry_id=entry, practice_id=pharmacist.practice_id, content=b"") is False


def test_what_an_erased_person_s_entry_states_is_unknown(pharmacist: Actor) -> None:
    patient = uuid4()
    entry = registered(pharmacist, uuid4(), b"content", patient)
    forget_subject(pharmacist.practice_id, patient)
    assert states_content(entry_id=entry, practice_id=pharmacist.practice_id, content=b"content") is None


def test_a_changed_detail_states_nothing(pharmacist: Actor) -> None:
    entry = registered(pharmacist, uuid4(), b"content")
    with lifted():
        Detail.objects.filter(entry_id=entry).update(sealed=b"changed")
    assert states_content(entry_id=entry, practice_id=pharmacist.practice_id, content=b"content") is False


def test_a_proof_holds_until_a_leaf_is_changed(fill: Fill) -> None:
    ids = fill(5)
    assert entry_proof(ids[2]).holds
    row = Entry.objects.get(id=ids[2])
    with lifted():
        Entry.objects.filter(id=ids[2]).update(leaf=bytes(row.leaf).replace(b"update", b"create"))
    assert not entry_proof(ids[2]).holds


def test_entries_about_a_thing_are_found_by_its_name(pharmacist: Actor) -> None:
    one, other, study = uuid4(), uuid4(), uuid4()
    first = registered(pharmacist, one, b"a")
    registered(pharmacist, other, b"b")
    viewed = record(action="imaging.view", by=pharmacist, entity=("study", study)).id

    def found(*entities: tuple[str, str]) -> set[UUID]:
        return {entry.id for entry in entries(by=pharmacist, filters=AuditFilter(entities=entities)).items}

    assert found(("image", str(one))) == {first}
    assert found(("image", str(one)), ("study", str(study))) == {first, viewed}
    assert found(("study", str(one))) == set()


def test_each_anchor_that_covers_an_entry_is_told_with_its_first_checkpoint(
    fill: Fill, monkeypatch: pytest.MonkeyPatch, own_anchor: Path
) -> None:
    fill(3)
    make_checkpoint()
    with running() as kubo:
        monkeypatch.setenv("EPIONE_ANCHORS", f"disk://{own_anchor},{kubo.url}")
        fill(2)
        make_checkpoint()
    fill(1)
    make_checkpoint(far=False)
    assert [(name, size) for name, size, _ in anchors_covering(1)] == [("disk", 3), ("ipfs", 5)]
    assert [(name, size) for name, size, _ in anchors_covering(4)] == [("disk", 5), ("ipfs", 5)]
    assert [(name, size) for name, size, _ in anchors_covering(5)] == [("disk", 6)]
    assert anchors_covering(6) == []
