"""Who may run a job now: claims, renewals, final states, and leases that ran out."""

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from epione.kernel.clock import now
from epione.kernel.ids import uuid7
from epione.kernel.models.jobs import Job, State

LEASE = timedelta(seconds=60)
BACKOFF_FIRST = 2.0  # seconds before the second attempt
BACKOFF_MOST = 600.0


def claim(job_id: UUID | None = None, *, lease: timedelta | None = None) -> Job | None:
    """Take the next due job, or the one named, for a while (`LEASE`); None when there is nothing to take.

    SQLite: writers queue at BEGIN IMMEDIATE. PostgreSQL: rows that another worker is taking are skipped.
    """
    with transaction.atomic():
        due = Job.objects.filter(state=State.QUEUED, run_after__lte=now())
        if job_id is not None:
            due = due.filter(pk=job_id)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        job: Job | None = due.order_by("run_after", "id").first()
        if job is None:
            return None
        job.state, job.lease, job.lease_until = State.RUNNING, uuid7(), now() + (lease or LEASE)
        job.attempts += 1
        job.started_at = job.started_at or now()
        job.save(update_fields=["state", "lease", "lease_until", "attempts", "started_at"])
        return job


def renew(job: Job, **written: Any) -> bool | None:
    """Keep the job for longer and write its progress: whether it must stop, or None if it is no longer ours."""
    mine = Job.objects.filter(pk=job.pk, lease=job.lease)
    if not mine.update(lease_until=now() + LEASE, **written):
        return None
    return mine.values_list("cancel_requested", flat=True).first()


def finish(job: Job, state: State, **written: Any) -> bool:
    """Write a final state; False when the lease was lost, in which case nothing is written."""
    mine = Job.objects.filter(pk=job.pk, lease=job.lease)
    return bool(mine.update(state=state, finished_at=now(), lease=None, lease_until=None, **written))


def give_back(job: Job) -> None:
    """Return a job that could not be run to its end through no fault of its own (the worker stops)."""
    mine = Job.objects.filter(pk=job.pk, lease=job.lease)
    mine.update(state=State.QUEUED, lease=None, lease_until=None, announced_at=None, attempts=F("attempts") - 1)


def retry(job: Job, error: str) -> bool:
    """Have the job run again later, or declare it dead when its attempts are used up; False when the lease was lost."""
    if job.attempts >= job.max_attempts:
        return finish(job, State.DEAD, error=error)
    again: Mapping[str, Any] = {
        "state": State.QUEUED,
        "lease": None,
        "lease_until": None,
        "announced_at": None,
        "error": error,
        "run_after": now() + timedelta(seconds=backoff(job.attempts)),
    }
    return bool(Job.objects.filter(pk=job.pk, lease=job.lease).update(**again))


def backoff(attempts: int) -> float:
    """Seconds to wait after the given attempt: doubling, with jitter so that a crowd does not return together."""
    spread = random.uniform(0.5, 1.5)  # noqa: S311 -- jitter, not a secret
    wait: float = min(BACKOFF_FIRST * 2 ** (attempts - 1), BACKOFF_MOST)
    return wait * spread


def reclaim() -> int:
    """Retry, or bury, the jobs whose worker fell silent; how many."""
    silent = Job.objects.filter(state=State.RUNNING, lease_until__lt=now())
    return sum(retry(job, "lease-expired: its worker fell silent") for job in silent[:100])
