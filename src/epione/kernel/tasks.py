"""Tasks of the kernel itself."""

import os
from datetime import timedelta
from typing import Any
from uuid import UUID

from epione.kernel.backup import create, verify
from epione.kernel.clock import now
from epione.kernel.jobs import Progress, schedule, task
from epione.kernel.models.jobs import Job
from epione.kernel.models.outbox import Delivery, DeliveryState, OutboxEvent
from epione.kernel.storage import sweep

KEEP = timedelta(days=30)


@task("kernel.tidy")
def tidy(_progress: Progress, *, practice_id: UUID | None) -> dict[str, Any]:
    """Forget the jobs and events that ended a month ago; dead hand-overs stay until an operator has seen them."""
    limit = now() - KEEP
    jobs, _ = Job.objects.filter(finished_at__lt=limit).delete()
    undelivered = Delivery.objects.exclude(state=DeliveryState.DONE).values("event")
    events = OutboxEvent.objects.filter(published_at__lt=limit).exclude(pk__in=undelivered)
    number = events.count()
    events.delete()
    return {"jobs": jobs, "events": number, "practice": str(practice_id) if practice_id else None}


@task("backup.create")
def back_up(progress: Progress, *, practice_id: UUID | None) -> dict[str, Any]:
    """Make the daily backup, and read it back."""
    del practice_id  # a backup is of the whole installation
    made = create()
    progress.step(1, 2, made.path.name)
    report = verify(made.path)
    return {"name": made.path.name, "size": made.size, "sound": report.sound, "pruned": len(made.pruned)}


@task("storage.sweep")
def sweep_files(_progress: Progress, *, practice_id: UUID | None) -> dict[str, Any]:
    """Delete the files whose transaction never committed."""
    del practice_id  # files are swept for the whole installation
    return {"deleted": sweep()}


schedule("kernel.tidy", task="kernel.tidy", daily="03:40")
schedule("backup.daily", task="backup.create", daily=os.environ.get("EPIONE_BACKUP_AT", "02:30"))
schedule("storage.sweep", task="storage.sweep", daily="04:10")
