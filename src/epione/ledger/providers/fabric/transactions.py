"""Transactions of Fabric: the proposal of a call, and what an endorsed envelope says and who vouches for it."""

import hashlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from google.protobuf.message import DecodeError

from epione.ledger.providers.base import AnchorFailed

from .identity import Identity, verified
from .wire import ENDORSER_TRANSACTION, wire

NONCE: Final = 24


@dataclass(frozen=True, slots=True)
class Call:
    """A function of a chaincode on a channel, with its arguments."""

    channel: str
    chaincode: str
    arguments: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A signed proposal and the name of its transaction: the hash of its nonce and creator, in hexadecimal."""

    transaction: str
    signed: Any


def propose(call: Call, by: Identity) -> Proposed:
    """The signed proposal of a call."""
    nonce = os.urandom(NONCE)
    name = transaction_name(nonce, by.creator)
    chaincode = wire.ChaincodeID(name=call.chaincode)
    seconds, nanos = divmod(time.time_ns(), 1_000_000_000)
    channel_header = wire.ChannelHeader(
        type=ENDORSER_TRANSACTION,
        timestamp=wire.Timestamp(seconds=seconds, nanos=nanos),
        channel_id=call.channel,
        tx_id=name,
        extension=wire.ChaincodeHeaderExtension(chaincode_id=chaincode).SerializeToString(),
    )
    header = wire.Header(
        channel_header=channel_header.SerializeToString(),
        signature_header=wire.SignatureHeader(creator=by.creator, nonce=nonce).SerializeToString(),
    )
    spec = wire.ChaincodeSpec(chaincode_id=chaincode, input=wire.ChaincodeInput(args=call.arguments))
    payload = wire.ChaincodeProposalPayload(input=wire.ChaincodeInvocationSpec(chaincode_spec=spec).SerializeToString())
    raw = wire.Proposal(header=header.SerializeToString(), payload=payload.SerializeToString()).SerializeToString()
    return Proposed(name, wire.SignedProposal(proposal_bytes=raw, signature=by.sign(raw)))


def transaction_name(nonce: bytes, creator: bytes) -> str:
    """How Fabric names a transaction."""
    return hashlib.sha256(nonce + creator).hexdigest()


@dataclass(frozen=True, slots=True)
class Endorsed:
    """What an envelope says: its transaction, its creator, the call, the answer of the chaincode, who vouches."""

    transaction: str
    creator: bytes
    call: Call
    status: int
    endorsers: Sequence[x509.Certificate]


def read_envelope(payload: bytes) -> Endorsed:
    """Read the payload of an endorsed envelope, its endorsements verified; raises `AnchorFailed`."""
    try:
        return _read(payload)
    except (DecodeError, ValueError, IndexError) as error:
        raise AnchorFailed(f"not an endorsed transaction ({error})") from error


def _read(payload: bytes) -> Endorsed:
    told = wire.Payload.FromString(payload)
    channel = wire.ChannelHeader.FromString(told.header.channel_header)
    signer = wire.SignatureHeader.FromString(told.header.signature_header)
    action = wire.ChaincodeActionPayload.FromString(wire.Transaction.FromString(told.data).actions[0].payload)
    if channel.type != ENDORSER_TRANSACTION or channel.tx_id != transaction_name(signer.nonce, signer.creator):
        raise ValueError("its name is not that of its creator and nonce")
    proposal = wire.ChaincodeProposalPayload.FromString(action.chaincode_proposal_payload)
    spec = wire.ChaincodeInvocationSpec.FromString(proposal.input).chaincode_spec
    endorsed = action.action.proposal_response_payload
    response = wire.ProposalResponsePayload.FromString(endorsed)
    headers = told.header.channel_header + told.header.signature_header
    if response.proposal_hash != hashlib.sha256(headers + action.chaincode_proposal_payload).digest():
        raise ValueError("the endorsement is that of another proposal")
    status = wire.ChaincodeAction.FromString(response.extension).response.status
    endorsers = [verified(one.endorser, endorsed + one.endorser, one.signature) for one in action.action.endorsements]
    call = Call(channel.channel_id, spec.chaincode_id.name, tuple(spec.input.args))
    return Endorsed(channel.tx_id, signer.creator, call, status, endorsers)


def check_endorsed(endorsed: Endorsed, call: Call, authorities: Sequence[x509.Certificate]) -> None:
    """Raise `AnchorFailed` unless the envelope is this call, accepted, and endorsed by members of these authorities.

    Without authorities, the certificates of the endorsers are taken at their word.
    """
    if endorsed.call != call:
        raise AnchorFailed("the transaction is not that of this checkpoint")
    if endorsed.status != 200 or not endorsed.endorsers:
        raise AnchorFailed(f"the chaincode did not accept the checkpoint (status {endorsed.status})")
    if authorities and not all(any(_issued(one, by) for by in authorities) for one in endorsed.endorsers):
        raise AnchorFailed("an endorser is not a member of the authorities given")


def _issued(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
