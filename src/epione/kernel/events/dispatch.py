"""Handing events over: in order for each subscriber and key, retried, each effect once."""

import threading
from datetime import timedelta

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction
from django.db.models import Exists, OuterRef

from epione.kernel.clock import now
from epione.kernel.context import Origin, origin
from epione.kernel.models.outbox import Delivery, DeliveryState

from .bus import Event, handler_of, wake

log = structlog.get_logger(__name__)
POLL = 1.0
MAX_ATTEMPTS = 8


def dispatch_until(stop: threading.Event) -> None:
    """Deliver what is due until `stop` is set."""
    while not stop.is_set():
        try:
            close_old_connections()
            delivered = deliver_pending()
        except (DatabaseError, InterfaceError) as error:
            log.warning("events.database_away", error=type(error).__name__)
            connection.close()
            delivered = 0
        if not delivered:
            wake.wait(POLL)
            wake.clear()
    connection.close()


def deliver_pending(limit: int = 1000) -> int:
    """Deliver what is due, in order; how many hand-overs were tried."""
    for count in range(limit):
        if not _deliver_next():
            return count
    return limit


def _deliver_next() -> bool:
    """Try one hand-over; False when nothing is due."""
    with transaction.atomic():
        delivery = _next()
        if delivery is None:
            return False
        try:
            with transaction.atomic():
                _hand_over(delivery)
        except Exception as error:
            log.exception("events.handler_failed", event_id=str(delivery.event_id), subscriber=delivery.subscriber)
            _postpone(delivery, type(error).__name__)
        else:
            delivery.state, delivery.delivered_at, delivery.error = DeliveryState.DONE, now(), ""
        delivery.attempts += 1
        delivery.save()
    return True


def _next() -> Delivery | None:
    """The oldest due hand-over that no earlier one of its subscriber and key precedes, locked for this worker."""
    earlier = Delivery.objects.filter(
        subscriber=OuterRef("subscriber"), key=OuterRef("key"), state=DeliveryState.PENDING, id__lt=OuterRef("id")
    )
    due = Delivery.objects.filter(~Exists(earlier), state=DeliveryState.PENDING, next_attempt_at__lte=now())
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    return due.order_by("id").first()


def _hand_over(delivery: Delivery) -> None:
    row = delivery.event
    handler = handler_of(row.name, delivery.subscriber)
    if handler is None:
        raise LookupError(delivery.subscriber)
    event = Event(row.pk, row.name, row.practice_id, row.payload, row.published_at, row.correlation_id)
    with origin(Origin(correlation_id=row.correlation_id, agent=f"event {row.name}", purpose="event")):
        handler(event)


def _postpone(delivery: Delivery, fault: str) -> None:
    delivery.error = fault
    if delivery.attempts + 1 >= MAX_ATTEMPTS:
        delivery.state = DeliveryState.DEAD
    delivery.next_attempt_at = now() + timedelta(seconds=2**delivery.attempts)
