"""What happened, told to other modules after commit: a transactional outbox and its dispatch.

    publish("patients.merged", practice_id=by.practice_id, key=str(kept), payload={"kept": str(kept)})
    subscribe("patients.merged", handler)            # in apps.ready(); handler(event: Event) -> None

Events of one `key` reach each subscriber in order. The hand-over is marked in the transaction of the handler: what it
writes to the database happens exactly once; what it does outside (mail, network) at least once, keyed by `event.id`.
Payloads carry identifiers, never personal data.
"""

from .bus import Event as Event
from .bus import publish as publish
from .bus import subscribe as subscribe
from .dispatch import deliver_pending as deliver_pending

__all__ = ["Event", "deliver_pending", "publish", "subscribe"]
