"""The messages of Hyperledger Fabric that a client of the Gateway writes and reads.

Names, numbers and types of fields are facts of hyperledger/fabric-protos (Apache-2.0, commit a7cefb8 of 2026-05-14;
files common, msp/identities, peer/{chaincode,proposal,proposal_response,transaction}, gateway). They are built when
this is imported, in a pool of their own: names of packages do not travel, and other versions may live beside.
"""

from types import SimpleNamespace
from typing import Any, Final

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

FIELDS: Final = {
    "Timestamp": "1 seconds int64, 2 nanos int32",
    "SerializedIdentity": "1 mspid string, 2 id_bytes bytes",
    "ChannelHeader": (
        "1 type int32, 2 version int32, 3 timestamp Timestamp, 4 channel_id string, 5 tx_id string, 6 epoch uint64, "
        "7 extension bytes, 8 tls_cert_hash bytes"
    ),
    "SignatureHeader": "1 creator bytes, 2 nonce bytes",
    "Header": "1 channel_header bytes, 2 signature_header bytes",
    "Payload": "1 header Header, 2 data bytes",
    "Envelope": "1 payload bytes, 2 signature bytes",
    "ChaincodeID": "1 path string, 2 name string, 3 version string",
    "ChaincodeInput": "1 args bytes*",
    "ChaincodeSpec": "1 type int32, 2 chaincode_id ChaincodeID, 3 input ChaincodeInput",
    "ChaincodeInvocationSpec": "1 chaincode_spec ChaincodeSpec",
    "ChaincodeHeaderExtension": "2 chaincode_id ChaincodeID",
    "ChaincodeProposalPayload": "1 input bytes",
    "Proposal": "1 header bytes, 2 payload bytes",
    "SignedProposal": "1 proposal_bytes bytes, 2 signature bytes",
    "Response": "1 status int32, 2 message string, 3 payload bytes",
    "ChaincodeAction": "1 results bytes, 2 events bytes, 3 response Response, 4 chaincode_id ChaincodeID",
    "ProposalResponsePayload": "1 proposal_hash bytes, 2 extension bytes",
    "Endorsement": "1 endorser bytes, 2 signature bytes",
    "ChaincodeEndorsedAction": "1 proposal_response_payload bytes, 2 endorsements Endorsement*",
    "ChaincodeActionPayload": "1 chaincode_proposal_payload bytes, 2 action ChaincodeEndorsedAction",
    "TransactionAction": "1 header bytes, 2 payload bytes",
    "Transaction": "1 actions TransactionAction*",
    "EndorseRequest": "1 transaction_id string, 2 channel_id string, 3 proposed_transaction SignedProposal",
    "EndorseResponse": "1 prepared_transaction Envelope",
    "SubmitRequest": "1 transaction_id string, 2 channel_id string, 3 prepared_transaction Envelope",
    "SubmitResponse": "",
    "CommitStatusRequest": "1 transaction_id string, 2 channel_id string, 3 identity bytes",
    "SignedCommitStatusRequest": "1 request bytes, 2 signature bytes",
    "CommitStatusResponse": "1 result int32, 2 block_number uint64",
    "EvaluateRequest": "1 transaction_id string, 2 channel_id string, 3 proposed_transaction SignedProposal",
    "EvaluateResponse": "1 result Response",
}
"""Message -> fields as `number name type`; an asterisk: repeated. An enumeration travels as an int32."""

ENDORSER_TRANSACTION: Final = 3
VALID: Final = 0
CODES: Final = {4: "BAD_CREATOR_SIGNATURE", 9: "DUPLICATE_TXID", 10: "ENDORSEMENT_POLICY_FAILURE",
                11: "MVCC_READ_CONFLICT", 12: "PHANTOM_READ_CONFLICT", 254: "NOT_VALIDATED"}  # fmt: skip
"""Verdicts on a transaction that an operator may meet; others are told by their number."""


def _classes() -> SimpleNamespace:
    file = FileDescriptorProto(name="fabric.proto", package="fabric", syntax="proto3")
    for message, fields in FIELDS.items():
        described = file.message_type.add(name=message)
        for text in filter(None, fields.split(", ")):
            number, name, kind = text.split(" ")
            plain = kind.rstrip("*")
            field = described.field.add(name=name, number=int(number))
            field.label = FieldDescriptorProto.LABEL_REPEATED if plain != kind else FieldDescriptorProto.LABEL_OPTIONAL
            if plain in FIELDS:
                field.type, field.type_name = FieldDescriptorProto.TYPE_MESSAGE, f".fabric.{plain}"
            else:
                field.type = FieldDescriptorProto.Type.Value(f"TYPE_{plain.upper()}")
    pool = DescriptorPool()
    pool.Add(file)
    return SimpleNamespace(**{name: GetMessageClass(pool.FindMessageTypeByName(f"fabric.{name}")) for name in FIELDS})


wire: Any = _classes()
"""The classes, by name: `wire.Envelope(payload=...)`."""
