"""Jobs of imaging."""

from typing import Any
from uuid import UUID

from epione.kernel.jobs import Progress, task

from .services import unpack_archive


@task("imaging.unpack", max_attempts=3, time_limit=4 * 3600)
def unpack(progress: Progress, *, blob_id: str, patient_id: str | None = None, **_payload: Any) -> dict[str, Any]:
    """Take the files of an archive; after a crash the next attempt takes those that are missing."""
    if progress.by is None:
        raise ValueError("an archive is imported for somebody")

    def told(done: int, total: int) -> None:
        progress.step(done, total, f"{done}/{total}")

    tally = unpack_archive(
        blob_id=UUID(blob_id), patient_id=UUID(patient_id) if patient_id else None, by=progress.by, told=told
    )
    return tally.to_dict()
