"""Running jobs: one at a time in a thread, several threads in a worker."""

import threading
import traceback
from pathlib import Path
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from epione.kernel.context import Origin, origin
from epione.kernel.errors import Expected
from epione.kernel.models.jobs import Job, State

from . import lease
from .errors import Cancelled, LeaseLost
from .progress import Progress
from .registry import TASKS, Task
from .transports import wake

log = structlog.get_logger(__name__)
_running: dict[UUID, Job] = {}
POLL = 1.0  # seconds between looks at the table when nothing woke the worker (work queued by other processes)


def work(stop: threading.Event) -> None:
    """Run due jobs until `stop` is set; survives a database that goes away and comes back."""
    while not stop.is_set():
        try:
            close_old_connections()
            job = lease.claim()
        except (DatabaseError, InterfaceError) as error:
            log.warning("jobs.database_away", error=type(error).__name__)
            connection.close()
            stop.wait(POLL)
            continue
        if job is None:
            wake.wait(POLL)
            wake.clear()
        else:
            run(job)
    connection.close()


def run_pending(limit: int = 1000) -> int:
    """Run every due job here and now, in order (tests and small scripts); how many ran."""
    for count in range(limit):
        job = lease.claim()
        if job is None:
            return count
        run(job)
    return limit


def run(job: Job) -> None:
    """Run one attempt of a claimed job and write what became of it."""
    spec = TASKS.get(job.task)
    where = Origin(correlation_id=job.correlation_id or str(job.pk), agent=f"job {job.task}", purpose="job")
    with origin(where), structlog.contextvars.bound_contextvars(job=str(job.pk), task=job.task):
        if spec is None:
            lease.retry(job, "unknown-task: this worker does not know it")
            return
        _running[job.pk] = job
        try:
            if not _attempt(spec, job):
                log.warning("jobs.lease_lost", attempt=job.attempts)
        finally:
            _running.pop(job.pk, None)


def give_back_running() -> None:
    """Return the jobs that this process has not finished: it stops now, another worker takes them at once."""
    for job in list(_running.values()):
        lease.give_back(job)


def _attempt(spec: Task, job: Job) -> bool:
    try:
        with _Heartbeat(job, spec.time_limit):
            result = spec.run(Progress(job), practice_id=job.practice_id, **job.payload)
    except LeaseLost:
        return False
    except Cancelled:
        return lease.finish(job, State.CANCELLED)
    except Expected as error:
        return lease.finish(job, State.FAILED, error=f"{error.code}: {error}"[:500])
    except Exception as error:
        fault = describe(error)
        log.exception("jobs.attempt_failed", attempt=job.attempts, fault=fault)
        return lease.retry(job, fault)
    return lease.finish(job, State.DONE, result=result or {}, error="")


def describe(error: BaseException) -> str:
    """The kind and place of a fault, without its message, which may quote a patient's data."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


class _Heartbeat:
    """Renews the lease while an attempt runs, up to its time limit: a hung task is then given to another worker."""

    def __init__(self, job: Job, time_limit: float) -> None:
        self._job = job
        self._seconds = lease.LEASE.total_seconds() / 4
        self._beats = int(time_limit / self._seconds)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease-{job.pk}", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        for _ in range(self._beats):
            if self._over.wait(self._seconds):
                break
            try:
                lease.renew(self._job)
            except (DatabaseError, InterfaceError) as error:
                log.warning("jobs.lease_not_renewed", error=type(error).__name__)
                connection.close()
        connection.close()
