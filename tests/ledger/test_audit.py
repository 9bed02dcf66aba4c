"""The audit store: found, opened, exported with proof, kept and shredded."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from epione.kernel.actor import Actor
from epione.kernel.clock import now
from epione.kernel.context import Origin, origin
from epione.kernel.crypto import forget_subject
from epione.kernel.errors import NotFound
from epione.ledger.domain.retention import CLASSES, class_of, policy
from epione.ledger.models import Detail, Entry, Shredding
from epione.ledger.public import (
    AuditFilter,
    actions,
    apply_retention,
    entries,
    entry_proof,
    export_with_proof,
    make_checkpoint,
    practices,
    record,
    state,
    verify,
)
from epione.ledger.triggers import lifted

pytestmark = pytest.mark.django_db
PATIENT = uuid4()


@pytest.fixture
def nurse(pharmacist: Actor) -> Actor:
    return replace(pharmacist, id=uuid4(), roles=frozenset({"nurse"}), name="Lou Petit")


def test_an_entry_tells_everything_that_was_recorded(pharmacist: Actor) -> None:
    by = replace(pharmacist, break_glass=UUID(int=3))
    with origin(Origin("192.0.2.1", "Firefox", "corr-1", "emergency")):
        ref = record(
            action="patients.update",
            by=by,
            entity=("patient", PATIENT),
            patient_id=PATIENT,
            before={"weight_kg": 60},
            after={"weight_kg": 62},
        )
    make_checkpoint()
    shown = entries(by=pharmacist).items[0]
    assert (shown.id, shown.leaf_index, shown.action) == (ref.id, 0, "patients.update")
    assert (shown.actor_id, shown.actor_name, shown.actor_roles) == (by.id, "Camille Martin", ["pharmacist"])
    assert (shown.entity_kind, shown.entity_id, shown.patient_id) == ("patient", str(PATIENT), PATIENT)
    assert (shown.before, shown.after) == ({"weight_kg": 60}, {"weight_kg": 62})
    assert (shown.address, shown.agent, shown.purpose) == ("192.0.2.1", "Firefox", "emergency")
    assert (shown.correlation_id, shown.break_glass, shown.missing) == ("corr-1", str(UUID(int=3)), "")


def test_entries_are_filtered_by_person_patient_action_and_date(pharmacist: Actor, nurse: Actor) -> None:
    record(action="patients.create", by=pharmacist, entity=("patient", PATIENT), patient_id=PATIENT)
    record(action="patients.open", by=nurse, entity=("patient", PATIENT), patient_id=PATIENT)
    record(action="documents.sign", by=nurse, entity=("document", 1))
    auditor = replace(pharmacist, id=uuid4())

    def found(**chosen: object) -> list[str]:
        page = entries(by=auditor, filters=AuditFilter(**{"until": limit, **chosen}))  # type: ignore[arg-type]
        return [item.action for item in page.items]

    limit = now()
    assert found() == ["documents.sign", "patients.open", "patients.create"]
    assert found(actor_id=nurse.id) == ["documents.sign", "patients.open"]
    assert found(patient_id=PATIENT) == ["patients.open", "patients.create"]
    assert found(action="patients.") == ["patients.open", "patients.create"]
    assert found(since=limit) == []
    assert found(until=limit - timedelta(days=1)) == []


def test_reading_the_audit_store_is_recorded(pharmacist: Actor) -> None:
    record(action="patients.create", by=pharmacist, entity=("patient", PATIENT), patient_id=PATIENT)
    entries(by=pharmacist, filters=AuditFilter(patient_id=PATIENT))
    last = entries(by=pharmacist).items[0]
    assert (last.action, last.patient_id) == ("ledger.list", PATIENT)
    assert last.after is not None
    assert (last.after["total"], last.after["filters"]["patient"]) == (1, str(PATIENT))


def test_one_practice_never_sees_another(pharmacist: Actor) -> None:
    elsewhere = replace(pharmacist, practice_id=uuid4())
    ref = record(action="patients.create", by=elsewhere, entity=("patient", PATIENT), patient_id=PATIENT)
    assert entries(by=pharmacist).total == 0
    assert entries(by=pharmacist, filters=AuditFilter(patient_id=PATIENT)).total == 0
    assert "patients.create" not in actions(pharmacist.practice_id)
    assert json.loads(export_with_proof(by=pharmacist, filters=AuditFilter(action="patients.")))["entries"] == []
    with pytest.raises(NotFound):
        entry_proof(ref.id, pharmacist.practice_id)
    assert set(practices()) == {pharmacist.practice_id, elsewhere.practice_id}


def test_pages_follow_each_other(fill: Callable[[int], list[UUID]], pharmacist: Actor) -> None:
    ids = fill(7)
    chosen = AuditFilter(action="patients.")
    first, third = (entries(by=pharmacist, filters=chosen, page=page, size=3) for page in (1, 3))
    assert [item.id for item in first.items] == ids[:3:-1]
    assert [item.id for item in third.items] == [ids[0]]
    assert (first.total, first.pages) == (7, 3)


def test_the_state_tells_sizes_and_the_last_verification(fill: Callable[[int], list[UUID]]) -> None:
    fill(4)
    before = state()
    assert (before.size, before.waiting, before.sound, before.checkpoint_size) == (4, 0, None, None)
    make_checkpoint()
    verify()
    after = state()
    assert (after.sound, after.verified_size, after.verified_in_full, after.checkpoint_size) == (True, 4, True, 4)
    assert after.checkpoint_note.split("\n")[1] == "4"


def test_the_state_shows_the_faults_that_were_found(fill: Callable[[int], list[UUID]]) -> None:
    ids = fill(4)
    with lifted():
        Entry.objects.filter(id=ids[2]).delete()
    verify()
    assert state().sound is False
    assert state().faults[0]["number"] == 2


# Retention


def age(entry_id: UUID, days: int) -> None:
    with lifted():
        Entry.objects.filter(id=entry_id).update(at=now() - timedelta(days=days))


def test_details_whose_time_is_over_are_counted_then_shredded(pharmacist: Actor) -> None:
    old = record(action="patients.create", by=pharmacist, entity=("patient", 1), after={"name": "DURAND"})
    new = record(action="patients.create", by=pharmacist, entity=("patient", 2), after={"name": "MARTIN"})
    later = now() + timedelta(days=3650)
    assert apply_retention(by=pharmacist, apply=False, on=later).due == {}
    later = now() + timedelta(days=3654)
    report = apply_retention(by=pharmacist, apply=False, on=later)
    assert (report.due, report.applied) == ({"clinical": 2}, False)
    assert Detail.objects.count() == 2
    done = apply_retention(by=pharmacist, apply=True, on=later)
    assert (done.due, done.applied) == ({"clinical": 2}, True)
    assert set(Shredding.objects.values_list("entry_id", flat=True)) == {old.id, new.id}
    assert [item.missing for item in entries(by=pharmacist).items] == ["", "shredded", "shredded"]
    make_checkpoint()
    assert verify().faults == []


def test_each_class_has_its_own_time(pharmacist: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    for action in ("patients.create", "inference.answer", "identity.sign_in"):
        record(action=action, by=pharmacist, entity=("x", 1))
    monkeypatch.setenv("EPIONE_RETENTION", "ai=184, access=400")
    for days, due in [
        (183, {}),
        (185, {"ai": 1}),
        (401, {"access": 1, "ai": 1}),
        (3654, {"access": 1, "ai": 1, "clinical": 1}),
    ]:
        assert apply_retention(by=pharmacist, apply=False, on=now() + timedelta(days=days)).due == due


def test_another_practice_is_not_shredded(pharmacist: Actor) -> None:
    record(action="patients.create", by=replace(pharmacist, practice_id=uuid4()), entity=("patient", 1))
    assert apply_retention(by=pharmacist, apply=True, on=now() + timedelta(days=9999)).due == {}
    assert Detail.objects.count() == 1


def test_a_detail_removed_under_a_forged_retention_run_is_located(
    fill: Callable[[int], list[UUID]], pharmacist: Actor
) -> None:
    ids = fill(6)
    apply_retention(by=pharmacist, apply=True, on=now() + timedelta(days=3654))
    assert verify().sound
    more = fill(2)
    Shredding.objects.create(entry_id=more[0], run_id=Shredding.objects.first().run_id)
    Detail.objects.filter(entry_id=more[0]).delete()
    report = verify()
    assert {fault.kind for fault in report.faults} == {"detail"}
    assert len(ids) == 6


def test_the_default_policy_keeps_clinical_entries_ten_years_and_ai_six_months_at_least() -> None:
    assert policy("")["clinical"] == 3653
    assert {known.name: known.minimum for known in CLASSES}["ai"] == 184
    assert class_of("inference.answer").name == class_of("llm.ask").name == "ai"
    assert class_of("identity.sign_in").name == "access"
    assert class_of("medication_reviews.sign").name == class_of("anything.else").name == "clinical"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ai=183", "'ai' must be kept 184 days at least, not 183"),
        ("clinical=0", "must be kept 365 days at least"),
        ("images=10", "'images=10' is not one of ai, access, clinical"),
        ("ai=long", "with a number of days"),
        ("ai", "with a number of days"),
    ],
)
def test_a_policy_that_keeps_too_little_or_says_nothing_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        policy(text)


def test_an_erased_person_leaves_provable_entries(pharmacist: Actor) -> None:
    ref = record(
        action="patients.create", by=pharmacist, entity=("patient", PATIENT), patient_id=PATIENT, after={"n": 1}
    )
    forget_subject(pharmacist.practice_id, PATIENT)
    document = json.loads(export_with_proof(by=pharmacist, filters=AuditFilter(patient_id=PATIENT)))
    assert [(entry["detail"], entry["missing"]) for entry in document["entries"]] == [(None, "erased")]
    assert entry_proof(ref.id).index == 0
    assert verify().sound
