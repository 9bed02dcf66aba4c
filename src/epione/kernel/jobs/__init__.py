"""Durable jobs: one table that is the truth, run by threads of the worker role or through a broker.

    @task("imports.run", max_attempts=3)
    def run(progress: Progress, *, practice_id: UUID | None, **payload: Any) -> dict: ...

    enqueue("imports.run", practice_id=by.practice_id, by=by, key="import-2026-11", payload={"id": str(batch)})

A task may run again after a crash (at least once): it must bear being repeated. Payloads, results and progress texts
carry identifiers and counts, never personal data. Import this package from `apps.ready()` or later (it has rows).
"""

from .errors import Cancelled as Cancelled
from .progress import Progress as Progress
from .queue import JobState as JobState
from .queue import cancel as cancel
from .queue import enqueue as enqueue
from .queue import job_state as job_state
from .registry import schedule as schedule
from .registry import task as task
from .worker import run_pending as run_pending

__all__ = ["Cancelled", "JobState", "Progress", "cancel", "enqueue", "job_state", "run_pending", "schedule", "task"]
