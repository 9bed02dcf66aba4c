"""Publishing and subscribing."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from epione.kernel.context import current_origin
from epione.kernel.models.outbox import Delivery, OutboxEvent

wake = threading.Event()


@dataclass(frozen=True, slots=True)
class Event:
    """What a handler receives; `id` is the same at each retry."""

    id: UUID
    name: str
    practice_id: UUID
    payload: dict[str, Any]
    published_at: datetime
    correlation_id: str


Handler = Callable[[Event], None]
Condition = Callable[[dict[str, Any]], bool]
_handlers: dict[str, dict[str, Handler]] = {}
_conditions: dict[tuple[str, str], Condition] = {}


def subscribe(event: str, handler: Handler, *, name: str = "", when: Condition | None = None) -> None:
    """Have `handler` called after commit of each `event`; `name` (default: the handler's own) must stay stable.

    `when` reads the payload as it is published: where it says no, nothing is kept for this handler and no worker is
    woken for it. Declaring the same name twice for one event with another function is an error.
    """
    name = name or f"{handler.__module__}.{handler.__qualname__}"
    known = _handlers.setdefault(event, {})
    if known.get(name, handler) is not handler:
        raise ValueError(f"Two subscribers of {event} are called {name}.")
    known[name] = handler
    if when is not None:
        _conditions[event, name] = when


def subscribers(event: str) -> dict[str, Handler]:
    """The handlers of an event, by name."""
    return _handlers.get(event, {})


def handler_of(event: str, subscriber: str) -> Handler | None:
    """The handler that a delivery names; None when this version of the code no longer has it."""
    return _handlers.get(event, {}).get(subscriber)


def publish(name: str, *, practice_id: UUID, payload: dict[str, Any] | None = None, key: str = "") -> UUID:
    """Write an event in the present transaction; it leaves with the commit, or not at all. The id of the event.

    `key` is what order is kept for (a patient, a prescription); by default the practice.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{name} must be published inside the transaction of its use case.")
    event = OutboxEvent.objects.create(
        practice_id=practice_id,
        name=name,
        key=key or str(practice_id),
        payload=payload or {},
        correlation_id=current_origin().correlation_id,
    )
    concerned = [one for one in subscribers(name) if _concerns(name, one, event.payload)]
    if concerned:
        Delivery.objects.bulk_create(Delivery(event=event, subscriber=one, key=event.key) for one in concerned)
        transaction.on_commit(wake.set)
    return UUID(str(event.pk))


def _concerns(name: str, subscriber: str, payload: dict[str, Any]) -> bool:
    condition = _conditions.get((name, subscriber))
    return condition is None or condition(payload)
