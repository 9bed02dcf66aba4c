"""Checkpoints on an IPFS node: CIDs computed here, a node that is not believed, and one that does not answer."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from epione.kernel.crypto.stream import MAGIC
from epione.kernel.errors import NotFound
from epione.ledger.addresses import anchor_addresses, anchor_places
from epione.ledger.domain.cid import cid_of, read, written
from epione.ledger.domain.note import Checkpoint, Signer
from epione.ledger.models import Anchor
from epione.ledger.providers.base import AnchorAway, AnchorFailed
from epione.ledger.providers.ipfs import IpfsNode, connect
from epione.ledger.public import (
    NotCiphertext,
    NotKept,
    anchor_proof,
    anchor_states,
    entry_proof,
    keep_ciphertext,
    log_signer,
    make_checkpoint,
    verify,
)

from .kubo import Kubo, base32_cid, base58_cid, running

VERIFIER = Path(__file__).parents[2] / "docs" / "verify" / "epione_verify.py"
Fill = Callable[[int], list[UUID]]
SIGNER = Signer("epione.invalid/log/test", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
NOTE = SIGNER.sign(Checkpoint(SIGNER.name, 12, bytes(32)).text()).encode()


@pytest.fixture
def kubo() -> Iterator[Kubo]:
    with running() as node:
        yield node


# Content identifiers


def test_the_identifier_of_a_small_content_is_its_hash() -> None:
    """The one that js-ipfs 0.18.1 answered, in both bases."""
    cid = cid_of(b"hello checkpoint")
    assert written(cid) == "bafkreibf2uyysyjme2sx6ks7bk4hfob2fiskosctz4kxrgwkbneuwkbv7i"
    assert read("zb2rhZBxpwuQxtTxPiMWJYeHKgNFd3GWLucHs5prCMBkqYbTP") == cid


@given(st.binary(max_size=400))
def test_both_bases_say_the_same_identifier(content: bytes) -> None:
    cid = cid_of(content)
    assert written(cid) == base32_cid(content)
    assert read(written(cid)) == read(base58_cid(content)) == cid


@pytest.mark.parametrize(
    "text", ["", "b", "z", "Qm", "bafk", "b!!!!", "z0OIl", "é", "bé", "QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR"]
)
def test_what_is_no_identifier_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read(text)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert len(read(text)) == 36


# A node


def test_a_node_keeps_a_checkpoint_and_gives_it_back(kubo: Kubo) -> None:
    place = connect(kubo.url)
    proof = place.anchor(NOTE)
    assert proof.decode() == base32_cid(NOTE)
    assert place.pinned(proof.decode())
    assert place.fetch(proof.decode()) == NOTE
    assert place.anchor(NOTE) == proof
    place.check(NOTE, proof)
    assert list(place.holding(SIGNER.name, []).notes) == [NOTE]
    assert place.holding("another.log", []).notes == []
    assert "0.99.0" in place.answers()


def test_a_node_that_writes_base58_is_understood(kubo: Kubo) -> None:
    kubo.base58 = True
    assert connect(kubo.url).anchor(NOTE).decode() == base32_cid(NOTE)


def test_what_the_database_knows_is_not_read_again(kubo: Kubo) -> None:
    place = connect(kubo.url)
    place.anchor(NOTE)
    kubo.asked.clear()
    holding = place.holding(SIGNER.name, [NOTE])
    assert (list(holding.notes), holding.lost) == ([], 0)
    assert [command for command, _ in kubo.asked] == ["files/ls"]


@pytest.mark.parametrize("proof", [b"", b"\xff", b"bafk", base32_cid(b"other").encode()])
def test_the_identifier_of_another_checkpoint_proves_nothing(proof: bytes) -> None:
    with pytest.raises(AnchorFailed):
        IpfsNode("http://127.0.0.1:9").check(NOTE, proof)


@pytest.mark.parametrize("mood", ["wrong", "empty", "html"])
def test_a_node_that_names_another_content_is_not_believed(kubo: Kubo, mood: str) -> None:
    kubo.mood = mood
    with pytest.raises(AnchorFailed):
        connect(kubo.url).anchor(NOTE)


def test_a_node_that_gives_another_content_is_not_believed(kubo: Kubo) -> None:
    place = connect(kubo.url)
    cid = place.anchor(NOTE).decode()
    kubo.mood = "lying"
    with pytest.raises(AnchorFailed):
        place.fetch(cid)


@pytest.mark.parametrize("mood", ["silent", "endless"])
def test_a_node_that_hangs_is_left(kubo: Kubo, mood: str) -> None:
    kubo.mood = mood
    for ask in (lambda place: place.anchor(NOTE), lambda place: place.answers(), lambda place: place.holding("x", [])):
        with pytest.raises(AnchorAway):
            ask(connect(kubo.url))


def test_a_content_that_nobody_has_is_not_awaited_for_ever(kubo: Kubo) -> None:
    place = connect(kubo.url)
    with pytest.raises(AnchorAway):
        place.fetch(base32_cid(b"nobody has this"))
    assert not place.pinned(base32_cid(b"nobody has this"))


def test_the_password_of_a_node_is_never_told() -> None:
    with pytest.raises(AnchorAway) as refusal:
        connect("ipfs://epione:secret@127.0.0.1:9?timeout=0.5").answers()
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("url", ["ipfs:", "ipfs://", "ipfs://host:port", "ipfs://host:5001?timeout=soon"])
def test_an_address_that_cannot_be_read_is_explained(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="ipfs://"):
        connect(url)


# In the ledger


def test_a_rewritten_log_is_found_by_what_the_node_kept(
    fill: Fill, kubo: Kubo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EPIONE_ANCHORS", kubo.url)
    fill(6)
    note = make_checkpoint().note
    assert verify().sound
    # Somebody who rewrites everything in the database takes the checkpoint away too; the node still lists it.
    other = log_signer().sign(Checkpoint(log_signer().name, 6, bytes(32)).text())
    connect(kubo.url).anchor(other.encode())
    report = verify()
    assert [(fault.kind, fault.number) for fault in report.faults] == [("rewritten", 0)]
    assert note != other


def test_a_node_that_lost_its_checkpoints_is_a_fault(fill: Fill, kubo: Kubo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_ANCHORS", kubo.url)
    fill(3)
    make_checkpoint()
    kubo.files.clear()
    assert [fault.kind for fault in verify().faults] == ["anchor"]


def test_a_node_that_is_away_is_named_and_no_fault(fill: Fill, kubo: Kubo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_ANCHORS", kubo.url)
    fill(3)
    make_checkpoint()
    kubo.mood = "silent"
    report = verify()
    assert report.sound
    assert len(report.away) == 1
    kubo.mood = ""
    Anchor.objects.update(proof=base32_cid(b"forged").encode())
    assert [fault.kind for fault in verify().faults] == ["anchor"]


def test_a_hanging_anchor_delays_itself_and_no_other(
    fill: Fill, kubo: Kubo, monkeypatch: pytest.MonkeyPatch, own_anchor: Path
) -> None:
    monkeypatch.setenv("EPIONE_ANCHORS", f"{kubo.url},disk://{own_anchor}")
    fill(3)
    kubo.mood = "silent"
    made = make_checkpoint()
    assert (made.anchored, made.failed) == (["disk"], ["ipfs"])
    kubo.mood = ""
    again = make_checkpoint()
    assert (again.anchored, again.failed, again.note) == (["ipfs", "disk"], [], made.note)


def test_who_waits_for_a_proof_does_not_wait_for_a_node(
    fill: Fill, kubo: Kubo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EPIONE_ANCHORS", kubo.url)
    ids = fill(3)
    assert entry_proof(ids[0]).size == 3
    assert kubo.asked == []


def test_several_nodes_are_told_apart(fill: Fill, kubo: Kubo, monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as second:
        monkeypatch.setenv("EPIONE_ANCHORS", f"{kubo.url},{second.url}")
        fill(2)
        second.mood = "wrong"
        first, other = [place.name for place in anchor_places()]
        assert (make_checkpoint().anchored, first) == (["ipfs"], "ipfs")
        second.mood = ""
        assert make_checkpoint().anchored == ["ipfs", other]
        assert Anchor.objects.count() == 2
        assert verify().sound


def test_the_state_of_each_anchor_is_told(
    fill: Fill, kubo: Kubo, monkeypatch: pytest.MonkeyPatch, own_anchor: Path
) -> None:
    monkeypatch.setenv("EPIONE_ANCHORS", f"disk://{own_anchor},{kubo.url}")
    fill(4)
    make_checkpoint()
    kubo.mood = "silent"
    disk, node = anchor_states()
    assert (disk.name, disk.answers, disk.far, disk.size) == ("disk", True, False, 4)
    assert (node.name, node.answers, node.far, node.size) == ("ipfs", False, True, 4)


def test_an_outsider_checks_the_identifier_without_a_node(
    fill: Fill, kubo: Kubo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EPIONE_ANCHORS", kubo.url)
    fill(4)
    make_checkpoint()
    proof = anchor_proof("ipfs")

    def run(told: dict[str, str]) -> tuple[int, str]:
        (tmp_path / "proof.json").write_text(json.dumps(told))
        command = [sys.executable, "-I", str(VERIFIER), str(tmp_path / "proof.json"), "--key", proof["key"]]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    assert run(proof) == (
        0,
        f"PROVEN: {proof['cid']} is the signed head of 4 entries; an IPFS node that has it gives this head.\n",
    )
    assert run({**proof, "cid": base32_cid(b"other")})[0] == 1
    assert run({**proof, "checkpoint": proof["checkpoint"].replace("\n4\n", "\n5\n")})[0] == 1
    with pytest.raises(NotFound):
        anchor_proof("fabric")


# Names of the specification


@pytest.mark.parametrize(
    ("variables", "addresses"),
    [
        ({}, ["disk:"]),
        ({"BLOCKCHAIN_TYPE": "ledger"}, ["disk:"]),
        ({"BLOCKCHAIN_TYPE": "IPFS"}, ["disk:", "ipfs://127.0.0.1:5001"]),
        ({"BLOCKCHAIN_TYPE": "ipfs", "IPFS_HOST": "node", "IPFS_PORT": "5002"}, ["disk:", "ipfs://node:5002"]),
        (
            {"BLOCKCHAIN_TYPE": "fabric", "FABRIC_NETWORK_CONFIG": "/etc/net work.json"},
            ["disk:", "fabric:?config=/etc/net%20work.json"],
        ),
        ({"BLOCKCHAIN_TYPE": "ipfs", "EPIONE_ANCHORS": "disk:///x"}, ["disk:///x"]),
    ],
)
def test_the_names_of_the_specification_are_understood(
    variables: dict[str, str], addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EPIONE_ANCHORS")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert anchor_addresses() == addresses


@pytest.mark.parametrize(
    ("kind", "said"), [("mock", "proves nothing"), ("fabric", "FABRIC_NETWORK_CONFIG"), ("eth", "eth")]
)
def test_another_type_is_refused_with_a_sentence(kind: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EPIONE_ANCHORS")
    monkeypatch.setenv("BLOCKCHAIN_TYPE", kind)
    with pytest.raises(ImproperlyConfigured, match=said):
        anchor_addresses()


# Encrypted files


def test_encrypted_files_go_to_no_node_unless_its_address_says_so(kubo: Kubo, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = MAGIC + os.urandom(600_000)
    monkeypatch.setenv("EPIONE_ANCHORS", kubo.url)
    assert keep_ciphertext(stored) == {}
    assert kubo.asked == []


def test_encrypted_files_are_pinned_where_they_may(kubo: Kubo, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = MAGIC + os.urandom(1000)
    monkeypatch.setenv("EPIONE_ANCHORS", f"{kubo.url}&blobs=on")
    assert keep_ciphertext(stored) == {"ipfs": base32_cid(stored)}
    assert kubo.blocks[base32_cid(stored)] == stored


def test_a_file_in_clear_never_leaves(kubo: Kubo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_ANCHORS", f"{kubo.url}&blobs=on")
    with pytest.raises(NotCiphertext):
        keep_ciphertext(b"DICM in clear")
    assert kubo.asked == []


def test_a_file_that_could_not_be_kept_is_said(kubo: Kubo, monkeypatch: pytest.MonkeyPatch) -> None:
    kubo.mood = "silent"
    monkeypatch.setenv("EPIONE_ANCHORS", f"{kubo.url}&blobs=on")
    with pytest.raises(NotKept):
        keep_ciphertext(MAGIC + b"sealed")
