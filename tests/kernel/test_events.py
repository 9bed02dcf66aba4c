"""The outbox: with the commit or not at all, in order, each effect once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from epione.kernel.clock import now
from epione.kernel.events import Event, bus, deliver_pending, publish, subscribe
from epione.kernel.ids import uuid7
from epione.kernel.models.jobs import Schedule
from epione.kernel.models.outbox import Delivery, OutboxEvent

PRACTICE = uuid7()


@pytest.fixture(autouse=True)
def only_these_subscribers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(bus, "_handlers", {})
    monkeypatch.setattr(bus, "_conditions", {})
    return


@pytest.fixture
def heard() -> list[tuple[str, Any]]:
    """What the subscriber `ear` was told, in order."""
    told: list[tuple[str, Any]] = []
    subscribe("test.said", lambda event: told.append((event.name, event.payload)), name="ear")
    return told


def say(word: str, key: str = "") -> None:
    with transaction.atomic():
        publish("test.said", practice_id=PRACTICE, key=key, payload={"word": word})


def due_again() -> None:
    Delivery.objects.update(next_attempt_at=now() - timedelta(seconds=1))


def test_a_subscriber_hears_what_was_published(db: None, heard: list[Any]) -> None:
    say("hello")

    assert deliver_pending() == 1
    assert heard == [("test.said", {"word": "hello"})]
    assert deliver_pending() == 0


def test_what_does_not_concern_a_subscriber_is_not_kept_for_it(db: None) -> None:
    told: list[str] = []
    subscribe(
        "test.said",
        lambda event: told.append(event.payload["word"]),
        name="ear",
        when=lambda said: said["word"] == "fire",
    )
    say("hello")
    say("fire")

    assert Delivery.objects.count() == deliver_pending() == 1
    assert told == ["fire"]


def test_what_is_rolled_back_was_never_said(transactional_db: None, heard: list[Any]) -> None:
    with pytest.raises(RuntimeError, match="changed my mind"), transaction.atomic():
        publish("test.said", practice_id=PRACTICE)
        raise RuntimeError("changed my mind")

    assert deliver_pending() == 0
    assert (heard, OutboxEvent.objects.count()) == ([], 0)


def test_publishing_outside_a_transaction_is_refused(transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        publish("test.said", practice_id=PRACTICE)


def test_events_of_a_key_arrive_in_order_even_when_one_fails_first(db: None) -> None:
    heard: list[str] = []
    failures = iter([True, False, False, False])

    def hear(event: Event) -> None:
        if event.payload["word"] == "one" and next(failures):
            raise ConnectionError
        heard.append(event.payload["word"])

    subscribe("test.said", hear, name="ear")
    for word, key in [("one", "a"), ("two", "a"), ("three", "b")]:
        say(word, key)

    deliver_pending()
    assert heard == ["three"]
    due_again()
    deliver_pending()
    assert heard == ["three", "one", "two"]


def test_a_failing_subscriber_delays_no_other_and_ends_dead(db: None, heard: list[Any]) -> None:
    def fail(event: Event) -> None:
        raise ConnectionError("Madame Dupont")

    subscribe("test.said", fail, name="broken")
    say("hello")
    for _ in range(10):
        deliver_pending()
        due_again()

    assert heard == [("test.said", {"word": "hello"})]
    broken = Delivery.objects.get(subscriber="broken")
    assert (broken.state, broken.attempts, broken.error) == ("dead", 8, "ConnectionError")


def test_what_a_handler_wrote_before_failing_is_undone(db: None) -> None:
    calls: list[int] = []

    def write_then_fail_once(event: Event) -> None:
        Schedule.objects.create(name=f"effect {event.id}", next_run=now())
        calls.append(1)
        if len(calls) == 1:
            raise ConnectionError

    subscribe("test.said", write_then_fail_once, name="writer")
    say("hello")
    deliver_pending()
    assert Schedule.objects.count() == 0
    due_again()
    deliver_pending()

    assert (Schedule.objects.count(), len(calls)) == (1, 2)


def test_a_name_belongs_to_one_handler(heard: list[Any]) -> None:
    with pytest.raises(ValueError, match="ear"):
        subscribe("test.said", lambda event: None, name="ear")


def test_a_handler_removed_from_the_code_is_noticed(
    db: None, heard: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    say("hello")
    monkeypatch.setattr(bus, "_handlers", {})
    monkeypatch.setattr(bus, "_conditions", {})
    deliver_pending()

    assert Delivery.objects.get().error == "LookupError"


def test_handlers_are_told_where_the_event_came_from(db: None) -> None:
    from epione.kernel.context import Origin, current_origin, origin

    heard: list[tuple[str, str]] = []
    subscribe(
        "test.said", lambda event: heard.append((event.correlation_id, current_origin().correlation_id)), name="ear"
    )
    with origin(Origin(correlation_id="c-1")):
        say("hello")
    deliver_pending()

    assert heard == [("c-1", "c-1")]
