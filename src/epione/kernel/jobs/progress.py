"""How a running task tells where it stands and hears that it must stop."""

import time
from uuid import UUID

from epione.kernel.actor import Actor
from epione.kernel.models.jobs import Job

from .errors import Cancelled, LeaseLost
from .lease import renew
from .queue import actor_of

SECONDS_BETWEEN_WRITES = 0.25


class Progress:
    """Handed to a task. Call `step` outside of transactions: what is written inside is seen only at commit."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._written_at = 0.0

    @property
    def job_id(self) -> UUID:
        """The id of the job, for the rows that it makes."""
        return self._job.pk

    @property
    def by(self) -> Actor | None:
        """Who asked for the job; None when a schedule did."""
        return actor_of(self._job)

    @property
    def attempt(self) -> int:
        """1 at the first attempt."""
        return self._job.attempts

    def step(self, done: int, total: int, text: str = "") -> None:
        """Say that `done` of `total` is done; raises Cancelled when somebody asked for the job to stop.

        `text` is shown to people: no personal data. Written at most four times a second, the last step always.
        """
        elapsed = time.monotonic() - self._written_at
        if elapsed < SECONDS_BETWEEN_WRITES and done < total:
            return
        self._written_at = time.monotonic()
        must_stop = renew(self._job, done=done, total=total, text=text[:300])
        if must_stop is None:
            raise LeaseLost
        if must_stop:
            raise Cancelled
