"""Checkpoints on Hyperledger Fabric: what Epione signs, what it believes; tried on a double of a peer."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.exceptions import ImproperlyConfigured

from epione.ledger.domain.note import Checkpoint, Signer
from epione.ledger.models import Anchor
from epione.ledger.providers.base import AnchorAway, AnchorFailed
from epione.ledger.providers.fabric import FabricNetwork, connect
from epione.ledger.providers.fabric.identity import ORDER, load, verified
from epione.ledger.providers.fabric.network import key_of
from epione.ledger.providers.fabric.transactions import Call, propose, transaction_name
from epione.ledger.providers.fabric.wire import wire
from epione.ledger.public import anchor_states, make_checkpoint, verify

from .fabric_peer import Authority, Peer, certify, private_pem, running, written

Fill = Callable[[int], list[UUID]]
SIGNER = Signer("epione.invalid/log/test", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def note_of(size: int) -> bytes:
    return SIGNER.sign(Checkpoint(SIGNER.name, size, bytes(32)).text()).encode()


NOTE = note_of(12)


@pytest.fixture(scope="module")
def members() -> Authority:
    return Authority("ca.org1")


@pytest.fixture
def peer(members: Authority) -> Iterator[Peer]:
    with running(Peer(members.member("Org1MSP", "peer0"), members.certificate)) as one:
        yield one


@pytest.fixture
def address(peer: Peer, members: Authority, tmp_path: Path) -> str:
    certificate, key = written(members.member("Org1MSP", "epione"), tmp_path)
    (tmp_path / "ca.pem").write_bytes(members.pem)
    return (
        f"fabric://{peer.target}?msp=Org1MSP&cert={certificate}&key={key}&tls=off&channel=epione"
        f"&chaincode=checkpoints&ca={tmp_path}/ca.pem&timeout=1"
    )


@pytest.fixture
def place(address: str) -> FabricNetwork:
    return connect(address)


# What is signed


def test_signatures_are_low_and_verify(members: Authority) -> None:
    identity = members.member("Org1MSP", "epione")
    for number in range(40):  # half of all signatures would have a high s
        message = bytes([number])
        signature = identity.sign(message)
        assert decode_dss_signature(signature)[1] <= ORDER // 2
        verified(identity.creator, message, signature)


def test_a_high_signature_is_refused_as_peers_do(members: Authority) -> None:
    identity = members.member("Org1MSP", "epione")
    r, s = decode_dss_signature(identity.sign(b"message"))
    with pytest.raises(ValueError, match="low s"):
        verified(identity.creator, b"message", encode_dss_signature(r, ORDER - s))


def test_messages_have_the_bytes_that_the_protocol_gives_them() -> None:
    """Written by hand from the field numbers: tag, length, content."""
    assert wire.SerializedIdentity(mspid="A", id_bytes=b"pem").SerializeToString() == b"\x0a\x01A\x12\x03pem"
    header = wire.ChannelHeader(type=3, channel_id="c", tx_id="t", extension=b"e")
    assert header.SerializeToString() == b"\x08\x03\x22\x01c\x2a\x01t\x3a\x01e"
    chaincode = wire.ChaincodeID(name="n")
    assert wire.ChaincodeHeaderExtension(chaincode_id=chaincode).SerializeToString() == b"\x12\x03\x12\x01n"
    assert wire.ChaincodeInput(args=[b"put", b"k"]).SerializeToString() == b"\x0a\x03put\x0a\x01k"
    assert wire.CommitStatusResponse.FromString(b"\x08\x0b\x10\x07").block_number == 7


def test_a_transaction_is_named_by_its_nonce_and_creator(members: Authority) -> None:
    identity = members.member("Org1MSP", "epione")
    call = Call("epione", "checkpoints", (b"get", b"key"))
    first, second = propose(call, identity), propose(call, identity)
    header = wire.Header.FromString(wire.Proposal.FromString(first.signed.proposal_bytes).header)
    signer = wire.SignatureHeader.FromString(header.signature_header)
    assert first.transaction == transaction_name(signer.nonce, signer.creator)
    assert len(first.transaction) == 64
    assert first.transaction != second.transaction


# A peer


def test_a_checkpoint_is_committed_and_given_back(place: FabricNetwork, peer: Peer) -> None:
    proof = place.anchor(NOTE)
    assert peer.asked == ["Endorse", "Submit", "CommitStatus"]
    assert peer.state == {key_of(NOTE): NOTE}
    assert json.loads(proof)["block"] == 7
    place.check(NOTE, proof)
    assert list(place.holding(SIGNER.name, []).notes) == [NOTE]
    assert (list(place.holding(SIGNER.name, [NOTE]).notes), place.holding(SIGNER.name, [NOTE]).lost) == ([], 0)
    assert list(place.holding("another.log", []).notes) == []
    assert "epione" in place.answers()


def test_every_page_of_keys_is_read(place: FabricNetwork) -> None:
    notes = [note_of(size) for size in range(1, 9)]
    for note in notes:
        place.anchor(note)
    assert sorted(place.holding(SIGNER.name, []).notes) == sorted(notes)
    assert place.holding(SIGNER.name, [*notes, note_of(99)]).lost == 1


def test_a_checkpoint_that_was_committed_before_an_interruption_is_committed_again(
    place: FabricNetwork, peer: Peer
) -> None:
    first = place.anchor(NOTE)
    second = place.anchor(NOTE)
    place.check(NOTE, first)
    place.check(NOTE, second)
    assert len(peer.state) == 1


@pytest.mark.parametrize("mood", ["forged", "other", "refusing", "invalid", "empty"])
def test_a_peer_that_does_not_commit_what_was_asked_is_not_believed(
    place: FabricNetwork, peer: Peer, mood: str
) -> None:
    peer.mood = mood
    with pytest.raises(AnchorFailed):
        place.anchor(NOTE)


def test_nothing_is_signed_but_what_was_asked(place: FabricNetwork, peer: Peer) -> None:
    peer.mood = "other"
    with pytest.raises(AnchorFailed):
        place.anchor(NOTE)
    assert peer.asked == ["Endorse"]


@pytest.mark.parametrize("mood", ["html", "refusing"])
def test_a_chaincode_of_another_kind_is_named(place: FabricNetwork, peer: Peer, mood: str) -> None:
    peer.mood = mood
    with pytest.raises(AnchorFailed):
        place.answers()


def test_a_chaincode_that_gives_another_content_is_not_believed(place: FabricNetwork, peer: Peer) -> None:
    place.anchor(NOTE)
    peer.state[key_of(NOTE)] = note_of(13)
    with pytest.raises(AnchorFailed):
        place.holding(SIGNER.name, [])


def test_a_peer_that_hangs_is_left(place: FabricNetwork, peer: Peer) -> None:
    peer.mood = "silent"
    for ask in (lambda: place.anchor(NOTE), place.answers, lambda: place.holding(SIGNER.name, [])):
        with pytest.raises(AnchorAway, match="DEADLINE_EXCEEDED"):
            ask()


def test_a_member_of_another_organisation_is_refused(peer: Peer, address: str, tmp_path: Path) -> None:
    written(Authority("ca.org2").member("Org1MSP", "stranger"), tmp_path)
    with pytest.raises(AnchorAway, match="ABORTED"):
        connect(address).anchor(NOTE)
    assert peer.state == {}


# Proofs


def test_a_proof_of_another_checkpoint_or_network_is_refused(
    place: FabricNetwork, address: str, tmp_path: Path
) -> None:
    proof = place.anchor(NOTE)
    with pytest.raises(AnchorFailed, match="not that of this checkpoint"):
        place.check(note_of(13), proof)
    with pytest.raises(AnchorFailed, match="not that of this checkpoint"):
        connect(address.replace("channel=epione", "channel=other")).check(NOTE, proof)
    (tmp_path / "ca.pem").write_bytes(Authority("ca.org2").pem)
    with pytest.raises(AnchorFailed, match="authorities"):
        place.check(NOTE, proof)


@pytest.mark.parametrize("place_of_change", [0.1, 0.5, 0.9, 0.99])
def test_a_changed_proof_is_refused(place: FabricNetwork, place_of_change: float) -> None:
    told = json.loads(place.anchor(NOTE))
    envelope = bytearray(base64.b64decode(told["envelope"]))
    envelope[int(len(envelope) * place_of_change)] ^= 1
    with pytest.raises(AnchorFailed):
        place.check(NOTE, json.dumps({**told, "envelope": base64.b64encode(envelope).decode()}).encode())


@pytest.mark.parametrize("proof", [b"", b"{}", b"[]", b"\xff", b'{"envelope": "AAAA", "block": 1}', b'{"envelope": 1}'])
def test_what_is_no_proof_is_refused(place: FabricNetwork, proof: bytes) -> None:
    with pytest.raises(AnchorFailed):
        place.check(NOTE, proof)


def test_a_transaction_in_no_block_is_refused(place: FabricNetwork) -> None:
    told = json.loads(place.anchor(NOTE))
    with pytest.raises(AnchorFailed, match="no block"):
        place.check(NOTE, json.dumps({**told, "block": 0}).encode())


# Transport and settings


def test_the_peer_is_known_by_its_certificate(members: Authority, tmp_path: Path) -> None:
    root, key = Authority("tls"), ec.generate_private_key(ec.SECP256R1())
    certificate = certify("localhost", key, "tls", root.key, authority=False)
    pem = certificate.public_bytes(Encoding.PEM)
    (tmp_path / "root.pem").write_bytes(root.pem)
    (tmp_path / "wrong.pem").write_bytes(Authority("tls").pem)
    paths = written(members.member("Org1MSP", "epione"), tmp_path)
    with running(Peer(members.member("Org1MSP", "peer0"), members.certificate), (private_pem(key), pem)) as peer:
        config = {"peer": peer.target, "msp": "Org1MSP", "cert": str(paths[0]), "key": str(paths[1]), "timeout": 3}
        config |= {"channel": "epione", "chaincode": "checkpoints", "tls": f"{tmp_path}/root.pem"}
        (tmp_path / "network.json").write_text(json.dumps(config))
        place = connect(f"fabric:?config={tmp_path}/network.json")
        place.check(NOTE, place.anchor(NOTE))
        (tmp_path / "network.json").write_text(json.dumps({**config, "tls": f"{tmp_path}/wrong.pem"}))
        with pytest.raises(AnchorAway):
            connect(f"fabric:?config={tmp_path}/network.json").answers()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("fabric://peer:7051", "lacks msp, cert, key, tls, channel, chaincode"),
        ("fabric://peer:7051?msp=A&cert=b&key=c&tls=off&channel=d&chaincode=e&secret=f", "does not know secret"),
        ("fabric://peer:7051?msp=A&cert=b&key=c&tls=off&channel=d&chaincode=e&timeout=soon", "number of seconds"),
        ("fabric:?config=/nowhere.json", "cannot be read"),
    ],
)
def test_an_address_that_lacks_something_is_explained(url: str, said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=said):
        connect(url)


def test_an_identity_that_cannot_be_read_leaves_the_anchor_away(tmp_path: Path, address: str) -> None:
    (tmp_path / "member.key").write_text("not a key")
    with pytest.raises(AnchorAway, match="identity of Org1MSP"):
        connect(address).anchor(NOTE)
    (tmp_path / "member.key").write_bytes(private_pem(ec.generate_private_key(ec.SECP384R1())))
    with pytest.raises(AnchorAway, match="P-256"):
        load("Org1MSP", tmp_path / "member.pem", tmp_path / "member.key")


# In the ledger


def test_the_ledger_verifies_what_fabric_keeps(
    fill: Fill, address: str, peer: Peer, monkeypatch: pytest.MonkeyPatch, own_anchor: Path
) -> None:
    monkeypatch.setenv("EPIONE_ANCHORS", f"disk://{own_anchor},{address}")
    fill(4)
    assert make_checkpoint().anchored == ["disk", "fabric"]
    assert verify().sound
    assert [state.answers for state in anchor_states()] == [True, True]
    peer.mood = "silent"
    report = verify()
    assert (report.sound, len(report.away)) == (True, 1)
    peer.mood = ""
    Anchor.objects.filter(provider="fabric").update(proof=b"forged")
    assert [fault.kind for fault in verify().faults] == ["anchor"]


def test_a_hanging_peer_delays_itself_and_no_other(
    fill: Fill, address: str, peer: Peer, monkeypatch: pytest.MonkeyPatch, own_anchor: Path
) -> None:
    monkeypatch.setenv("EPIONE_ANCHORS", f"{address},disk://{own_anchor}")
    fill(4)
    peer.mood = "silent"
    made = make_checkpoint()
    assert (made.anchored, made.failed) == (["disk"], ["fabric"])
