"""What follows the reception of an image, after commit."""

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
    """Have an image that is cleared pinned on the IPFS nodes that may keep encrypted files, where there are any."""
    if event.payload["state"] != "clean" or not keeps_ciphertext():
        return
    image = event.payload["instance_id"]
    key = f"{event.name}:{image}"
    enqueue("imaging.pin", practice_id=event.practice_id, key=key, payload={"instance_id": image})


def seek(event: Event) -> None:
    """Have text looked for in what is no reconstruction of slices, where the machine can."""
    if event.payload["text_possible"] and can_seek():
        image = event.payload["instance_id"]
        key = f"imaging.seek_text:{image}"
        enqueue("imaging.seek_text", practice_id=event.practice_id, key=key, payload={"instance_id": image})


def report_signed(event: Event) -> None:
    """An examination whose report is signed is reported, wherever it was signed."""
    if event.payload["kind"] == KIND:
        by = service_actor(event.practice_id, "imaging")
        mark_reported(report_id=UUID(event.payload["subject_id"]), by=by)


def connect() -> None:
    """Listen, once per process."""
    subscribe(events.RECEIVED, pin)
    subscribe(events.RECEIVED, seek)
    subscribe(events.RELEASED, pin)
    subscribe(SIGNED, report_signed)
