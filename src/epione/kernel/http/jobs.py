"""Jobs on the API: how one stands, asking it to stop, following it as it goes."""

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router, Schema

from epione.kernel.actor import Actor
from epione.kernel.errors import Expected, Forbidden
from epione.kernel.jobs import JobState, cancel, job_state
from epione.kernel.jobs.queue import view
from epione.kernel.models.jobs import Job

from .hub import Hub
from .streams import event_stream, sse

router = Router(tags=["Jobs"])


class SignInFirst(Expected):
    """Nobody is signed in."""

    status = 401
    code = "not-signed-in"


class JobAnswer(Schema):
    """A job as a client sees it; `state` is final when done, failed, cancelled or dead."""

    id: UUID
    task: str
    state: str
    done: int
    total: int
    text: str
    result: dict[str, Any] | None
    error: str
    attempts: int
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@router.get("/{uuid:job_id}", response=JobAnswer, summary="How a job stands")
def read_job(request: HttpRequest, job_id: UUID) -> JobState:
    """The state, progress and result of a job of your practice."""
    return job_state(job_id, practice_id=_actor(request).practice_id)


@router.post("/{uuid:job_id}/cancel", response=JobAnswer, summary="Ask a job to stop")
def cancel_job(request: HttpRequest, job_id: UUID) -> JobState:
    """Stop a waiting job at once, a running one at its next step; only who asked for it, or an administrator."""
    by = _actor(request)
    job = job_state(job_id, practice_id=by.practice_id)
    if job.by != by.id and "admin" not in by.roles:
        raise Forbidden
    return cancel(job_id, practice_id=by.practice_id)


def follow_job(request: HttpRequest, job_id: UUID) -> StreamingHttpResponse:
    """The progress of a job as server-sent events named `progress`, until it is final."""
    job_state(job_id, practice_id=_actor(request).practice_id)
    return event_stream(_progress(job_id))


async def _progress(job_id: UUID) -> AsyncIterator[bytes]:
    async for state in _hub.watch(job_id):
        yield sse(JobAnswer.from_orm(state).model_dump(mode="json"), event="progress")
        if state.is_final:
            return


def _read(job_ids: Iterable[UUID]) -> Mapping[UUID, JobState]:
    return {job.pk: view(job) for job in Job.objects.filter(pk__in=list(job_ids))}


_hub: Hub[UUID, JobState] = Hub(_read)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise SignInFirst
    return actor
