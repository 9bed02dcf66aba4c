"""Durable jobs: how many a second, and how soon one starts."""

import threading
import time
from typing import Any
from uuid import UUID

from django.core.management import call_command

from epione.kernel.ids import uuid7
from epione.kernel.jobs import Progress, enqueue, registry
from epione.kernel.jobs.worker import work
from epione.kernel.models.jobs import Job

BURST = 200
SINGLES = 20


def run() -> list[dict[str, Any]]:
    """Enqueue a burst, run it with two threads, then time single jobs from request to end."""
    call_command("migrate", verbosity=0)
    registry.task("bench.nothing")(_nothing)
    practice = uuid7()
    started = time.perf_counter()
    for _ in range(BURST):
        enqueue("bench.nothing", practice_id=practice)
    enqueued = time.perf_counter() - started
    stop = threading.Event()
    workers = [threading.Thread(target=work, args=(stop,)) for _ in range(2)]
    started = time.perf_counter()
    for worker in workers:
        worker.start()
    _until_idle()
    ran = time.perf_counter() - started
    delays = sorted(_one(practice) for _ in range(SINGLES))
    stop.set()
    for worker in workers:
        worker.join()
    return [
        _row("burst of 200", "enqueued", "jobs/s", BURST / enqueued, 200.0),
        _row("burst of 200, 2 threads", "run", "jobs/s", BURST / ran, 100.0),
        _row("idle worker", "request to end, median", "ms", delays[len(delays) // 2] * 1000, None),
    ]


def _nothing(_progress: Progress, *, practice_id: UUID) -> dict[str, Any]:
    return {"practice": str(practice_id)}


def _one(practice: Any) -> float:
    started = time.perf_counter()
    enqueue("bench.nothing", practice_id=practice)
    _until_idle()
    return time.perf_counter() - started


def _until_idle() -> None:
    while Job.objects.exclude(state="done").exists():
        time.sleep(0.002)


def _row(case: str, metric: str, unit: str, value: float, target: float | None) -> dict[str, Any]:
    met = None if target is None else value >= target
    return {"case": case, "metric": metric, "unit": unit, "value": round(value, 2), "target": target, "met": met}
