"""Calls of the Gateway service of a Fabric peer, over gRPC, each with a time limit."""

from typing import Any, Final

import grpc

from epione.ledger.providers.base import AnchorAway, AnchorFailed

from .identity import Identity
from .transactions import Call, check_endorsed, propose, read_envelope
from .wire import CODES, VALID, wire

MESSAGE_BYTES: Final = 16 * 1024 * 1024


class Gateway:
    """One peer. `root`: PEM of the authority of its TLS certificate, None for a connection in clear."""

    def __init__(self, target: str, root: bytes | None, *, server_name: str = "", seconds: float = 10.0) -> None:
        self._target, self._root, self._seconds = target, root, seconds
        self._options: list[tuple[str, Any]] = [("grpc.max_receive_message_length", MESSAGE_BYTES)]
        self._options.append(("grpc.enable_http_proxy", 0))
        if server_name:
            self._options.append(("grpc.ssl_target_name_override", server_name))

    def evaluate(self, call: Call, by: Identity) -> bytes:
        """Ask a chaincode; its answer."""
        proposed = propose(call, by)
        request = wire.EvaluateRequest(
            transaction_id=proposed.transaction, channel_id=call.channel, proposed_transaction=proposed.signed
        )
        with self._channel() as channel:
            result = self._ask(channel, "Evaluate", request, wire.EvaluateResponse).result
        if result.status != 200:
            raise AnchorFailed(f"{self._target}: the chaincode refused ({result.status}: {result.message[:200]})")
        answer: bytes = result.payload
        return answer

    def submit(self, call: Call, by: Identity) -> tuple[bytes, int]:
        """Have a call endorsed, ordered and committed; the signed envelope, and the block that holds it."""
        proposed = propose(call, by)
        named = {"transaction_id": proposed.transaction, "channel_id": call.channel}
        with self._channel() as channel:
            endorse = wire.EndorseRequest(**named, proposed_transaction=proposed.signed)
            envelope = self._ask(channel, "Endorse", endorse, wire.EndorseResponse).prepared_transaction
            endorsed = read_envelope(envelope.payload)
            # Whatever the peer prepared, nothing is signed but the call that was asked for.
            check_endorsed(endorsed, call, [])
            if (endorsed.transaction, endorsed.creator) != (proposed.transaction, by.creator):
                raise AnchorFailed(f"{self._target}: the peer prepared another transaction")
            envelope.signature = by.sign(envelope.payload)
            submit = wire.SubmitRequest(**named, prepared_transaction=envelope)
            self._ask(channel, "Submit", submit, wire.SubmitResponse)
            return envelope.SerializeToString(), self._committed(channel, named, by)

    def _committed(self, channel: Any, named: dict[str, str], by: Identity) -> int:
        """Wait for the verdict on a transaction; the number of its block."""
        raw = wire.CommitStatusRequest(**named, identity=by.creator).SerializeToString()
        signed = wire.SignedCommitStatusRequest(request=raw, signature=by.sign(raw))
        verdict = self._ask(channel, "CommitStatus", signed, wire.CommitStatusResponse)
        # Block 0 holds the configuration, never a transaction: an empty answer is no proof.
        if verdict.result != VALID or verdict.block_number == 0:
            name = CODES.get(verdict.result, verdict.result)
            raise AnchorFailed(f"{self._target}: the transaction was not committed ({name})")
        number: int = verdict.block_number
        return number

    def _ask(self, channel: Any, name: str, request: Any, answer: Any) -> Any:
        call = channel.unary_unary(
            f"/gateway.Gateway/{name}",
            request_serializer=type(request).SerializeToString,
            response_deserializer=answer.FromString,
        )
        try:
            return call(request, timeout=self._seconds)
        except grpc.RpcError as error:
            said = f"{error.code().name}: {(error.details() or '')[:200]}"
            raise AnchorAway(f"{self._target}: no answer to {name} ({said})") from error

    def _channel(self) -> Any:
        if self._root is None:
            return grpc.insecure_channel(self._target, options=self._options)
        return grpc.secure_channel(self._target, grpc.ssl_channel_credentials(self._root), options=self._options)
