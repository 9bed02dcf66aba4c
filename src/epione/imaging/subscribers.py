"""What follows the reception of an image, after commit."""

from typing import Any
from uuid import UUID

from epione.documents.public import SIGNED
from epione.identity.public import service_actor
from epione.kernel.events import Event, subscribe
from epione.kernel.jobs import enqueue
from epione.ledger.public import keeps_ciphertext

from . import events
from .services.reports import KIND, mark_reported
from .services.seeking import can_seek


def pin(event: Event) -> None:
    """Have an image that is cleared pinned on the IPFS nodes that may keep encrypted files."""
    image = event.payload["instance_id"]
    key = f"{event.name}:{image}"
    enqueue("imaging.pin", practice_id=event.practice_id, key=key, payload={"instance_id": image})


def seek(event: Event) -> None:
    """Have text looked for in what is no reconstruction of slices."""
    image = event.payload["instance_id"]
    key = f"imaging.seek_text:{image}"
    enqueue("imaging.seek_text", practice_id=event.practice_id, key=key, payload={"instance_id": image})


def report_signed(event: Event) -> None:
    """An examination whose report is signed is reported, wherever it was signed."""
    if event.payload["kind"] == KIND:
        by = service_actor(event.practice_id, "imaging")
        mark_reported(report_id=UUID(event.payload["subject_id"]), by=by)


def _may_be_pinned(payload: dict[str, Any]) -> bool:
    return payload["state"] == "clean" and keeps_ciphertext()


def _may_show_text(payload: dict[str, Any]) -> bool:
    """Whether it may, and this machine can look."""
    return bool(payload["text_possible"]) and can_seek()


def connect() -> None:
    """Listen, once per process; most images concern neither, and cost nothing here."""
    subscribe(events.RECEIVED, pin, when=_may_be_pinned)
    subscribe(events.RECEIVED, seek, when=_may_show_text)
    subscribe(events.RELEASED, pin, when=_may_be_pinned)
    subscribe(SIGNED, report_signed)
