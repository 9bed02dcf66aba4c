"""Putting jobs in the table, looking at them, asking them to stop."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from epione.kernel.actor import Actor, ActorKind
from epione.kernel.clock import now
from epione.kernel.context import current_origin
from epione.kernel.errors import NotFound
from epione.kernel.models.jobs import Job, State

from . import transports
from .registry import TASKS

FINAL = frozenset({State.DONE, State.FAILED, State.CANCELLED, State.DEAD})


@dataclass(frozen=True, slots=True)
class JobState:
    """What a person may know about a job; `result` and `error` are set once it is final."""

    id: UUID
    task: str
    practice_id: UUID | None
    by: UUID | None
    state: str
    attempts: int
    max_attempts: int
    done: int
    total: int
    text: str
    result: dict[str, Any] | None
    error: str
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in FINAL


def enqueue(
    name: str,
    *,
    practice_id: UUID | None,
    by: Actor | None = None,
    key: str | None = None,
    run_after: datetime | None = None,
    payload: dict[str, Any] | None = None,
) -> UUID:
    """Have the task `name` run once the present transaction commits; the id of its job.

    With a `key`, a second call in the same practice returns the first job instead of making another.
    """
    spec = TASKS[name]
    job = Job(
        practice_id=practice_id,
        task=name,
        key=key or "",
        payload=payload or {},
        by=_written(by) if by else None,
        correlation_id=current_origin().correlation_id,
        max_attempts=spec.max_attempts,
        run_after=run_after or now(),
    )
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        first = Job.objects.filter(practice_id=practice_id, key=key).first() if key else None
        if first is None:
            raise
        return UUID(str(first.pk))
    transaction.on_commit(lambda: transports.announce(job))
    return job.pk


def job_state(job_id: UUID, *, practice_id: UUID | None = None) -> JobState:
    """How a job stands; with `practice_id`, only if it belongs to that practice. Raises NotFound."""
    return view(_find(job_id, practice_id))


def cancel(job_id: UUID, *, practice_id: UUID | None = None) -> JobState:
    """Ask a job to stop: at once if it waits, at its next step if it runs; a finished one stays as it is."""
    _find(job_id, practice_id)
    waiting = Job.objects.filter(pk=job_id, state=State.QUEUED)
    waiting.update(state=State.CANCELLED, cancel_requested=True, finished_at=now())
    Job.objects.filter(pk=job_id, state=State.RUNNING).update(cancel_requested=True)
    return view(_find(job_id, practice_id))


def view(job: Job) -> JobState:
    """The row as others may see it."""
    return JobState(
        id=job.pk,
        task=job.task,
        practice_id=job.practice_id,
        by=UUID(job.by["id"]) if job.by else None,
        state=job.state,
        attempts=job.attempts,
        max_attempts=job.max_attempts,
        done=job.done,
        total=job.total,
        text=job.text,
        result=job.result,
        error=job.error,
        cancel_requested=job.cancel_requested,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
    )


def _find(job_id: UUID, practice_id: UUID | None) -> Job:
    mine = Q(pk=job_id) if practice_id is None else Q(pk=job_id, practice_id=practice_id)
    job: Job | None = Job.objects.filter(mine).first()
    if job is None:
        raise NotFound
    return job


def _written(by: Actor) -> dict[str, Any]:
    return {
        "id": str(by.id),
        "kind": by.kind.value,
        "practice_id": str(by.practice_id),
        "roles": sorted(by.roles),
        "name": by.name,
        "patient_id": str(by.patient_id) if by.patient_id else None,
    }


def actor_of(job: Job) -> Actor | None:
    """The one who asked for the job, with the roles held then; emergency access does not outlive its request."""
    if job.by is None:
        return None
    return Actor(
        id=UUID(job.by["id"]),
        kind=ActorKind(job.by["kind"]),
        practice_id=UUID(job.by["practice_id"]),
        roles=frozenset(job.by["roles"]),
        name=job.by["name"],
        patient_id=UUID(job.by["patient_id"]) if job.by["patient_id"] else None,
    )
