"""Tasks of the kernel itself."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from epione.kernel.clock import now
from epione.kernel.jobs import Progress, schedule, task
from epione.kernel.models.jobs import Job
from epione.kernel.models.outbox import Delivery, DeliveryState, OutboxEvent

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


schedule("kernel.tidy", task="kernel.tidy", daily="03:40")
