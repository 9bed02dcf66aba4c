"""Jobs of imaging."""

from typing import Any
from uuid import UUID

from epione.identity.public import service_actor
from epione.kernel.jobs import Progress, task

from .services import analyse_series, unpack_archive
from .services.pinning import pin_image
from .services.seeking import seek_text


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


@task("imaging.analyse", max_attempts=2, time_limit=3600)
def analyse(progress: Progress, *, series_id: str, **_payload: Any) -> dict[str, Any]:
    """Analyse a series; run again after a crash, what was answered is answered from what is kept."""
    if progress.by is None:
        raise ValueError("a series is analysed for somebody")

    def told(done: int, total: int) -> None:
        progress.step(done, total, f"{done}/{total}")

    done = analyse_series(series_id=UUID(series_id), by=progress.by, told=told)
    return {"series_id": series_id, "run_id": str(done.run_id), "answers": len(done.answers)}


@task("imaging.pin", max_attempts=8)
def pin(progress: Progress, *, practice_id: UUID, instance_id: str) -> dict[str, str]:
    """Leave an encrypted image on the IPFS nodes that may keep it; a node that is away is tried again later."""
    del progress  # one step
    by = service_actor(practice_id, "Imaging", roles=frozenset({"radiologist"}))
    return pin_image(instance_id=UUID(instance_id), by=by)


@task("imaging.seek_text", max_attempts=3, time_limit=120)
def seek(progress: Progress, *, practice_id: UUID, instance_id: str) -> dict[str, int]:
    """Look for text in a received picture."""
    del progress  # one step
    by = service_actor(practice_id, "Imaging", roles=frozenset({"radiologist"}))
    return {"regions": seek_text(instance_id=UUID(instance_id), by=by)}
