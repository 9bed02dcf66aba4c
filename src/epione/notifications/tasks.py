"""Jobs of notifications."""

from typing import Any
from uuid import UUID

from epione.identity.public import service_actor
from epione.kernel.jobs import Progress, task

from .services import DELIVER, DELIVERY_ATTEMPTS, deliver


@task(DELIVER, max_attempts=DELIVERY_ATTEMPTS)
def run(progress: Progress, *, practice_id: UUID | None, id: str) -> dict[str, Any]:  # noqa: A002, ARG001 -- a task is called so
    """Send the mail of one notification."""
    if practice_id is None:
        raise ValueError("A notification belongs to a practice.")
    by = service_actor(practice_id, "Notifications")
    return {"sent": deliver(notification_id=UUID(id), practice_id=practice_id, by=by)}
