"""The proof of an image: what was registered, what a fresh check says, who read it; through the API."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from epione.identity.public import PracticeFacts
from epione.imaging.models import Instance
from epione.imaging.services import Received, open_object, open_study, receive
from epione.imaging.services.pinning import pin_image
from epione.imaging.services.proving import access_log, open_proof, verify_image
from epione.kernel.actor import Actor
from epione.kernel.crypto import forget_subject
from epione.kernel.events.dispatch import deliver_pending
from epione.kernel.models.blobs import Blob
from epione.kernel.models.jobs import Job
from epione.kernel.storage.blobs import name_of, store
from epione.ledger.models import Entry
from epione.ledger.public import make_checkpoint
from epione.ledger.triggers import lifted
from epione.patients.public import Identity, create_patient, set_care_team
from tests.ledger.kubo import running

from .synthetic import encoded, image

pytestmark = pytest.mark.django_db
People = Callable[..., Actor]
VERIFIER = Path(__file__).parents[2] / "docs" / "verify" / "epione_verify.py"


@pytest.fixture(autouse=True)
def own_anchor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_ANCHORS", f"disk://{tmp_path}/anchors")


def taken(by: Actor, **more: Any) -> Received:
    [outcome] = receive(contents=[encoded(image())], source="upload", by=by, **more)
    assert isinstance(outcome, Received), outcome
    return outcome


def get(client: Client, path: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/blockchain/{path}")
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def test_the_proof_of_an_image_is_checked_by_an_outsider(actor: People, client_as: Any, tmp_path: Path) -> None:
    by = actor("radiologist")
    outcome = taken(by)
    told = get(client_as(by=by), str(outcome.instance_id))
    assert (told["hash_registered"], told["stored_sha256"]) == (True, outcome.stored_sha256)
    assert [anchor["anchor"] for anchor in told["anchors"]] == ["disk"]
    (tmp_path / "proof.json").write_text(json.dumps(told["proof"]))
    command = [sys.executable, "-I", str(VERIFIER), str(tmp_path / "proof.json"), "--key", told["proof"]["key"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "imaging.receive" in done.stdout) == (0, True)


def test_an_image_that_is_as_it_was_registered_is_proved(actor: People, client_as: Any) -> None:
    by = actor("radiologist")
    outcome = taken(by)
    told = get(client_as(by=by), f"{outcome.instance_id}/verify")
    row = Instance.objects.get(id=outcome.instance_id)
    stored = b"".join(store().read(name_of(row.blob_id)))
    assert told["computed_sha256"] == hashlib.sha256(stored).hexdigest() == told["stored_sha256"]
    assert (told["verdict"], told["verified"], told["faults"]) == ("proved", True, [])
    assert told["log_size"] > 0


def test_a_changed_file_is_found(actor: People) -> None:
    by = actor("radiologist")
    row = Instance.objects.get(id=taken(by).instance_id)
    stored = bytearray(b"".join(store().read(name_of(row.blob_id))))
    stored[-1] ^= 1
    store().write_many([(name_of(row.blob_id), [bytes(stored)])])
    verdict = verify_image(instance_id=row.id, by=by)
    assert (verdict.verdict, verdict.faults) == ("broken", ["file_changed"])
    assert verdict.computed_sha256 != verdict.stored_sha256


def test_a_missing_file_is_found(actor: People) -> None:
    by = actor("radiologist")
    row = Instance.objects.get(id=taken(by).instance_id)
    store().delete(name_of(row.blob_id))
    verdict = verify_image(instance_id=row.id, by=by)
    assert (verdict.verdict, verdict.faults, verdict.computed_sha256) == ("broken", ["file_gone"], "")


def test_a_file_exchanged_with_its_hash_in_the_tables_is_found_by_the_ledger(actor: People) -> None:
    by = actor("radiologist")
    first, second = (Instance.objects.get(id=taken(by).instance_id) for _ in range(2))
    Instance.objects.filter(id=first.id).update(blob_id=second.blob_id, stored_sha256=second.stored_sha256)
    verdict = verify_image(instance_id=first.id, by=by)
    assert (verdict.verdict, verdict.faults) == ("broken", ["entry_differs"])


def test_a_changed_entry_is_found(actor: People) -> None:
    by = actor("radiologist")
    row = Instance.objects.get(id=taken(by).instance_id)
    make_checkpoint()
    entry = Entry.objects.get(id=row.entry_id)
    with lifted():
        Entry.objects.filter(id=entry.id).update(leaf=bytes(entry.leaf).replace(b"imaging.receive", b"imaging.refused"))
    assert verify_image(instance_id=row.id, by=by).faults == ["not_in_log"]


def test_an_image_without_an_entry_is_not_registered(actor: People, client_as: Any) -> None:
    by = actor("radiologist")
    outcome = taken(by)
    Instance.objects.filter(id=outcome.instance_id).update(entry_id=None)
    told = get(client_as(by=by), f"{outcome.instance_id}/verify")
    assert (told["verified"], told["faults"]) == (False, ["not_registered", "entry_differs", "not_in_log"])
    assert client_as(by=by).get(f"/api/v1/blockchain/{outcome.instance_id}").status_code == 404


def test_what_cannot_be_opened_any_more_is_unknown_and_not_broken(actor: People) -> None:
    by = actor("radiologist")
    patient = create_patient(identity=Identity("Martin", "Élodie", date(1961, 3, 5)), by=actor("physician"))
    outcome = taken(by, patient_id=patient.id)
    forget_subject(by.practice_id, patient.id)
    verdict = verify_image(instance_id=outcome.instance_id, by=by)
    assert (verdict.verdict, verdict.faults) == ("unknown", [])


def test_everybody_who_read_an_image_is_told(actor: People, client_as: Any) -> None:
    by, reader = actor("radiologist"), actor("physician")
    outcome, other = taken(by), taken(by)
    open_study(study_id=outcome.study_id, by=reader)
    b"".join(open_object(instance_id=outcome.instance_id, by=reader))
    open_study(study_id=other.study_id, by=reader)
    open_proof(instance_id=outcome.instance_id, by=reader)
    told = get(client_as(by=by), f"{outcome.instance_id}/access-log")
    said = [(item["action"], item["actor_id"], item["reading"]) for item in told["items"]]
    assert said == [
        ("imaging.prove", str(reader.id), True),
        ("imaging.retrieve", str(reader.id), True),
        ("imaging.open_study", str(reader.id), True),
        ("imaging.receive", str(by.id), False),
    ]
    assert (told["total"], told["page"], told["size"]) == (4, 1, 50)
    assert told["items"][0]["actor"] == reader.name
    assert [
        item["action"] for item in get(client_as(by=by), f"{outcome.instance_id}/access-log?page=2&size=3")["items"]
    ] == ["imaging.receive"]


def test_reading_the_log_of_an_image_is_recorded(actor: People) -> None:
    by = actor("radiologist")
    outcome = taken(by)
    access_log(instance_id=outcome.instance_id, by=by)
    assert Entry.objects.filter(action="ledger.list", actor_id=by.id).count() == 1


@pytest.mark.parametrize("call", ["", "/verify", "/access-log"])
def test_images_of_another_practice_and_unknown_ones_are_not_found(
    call: str, actor: People, client_as: Any, other_practice: PracticeFacts
) -> None:
    outcome = taken(actor("radiologist"))
    stranger = client_as("radiologist", practice=other_practice)
    assert stranger.get(f"/api/v1/blockchain/{outcome.instance_id}{call}").status_code == 404
    assert client_as("radiologist").get(f"/api/v1/blockchain/{uuid4()}{call}").status_code == 404


@pytest.mark.parametrize("call", ["", "/verify", "/access-log"])
def test_a_record_closed_to_somebody_is_closed_here_too(call: str, actor: People, client_as: Any) -> None:
    owner, physician = actor("radiologist"), actor("physician")
    patient = create_patient(identity=Identity("Martin", "Élodie", date(1961, 3, 5)), by=physician)
    outcome = taken(owner, patient_id=patient.id)
    set_care_team(patient_id=patient.id, user_ids=[owner.id], by=physician)
    assert client_as(by=actor("physician")).get(f"/api/v1/blockchain/{outcome.instance_id}{call}").status_code == 403
    assert client_as(by=owner).get(f"/api/v1/blockchain/{outcome.instance_id}{call}").status_code == 200


@pytest.mark.parametrize("call", ["", "/verify", "/access-log"])
def test_strangers_and_other_roles_are_refused(call: str, actor: People, client_as: Any) -> None:
    outcome = taken(actor("radiologist"))
    assert Client().get(f"/api/v1/blockchain/{outcome.instance_id}{call}").status_code == 401
    assert client_as("secretary").get(f"/api/v1/blockchain/{outcome.instance_id}{call}").status_code == 403


def test_no_identity_is_in_a_proof(actor: People) -> None:
    by = actor("radiologist")
    outcome = taken(by)
    told = open_proof(instance_id=outcome.instance_id, by=by)
    for word in (b"MARTIN", b"P-4711", str(UUID(str(outcome.instance_id))).encode()):
        assert word not in told.proof.leaf
    assert Blob.objects.get(id=Instance.objects.get(id=outcome.instance_id).blob_id).sha256 == told.stored_sha256


# Encrypted copies on IPFS


def test_encrypted_images_go_to_a_node_only_where_its_address_says_so(
    actor: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running() as kubo:
        monkeypatch.setenv("EPIONE_ANCHORS", kubo.url)
        by = actor("radiologist")
        first = taken(by)
        deliver_pending()
        assert not Job.objects.filter(task="imaging.pin").exists()
        monkeypatch.setenv("EPIONE_ANCHORS", f"{kubo.url}&blobs=on")
        second = taken(by)
        deliver_pending()
        [job] = Job.objects.filter(task="imaging.pin")
        assert job.payload["instance_id"] == str(second.instance_id)
        [cid] = pin_image(instance_id=second.instance_id, by=by).values()
        row = Instance.objects.get(id=second.instance_id)
        assert hashlib.sha256(kubo.blocks[cid]).hexdigest() == row.stored_sha256
        assert first.stored_sha256 not in {hashlib.sha256(block).hexdigest() for block in kubo.blocks.values()}
    assert Entry.objects.filter(action="imaging.pin").count() == 1
