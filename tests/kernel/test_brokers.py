"""Jobs through real brokers: the table stays the truth, whatever the broker does."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from kombu import Connection

from epione.kernel.clock import now
from epione.kernel.ids import uuid7
from epione.kernel.jobs import consumer, enqueue, job_state, lease, registry, sweep
from epione.kernel.jobs.transports import broker
from epione.kernel.models.jobs import Job

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
PRACTICE = uuid7()


@pytest.fixture(params=["EPIONE_TEST_AMQP_URL", "EPIONE_TEST_REDIS_URL"], ids=["rabbitmq", "redis"])
def address(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a broker with an empty queue, given to Epione."""
    found = os.environ.get(request.param)
    if not found:
        pytest.skip(f"{request.param} names no broker: `make test` starts one")
    monkeypatch.setenv("EPIONE_BROKER_URL", found)
    monkeypatch.setattr(broker, "_senders", {})
    with Connection(found) as connection:
        connection.SimpleQueue(broker.QUEUE).clear()
    return found


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What the task `test.task` was given; it fails on its first attempt when told so."""
    seen: list[Any] = []

    def run(progress: Any, *, practice_id: Any, n: int, fails: bool = False) -> dict[str, Any]:
        seen.append(n)
        if fails and progress.attempt == 1:
            raise ConnectionError
        return {"n": n}

    registry.task("test.task")(run)
    monkeypatch.setattr(lease, "backoff", lambda attempts: 0)
    yield seen
    registry.TASKS.pop("test.task")


@pytest.fixture
def working() -> Iterator[Callable[[], None]]:
    """Starts a worker of the broker."""
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def start() -> None:
        threads.append(threading.Thread(target=consumer.consume, args=(stop, 2), daemon=True))
        threads[-1].start()

    yield start
    stop.set()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


def until(condition: Callable[[], bool], seconds: float = 40) -> None:
    """Wait for something that happens elsewhere."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, list(Job.objects.values("state", "attempts", "error"))
        time.sleep(0.05)


def add(n: int, **payload: Any) -> Any:
    return enqueue("test.task", practice_id=PRACTICE, payload={"n": n} | payload)


def all_done() -> bool:
    return not Job.objects.exclude(state="done").exists()


def test_jobs_run_once_each_through_the_broker(address: str, ran: list[Any], working: Callable[[], None]) -> None:
    working()
    for n in range(20):
        add(n)
    until(all_done)

    assert sorted(ran) == list(range(20))
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}


def test_a_failed_job_is_announced_again_by_the_sweep(
    address: str, ran: list[Any], working: Callable[[], None]
) -> None:
    working()
    job = add(1, fails=True)
    until(lambda: job_state(job).state == "queued" and job_state(job).attempts == 1)
    sweep.sweep()
    until(all_done)

    assert (ran, job_state(job).attempts) == ([1, 1], 2)


def test_a_message_delivered_five_times_has_one_effect(
    address: str, ran: list[Any], working: Callable[[], None]
) -> None:
    job = add(7)
    row = Job.objects.get(pk=job)
    for _ in range(4):
        assert broker.send(row)
    working()
    until(all_done)
    time.sleep(1)

    assert ran == [7]


def test_while_the_broker_is_away_nothing_is_lost_and_all_is_drained_once(
    address: str, ran: list[Any], working: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = "amqp://guest:guest@127.0.0.1:9//" if address.startswith("amqp") else "redis://127.0.0.1:9/0"
    monkeypatch.setenv("EPIONE_BROKER_URL", gone)
    started = time.monotonic()
    jobs = [add(n) for n in range(3)]
    assert time.monotonic() - started < 10  # one attempt to connect, not one for each job
    assert {job_state(job).state for job in jobs} == {"queued"}

    monkeypatch.setenv("EPIONE_BROKER_URL", address)
    working()
    sweep.sweep()
    until(all_done)

    assert sorted(ran) == [0, 1, 2]


def test_a_delayed_job_waits_in_the_table(address: str, ran: list[Any], working: Callable[[], None]) -> None:
    working()
    job = enqueue("test.task", practice_id=PRACTICE, run_after=now() + timedelta(seconds=2), payload={"n": 1})
    sweep.sweep()
    assert job_state(job).state == "queued"
    time.sleep(2)
    sweep.sweep()
    until(all_done)

    assert ran == [1]
