"""Jobs of identity."""

from typing import Any
from uuid import UUID

from epione.kernel.jobs import Progress, schedule, task

from .services import clean_up


@task("identity.clean_up")
def run(progress: Progress, *, practice_id: UUID | None, **_payload: Any) -> dict[str, Any]:  # noqa: ARG001 -- a task is called so
    """Take away ended sessions, spent tokens and old failures."""
    return dict(clean_up())


schedule("identity.clean_up", task="identity.clean_up", daily="03:40")
