"""C-STORE: each object is received as by any other door; its status says what became of it."""

from typing import Any

from epione.imaging.domain.exchange.answers import OUT_OF_RESOURCES, reason_of
from epione.imaging.services import Received, receive
from epione.imaging.services.preparing import MAX_BYTES
from epione.kernel.errors import Expected

from .callers import STORE, actor_for, peer_of

SUCCESS, COERCED, NOT_AUTHORISED = 0x0000, 0xB000, 0x0124
_COUNT = "epione_bytes"


def store(event: Any) -> int:
    """Receive one object. It is coerced by design: a success says that it is kept, de-identified."""
    setattr(event.assoc, _COUNT, 0)
    peer = peer_of(event)
    if peer is None or not peer.may_store:
        return NOT_AUTHORISED
    content: bytes = event.encoded_dataset(include_meta=True)
    try:
        [outcome] = receive(contents=[content], source="dimse", by=actor_for(peer, STORE))
    except Expected as refusal:
        return OUT_OF_RESOURCES if refusal.status == 503 else reason_of(refusal.code)
    return SUCCESS if isinstance(outcome, Received) else reason_of(outcome.code)


def limit(event: Any) -> None:
    """Abort a system that sends an object larger than what is taken anywhere, before memory is full."""
    received = getattr(event.assoc, _COUNT, 0) + int(event.pdu.pdu_length)
    setattr(event.assoc, _COUNT, received)
    if received > MAX_BYTES:
        event.assoc.abort()
