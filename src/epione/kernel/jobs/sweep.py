"""What keeps the table honest, every few seconds in each worker: silent workers, forgotten announcements, schedules."""

import threading
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction
from django.db.models import Q

from epione.kernel.clock import now
from epione.kernel.models.jobs import Job, State
from epione.kernel.models.jobs import Schedule as ScheduleRow

from . import transports
from .lease import reclaim
from .queue import enqueue
from .registry import SCHEDULES, Schedule

log = structlog.get_logger(__name__)
EVERY = 5.0  # seconds
FORGOTTEN = timedelta(seconds=30)


def sweep_until(stop: threading.Event) -> None:
    """Sweep every few seconds until `stop` is set."""
    while not stop.is_set():
        try:
            close_old_connections()
            sweep()
        except (DatabaseError, InterfaceError) as error:
            log.warning("jobs.database_away", error=type(error).__name__)
            connection.close()
        stop.wait(EVERY)
    connection.close()


def sweep() -> None:
    """One pass."""
    reclaim()
    start_due()
    reannounce()


def start_due(instant: datetime | None = None) -> int:
    """Enqueue the schedules whose time has come, each once however many workers look; how many."""
    instant = instant or now()
    return sum(_start(declared, instant) for declared in SCHEDULES.values())


def _start(declared: Schedule, instant: datetime) -> bool:
    row, _ = ScheduleRow.objects.get_or_create(name=declared.name, defaults={"next_run": declared.after(instant)})
    if not row.enabled or row.next_run > instant:
        return False
    with transaction.atomic():
        mine = ScheduleRow.objects.filter(pk=row.pk, next_run=row.next_run)
        if not mine.update(next_run=declared.after(instant), last_run=instant):
            return False
        enqueue(
            declared.task,
            practice_id=None,
            key=f"{declared.name}@{row.next_run.isoformat()}",
            payload=dict(declared.payload),
        )
    return True


def reannounce() -> int:
    """Tell the broker again about due jobs that it has not brought back (it was down, or lost them); how many."""
    if not transports.by_broker():
        return 0
    stale = Q(announced_at=None) | Q(announced_at__lt=now() - FORGOTTEN)
    forgotten = list(Job.objects.filter(stale, state=State.QUEUED, run_after__lte=now())[:500])
    return sum(transports.announce(job) for job in forgotten)
