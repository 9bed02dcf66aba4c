"""A double of a Fabric peer: the Gateway service over gRPC, one chaincode in memory.

It verifies what a peer verifies (signatures, low s, the name of the transaction, the header, the channel) and endorses
as a peer does. It is no Fabric: no ordering service, no policy of endorsement, no blocks. `mood` makes it misbehave.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID

from epione.ledger.providers.fabric.identity import Identity
from epione.ledger.providers.fabric.wire import wire

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PAGE = 3


class Authority:
    """Issues certificates of one organisation."""

    def __init__(self, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = certify(name, self.key, name, self.key, authority=True)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def member(self, msp: str, name: str) -> Identity:
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        made = certify(name, key, str(issuer), self.key, authority=False)
        return Identity(msp, made.public_bytes(serialization.Encoding.PEM), key)


def certify(name: str, key: Any, issuer: str, issuer_key: Any, *, authority: bool) -> x509.Certificate:
    start = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - timedelta(minutes=5))
        .not_valid_after(start + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def private_pem(key: Any) -> bytes:
    return bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


class RefusedError(Exception):
    """What a peer answers to a request that it does not accept."""


@dataclass
class Peer:
    """State, transactions and moods: silent, forged, other, refusing, invalid, empty, html."""

    endorser: Identity
    members: x509.Certificate
    channel: str = "epione"
    chaincode: str = "checkpoints"
    state: dict[str, bytes] = field(default_factory=dict)
    prepared: dict[str, tuple[bytes, str, bytes]] = field(default_factory=dict)
    committed: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    mood: str = ""
    closing: threading.Event = field(default_factory=threading.Event)
    target: str = ""

    def evaluate(self, request: Any) -> Any:
        arguments, _, _ = self._proposal(request)
        return wire.EvaluateResponse(result=self._run(arguments)[0])

    def endorse(self, request: Any) -> Any:
        arguments, header, payload = self._proposal(request)
        response, writes = self._run(arguments)
        if response.status != 200:
            raise RefusedError(f"chaincode response {response.status}, {response.message}")
        if self.mood == "other":
            payload = payload.replace(b"put", b"del")
        envelope = self._envelope(header, payload, response)
        self.prepared[request.transaction_id] = (envelope, *writes)
        return wire.EndorseResponse(prepared_transaction=wire.Envelope(payload=envelope))

    def submit(self, request: Any) -> Any:
        envelope, key, note = self.prepared[request.transaction_id]
        if request.prepared_transaction.payload != envelope:
            raise RefusedError("not the transaction that was endorsed")
        told = wire.Payload.FromString(envelope)
        creator = wire.SignatureHeader.FromString(told.header.signature_header).creator
        self._verify(creator, envelope, request.prepared_transaction.signature)
        self.state[key] = note
        self.committed[request.transaction_id] = len(self.committed) + 7
        return wire.SubmitResponse()

    def commit_status(self, request: Any) -> Any:
        asked = wire.CommitStatusRequest.FromString(request.request)
        self._verify(asked.identity, request.request, request.signature)
        if self.mood == "invalid":
            return wire.CommitStatusResponse(result=11, block_number=7)
        if self.mood == "empty":
            return wire.CommitStatusResponse()
        return wire.CommitStatusResponse(result=0, block_number=self.committed[asked.transaction_id])

    def _proposal(self, request: Any) -> tuple[list[bytes], Any, bytes]:
        signed = request.proposed_transaction
        proposal = wire.Proposal.FromString(signed.proposal_bytes)
        header = wire.Header.FromString(proposal.header)
        channel = wire.ChannelHeader.FromString(header.channel_header)
        signer = wire.SignatureHeader.FromString(header.signature_header)
        self._verify(signer.creator, signed.proposal_bytes, signed.signature)
        extension = wire.ChaincodeHeaderExtension.FromString(channel.extension)
        payload = wire.ChaincodeProposalPayload.FromString(proposal.payload)
        spec = wire.ChaincodeInvocationSpec.FromString(payload.input).chaincode_spec
        expected = hashlib.sha256(signer.nonce + signer.creator).hexdigest()
        known = {
            "type": channel.type == 3,
            "nonce": len(signer.nonce) == 24,
            "transaction": expected == channel.tx_id == request.transaction_id,
            "channel": channel.channel_id == request.channel_id == self.channel,
            "chaincode": extension.chaincode_id.name == spec.chaincode_id.name == self.chaincode,
            "time": abs(channel.timestamp.seconds - datetime.now(UTC).timestamp()) < 600,
        }
        wrong = [name for name, right in known.items() if not right]
        if wrong:
            raise RefusedError(f"bad proposal: {', '.join(wrong)}")
        return list(spec.input.args), header, proposal.payload

    def _run(self, arguments: list[bytes]) -> tuple[Any, tuple[str, bytes]]:
        """The chaincode, as docs/operator.md wants it."""
        function, *given = arguments
        if self.mood == "refusing":
            return wire.Response(status=500, message="the network is closed"), ("", b"")
        if function == b"put":
            key, note = given[0].decode(), given[1]
            if not key.endswith(hashlib.sha256(note).hexdigest()) or self.state.get(key, note) != note:
                return wire.Response(status=500, message="not the key of this note"), ("", b"")
            return wire.Response(status=200), (key, note)
        if function == b"get":
            return wire.Response(status=200, payload=self.state.get(given[0].decode(), b"")), ("", b"")
        prefix, after = (text.decode() for text in given)
        keys = [key for key in sorted(self.state) if key.startswith(prefix) and key > after][:PAGE]
        raw = b"<html>" if self.mood == "html" else json.dumps(keys).encode()
        return wire.Response(status=200, payload=raw), ("", b"")

    def _envelope(self, header: Any, payload: bytes, response: Any) -> bytes:
        action = wire.ChaincodeAction(response=response, chaincode_id=wire.ChaincodeID(name=self.chaincode))
        hashed = hashlib.sha256(header.channel_header + header.signature_header + payload).digest()
        endorsed = wire.ProposalResponsePayload(proposal_hash=hashed, extension=action.SerializeToString())
        raw = endorsed.SerializeToString()
        creator = self.endorser.creator
        message = raw + creator if self.mood != "forged" else raw
        endorsement = wire.Endorsement(endorser=creator, signature=self.endorser.sign(message))
        whole = wire.ChaincodeEndorsedAction(proposal_response_payload=raw, endorsements=[endorsement])
        act = wire.ChaincodeActionPayload(chaincode_proposal_payload=payload, action=whole)
        one = wire.TransactionAction(header=header.signature_header, payload=act.SerializeToString())
        data = wire.Transaction(actions=[one]).SerializeToString()
        return bytes(wire.Payload(header=header, data=data).SerializeToString())

    def _verify(self, creator: bytes, message: bytes, signature: bytes) -> None:
        """A member of the organisation has signed this, with low s."""
        named = wire.SerializedIdentity.FromString(creator)
        certificate = x509.load_pem_x509_certificate(named.id_bytes)
        certificate.verify_directly_issued_by(self.members)
        if named.mspid != "Org1MSP" or decode_dss_signature(signature)[1] > ORDER // 2:
            raise RefusedError("access denied")
        public = certificate.public_key()
        assert isinstance(public, ec.EllipticCurvePublicKey)
        public.verify(signature, message, ec.ECDSA(hashes.SHA256()))


@contextmanager
def running(peer: Peer, tls: tuple[bytes, bytes] | None = None) -> Iterator[Peer]:
    """The peer on a port of its own; `tls` is its key and certificate."""
    calls = {
        "Evaluate": (peer.evaluate, wire.EvaluateRequest),
        "Endorse": (peer.endorse, wire.EndorseRequest),
        "Submit": (peer.submit, wire.SubmitRequest),
        "CommitStatus": (peer.commit_status, wire.SignedCommitStatusRequest),
    }

    def handler(name: str) -> Any:
        call, kind = calls[name]

        def answer(request: Any, context: Any) -> Any:
            peer.asked.append(name)
            if peer.mood == "silent":
                peer.closing.wait(30)
            try:
                return call(request)
            except Exception as error:  # noqa: BLE001 -- whatever a request breaks, a peer answers a status
                context.abort(grpc.StatusCode.ABORTED, f"{type(error).__name__} {error}")

        return grpc.unary_unary_rpc_method_handler(answer, kind.FromString, lambda told: told.SerializeToString())

    server = grpc.server(futures.ThreadPoolExecutor(4))
    handlers = {name: handler(name) for name in calls}
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("gateway.Gateway", handlers)])
    if tls:
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([tls]))
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    peer.target = f"127.0.0.1:{port}"
    try:
        yield peer
    finally:
        peer.closing.set()
        server.stop(0).wait()


def written(identity: Identity, folder: Path) -> tuple[Path, Path]:
    """The identity as files: certificate and key."""
    paths = folder / "member.pem", folder / "member.key"
    paths[0].write_bytes(identity.certificate)
    paths[1].write_bytes(private_pem(identity.key))
    return paths
