"""Jobs of medication reviews."""

from typing import Any
from uuid import UUID

from epione.kernel.jobs import Progress, task

from .services.screening import screen_practice


@task("medication_reviews.screen", max_attempts=3)
def screen(progress: Progress, *, practice_id: UUID, **_payload: Any) -> dict[str, Any]:
    """Screen every patient of a practice; run again after a crash, it overwrites with the same answer."""

    def step(done: int, total: int) -> None:
        progress.step(done, total, f"{done}/{total}")

    return screen_practice(practice_id=practice_id, step=step)
