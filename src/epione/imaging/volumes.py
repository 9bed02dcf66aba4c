"""Counts of images for those who answer for them: by week and modality, what waits, what was refused, bytes."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Min, Sum
from django.db.models.functions import TruncDate

from epione.kernel import clock

from .models import Instance, InstanceState, Refusal, Study, StudyState, Subject

WEEKS = 8


@dataclass(frozen=True, slots=True)
class Volumes:
    """Figures of a practice. `weeks` are Mondays, oldest first; `received` counts objects by (Monday, modality)."""

    weeks: tuple[date, ...]
    modalities: tuple[str, ...]
    received: dict[tuple[date, str], int]
    studies: int
    to_read: int
    unlinked: int
    images: int
    stored_bytes: int
    aside_bytes: int
    waiting: int
    oldest_waiting: datetime | None
    refused: dict[str, int]

    def of_week(self, monday: date) -> int:
        """Objects received in a week."""
        return sum(count for (week, _modality), count in self.received.items() if week == monday)


def volumes(practice_id: UUID) -> Volumes:
    """The figures of a practice, now."""
    objects = Instance.objects.of_practice(practice_id).exclude(state=InstanceState.DISCARDED)
    studies = Study.objects.of_practice(practice_id)
    waits = objects.filter(state=InstanceState.WAITING).aggregate(count=Count("id"), oldest=Min("created_at"))
    refusals = Refusal.objects.of_practice(practice_id).filter(settled_at=None)
    weeks = _mondays()
    received = _received(practice_id, weeks[0])
    alone = Subject.objects.of_practice(practice_id).filter(patient_id=None)
    return Volumes(
        weeks=weeks,
        modalities=tuple(sorted({modality for _week, modality in received})),
        received=received,
        studies=studies.count(),
        to_read=studies.filter(state=StudyState.NEW).count(),
        unlinked=studies.filter(subject__in=alone).count(),
        images=objects.count(),
        stored_bytes=objects.aggregate(total=Sum("size"))["total"] or 0,
        aside_bytes=refusals.aggregate(total=Sum("size"))["total"] or 0,
        waiting=waits["count"],
        oldest_waiting=waits["oldest"],
        refused=dict(Counter(refusals.values_list("code", flat=True)).most_common()),
    )


def _mondays() -> tuple[date, ...]:
    this = clock.today() - timedelta(days=clock.today().weekday())
    return tuple(this - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1))


def _received(practice_id: UUID, since: date) -> dict[tuple[date, str], int]:
    rows = Instance.objects.of_practice(practice_id).filter(created_at__date__gte=since)
    found: Counter[tuple[date, str]] = Counter()
    for day, modality, count in (
        rows.annotate(day=TruncDate("created_at"))
        .values_list("day", "series__modality")
        .annotate(count=Count("id"))
        .order_by()
    ):
        found[day - timedelta(days=day.weekday()), modality] += count
    return dict(found)
