"""What follows the reception of an image, after commit."""

from epione.kernel.events import Event, subscribe
from epione.kernel.jobs import enqueue
from epione.ledger.public import keeps_ciphertext

from . import events


def pin(event: Event) -> None:
    """Have an image that is cleared pinned on the IPFS nodes that may keep encrypted files, where there are any."""
    if event.payload["state"] != "clean" or not keeps_ciphertext():
        return
    image = event.payload["instance_id"]
    key = f"{event.name}:{image}"
    enqueue("imaging.pin", practice_id=event.practice_id, key=key, payload={"instance_id": image})


def connect() -> None:
    """Listen, once per process."""
    subscribe(events.RECEIVED, pin)
    subscribe(events.RELEASED, pin)
