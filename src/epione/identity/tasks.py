"""Jobs of identity."""

from typing import Any
from uuid import UUID

from epione.kernel.jobs import Progress, schedule, task

from .services import clean_up, remind_reviews


@task("identity.clean_up")
def run(progress: Progress, *, practice_id: UUID | None, **_payload: Any) -> dict[str, Any]:  # noqa: ARG001 -- a task is called so
    """Take away ended sessions, spent tokens and old failures."""
    return dict(clean_up())


@task("identity.remind_reviews")
def remind(progress: Progress, *, practice_id: UUID | None, **_payload: Any) -> dict[str, Any]:  # noqa: ARG001 -- a task is called so
    """Announce the reviews of emergency accesses that are soon late."""
    return {"reminded": remind_reviews()}


schedule("identity.clean_up", task="identity.clean_up", daily="03:40")
schedule("identity.remind_reviews", task="identity.remind_reviews", daily="08:00")
