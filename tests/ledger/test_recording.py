"""One entry per use case, in the transaction of the change, without personal data in its leaf."""

import hashlib
import json
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import TestCase

from epione.kernel.actor import Actor
from epione.kernel.context import Origin, origin
from epione.kernel.crypto import KeysUnavailable, forget_subject
from epione.kernel.models import Erasure, Job
from epione.ledger.domain.leaf import Leaf, canonical, is_action
from epione.ledger.models import Detail, Entry, Node
from epione.ledger.public import entries, record, sequence
from epione.ledger.queries import detail_bytes
from epione.ledger.services import sequencing

pytestmark = pytest.mark.django_db


def leaf_of(entry_id: UUID) -> dict[str, object]:
    leaf: dict[str, object] = json.loads(bytes(Entry.objects.get(id=entry_id).leaf))
    return leaf


def test_a_leaf_says_who_did_what_when_in_hashes(pharmacist: Actor) -> None:
    patient = uuid4()
    ref = record(action="patients.create", by=pharmacist, entity=("patient", patient), patient_id=patient)
    entry, leaf = Entry.objects.get(id=ref.id), leaf_of(ref.id)
    assert set(leaf) == set(Leaf.__dataclass_fields__)
    assert (leaf["id"], leaf["practice"]) == (str(ref.id), str(pharmacist.practice_id))
    assert (leaf["action"], leaf["kind"], leaf["v"]) == ("patients.create", "person", 1)
    assert leaf["time"] == entry.at.isoformat(timespec="microseconds")
    assert leaf["detail"] == hashlib.sha256(bytes(Detail.objects.get().sealed)).hexdigest()
    assert leaf["content"] is None


def test_a_leaf_is_canonical(pharmacist: Actor) -> None:
    ref = record(action="patients.create", by=pharmacist, entity=("patient", 1))
    raw = bytes(Entry.objects.get(id=ref.id).leaf)
    assert raw == canonical(json.loads(raw))
    assert b" " not in raw


def test_nothing_personal_is_readable_in_the_database(pharmacist: Actor) -> None:
    patient = uuid4()
    with origin(Origin(address="192.0.2.77", agent="Firefox/140")):
        record(
            action="patients.update",
            by=pharmacist,
            entity=("patient", patient),
            patient_id=patient,
            before={"name": "DURAND"},
            after={"name": "DUPONT"},
            content=b"Compte rendu de Jeanne",
        )
    with connection.cursor() as cursor:
        stored = b""
        for table in ("ledger_entry", "ledger_detail", "ledger_node"):
            cursor.execute(f"SELECT * FROM {table}")
            stored += b"|".join(
                bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for r in cursor for v in r
            )
    for secret in (b"DURAND", b"DUPONT", b"Jeanne", b"Camille", b"192.0.2.77", b"Firefox"):
        assert secret not in stored
    leaf = bytes(Entry.objects.get().leaf)
    for identifier in (str(patient), str(pharmacist.id)):
        assert identifier.encode() not in leaf


def test_the_same_person_has_the_same_hash_in_one_practice_only(pharmacist: Actor) -> None:
    def actor_hash(by: Actor) -> object:
        return leaf_of(record(action="patients.open", by=by, entity=("patient", 1)).id)["actor"]

    elsewhere = Actor(pharmacist.id, pharmacist.kind, uuid4(), pharmacist.roles, pharmacist.name)
    assert actor_hash(pharmacist) == actor_hash(pharmacist)
    assert actor_hash(pharmacist) != actor_hash(elsewhere)


def test_the_commitments_open_with_the_salt_and_only_with_it(pharmacist: Actor) -> None:
    content = b"%PDF-1.7 lettre"
    ref = record(action="documents.sign", by=pharmacist, entity=("document", 1), content=content)
    detail = detail_bytes(Entry.objects.get(id=ref.id), Detail.objects.get())
    leaf, said = leaf_of(ref.id), json.loads(detail)
    assert leaf["opening"] == hashlib.sha256(detail).hexdigest()
    assert leaf["content"] == hashlib.sha256(bytes.fromhex(said["salt"]) + content).hexdigest()
    assert leaf["content"] != hashlib.sha256(content).hexdigest()
    assert said["content_size"] == len(content)


def test_two_equal_use_cases_have_unlike_leaves(pharmacist: Actor) -> None:
    first, second = (leaf_of(record(action="a.b", by=pharmacist, entity=("x", 1), content=b"c").id) for _ in range(2))
    assert [name for name in ("id", "detail", "opening", "content") if first[name] == second[name]] == []


def test_dates_amounts_and_identifiers_are_recorded(pharmacist: Actor) -> None:
    after = {"on": date(2026, 11, 20), "amount": Decimal("60.00"), "id": UUID(int=5), "text": "½ comprimé"}
    record(action="billing.create", by=pharmacist, entity=("invoice", 1), after=after)
    shown = entries(by=pharmacist).items[0].after
    assert shown == {"on": "2026-11-20", "amount": "60.00", "id": str(UUID(int=5)), "text": "½ comprimé"}


@pytest.mark.parametrize(
    "action", ["", "create", "patients", "Patients.create", "patients.", ".create", "patients create", "a.b "]
)
def test_an_action_of_another_form_is_refused(pharmacist: Actor, action: str) -> None:
    assert not is_action(action)
    with pytest.raises(ValueError, match=r"is not <module>\.<verb>"):
        record(action=action, by=pharmacist, entity=("x", 1))
    assert Entry.objects.count() == 0


def test_actions_of_the_house_are_accepted() -> None:
    assert is_action("patients.create")
    assert is_action("medication_reviews.sign_letter")
    assert is_action("identity.mfa.added")


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_recorded(pharmacist: Actor) -> None:
    record(action="patients.create", by=pharmacist, entity=("patient", 1))
    with transaction.atomic():
        record(action="patients.update", by=pharmacist, entity=("patient", 1))
        transaction.set_rollback(True)
    record(action="patients.open", by=pharmacist, entity=("patient", 1))
    sequence()
    assert list(Entry.objects.order_by("leaf_index").values_list("leaf_index", "action")) == [
        (0, "patients.create"),
        (1, "patients.open"),
    ]
    assert (Detail.objects.count(), Node.objects.count()) == (2, 3)


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_recorded_does_not_happen(pharmacist: Actor) -> None:
    record(action="patients.create", by=pharmacist, entity=("patient", 1))
    practice_id = pharmacist.practice_id

    def change() -> None:
        with transaction.atomic():
            forget_subject(practice_id, UUID(int=9))
            record(action="patients.erase", by=pharmacist, entity=("patient", 9))

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_detail RENAME TO ledger_detail_away")
    try:
        with pytest.raises(DatabaseError):
            change()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE ledger_detail_away RENAME TO ledger_detail")

    assert Erasure.objects.count() == 0
    assert Entry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_keys_nothing_is_recorded(pharmacist: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_KEYS_URL", "vault://127.0.0.1:9/transit/epione?tls=off")
    with pytest.raises(KeysUnavailable):
        record(action="patients.create", by=pharmacist, entity=("patient", 1))
    assert Entry.objects.count() == 0


def test_what_is_done_about_an_erased_person_is_still_recorded(pharmacist: Actor) -> None:
    patient = uuid4()
    record(
        action="patients.create", by=pharmacist, entity=("patient", patient), patient_id=patient, after={"n": "DURAND"}
    )
    forget_subject(pharmacist.practice_id, patient)
    record(
        action="patients.erase", by=pharmacist, entity=("patient", patient), patient_id=patient, after={"why": "asked"}
    )
    last, first = entries(by=pharmacist).items
    assert (first.missing, first.after) == ("erased", None)
    assert (last.missing, last.after) == ("", {"why": "asked"})


def test_postgresql_sequences_after_the_commit_and_sqlite_in_it(pharmacist: Actor) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        ref = record(action="patients.create", by=pharmacist, entity=("patient", 1))
        index = Entry.objects.get(id=ref.id).leaf_index
        assert index == (0 if connection.vendor == "sqlite" else None)
    assert Entry.objects.get(id=ref.id).leaf_index == 0


def test_entries_left_behind_are_sequenced_in_order(pharmacist: Actor) -> None:
    refs = [record(action="patients.open", by=pharmacist, entity=("patient", n)) for n in range(3)]
    sequence()
    waiting = Entry.objects.get(id=refs[0].id)
    for _ in range(2):
        waiting.id, waiting.leaf_index = uuid4(), None
        waiting.save(force_insert=True)
    assert sequence() == 2
    assert sequence() == 0
    assert sorted(Entry.objects.values_list("leaf_index", flat=True)) == [0, 1, 2, 3, 4]


def test_a_checkpoint_is_due_after_so_many_entries(pharmacist: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencing, "CHECKPOINT_EVERY", 5)
    for number in range(12):
        record(action="patients.open", by=pharmacist, entity=("patient", number))
        sequence()
    assert Job.objects.filter(task="ledger.checkpoint", practice_id=None).count() == 2
