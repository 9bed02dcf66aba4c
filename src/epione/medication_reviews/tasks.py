"""Jobs of medication reviews."""

from typing import Any
from uuid import UUID

from epione.identity.public import practice_ids
from epione.kernel.jobs import Progress, enqueue, schedule, task

from .services.screening import screen_practice


@task("medication_reviews.screen", max_attempts=3)
def screen(progress: Progress, *, practice_id: UUID, **_payload: Any) -> dict[str, Any]:
    """Screen every patient of a practice; run again after a crash, it overwrites with the same answer."""

    def step(done: int, total: int) -> None:
        progress.step(done, total, f"{done}/{total}")

    return screen_practice(practice_id=practice_id, step=step)


@task("medication_reviews.screen_all", max_attempts=3)
def screen_all(_progress: Progress, **_payload: Any) -> dict[str, Any]:
    """At night: one screening for each practice."""
    ids = practice_ids()
    for practice_id in ids:
        enqueue("medication_reviews.screen", practice_id=practice_id, by=None, payload={})
    return {"practices": len(ids)}


schedule("medication_reviews.nightly_screening", task="medication_reviews.screen_all", daily="03:30")
