"""Retention: details whose time is over are destroyed, their leaves stay, and the run itself is recorded."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from epione.kernel.actor import Actor
from epione.kernel.clock import now
from epione.ledger.domain.retention import class_of, policy
from epione.ledger.models import Detail, Entry, Shredding
from epione.ledger.queries import detail_bytes

from .recording import record

RUN = "ledger.retention"


@dataclass(frozen=True, slots=True)
class RetentionReport:
    """What a run would shred, or has shredded, by class; `run_id` is its entry."""

    days: dict[str, int]
    due: dict[str, int]
    applied: bool
    run_id: UUID | None = None


def retention_policy() -> dict[str, int]:
    """Days kept per class, from `EPIONE_RETENTION` (`ai=365,access=1826,clinical=3653`) over the defaults."""
    return policy(os.environ.get("EPIONE_RETENTION", ""))


def apply_retention(*, by: Actor, apply: bool, on: datetime | None = None) -> RetentionReport:
    """Shred the details of the actor's practice whose retention is over; with `apply=False` only count them."""
    days, instant = retention_policy(), on or now()
    with transaction.atomic():
        due = _due(by.practice_id, days, instant)
        counts = dict(sorted(Counter(class_of(entry.action).name for entry in due).items()))
        if not apply or not due:
            return RetentionReport(days, counts, applied=False)
        ids = [entry.id for entry in due]
        told = {"entries": len(ids), "sha256": digest_of(ids), "classes": counts, "days": days}
        ref = record(action=RUN, by=by, entity=("practice", by.practice_id), after=told)
        Shredding.objects.bulk_create([Shredding(entry_id=i, run_id=ref.id) for i in ids], batch_size=500)
        for start in range(0, len(ids), 500):
            Detail.objects.filter(entry_id__in=ids[start : start + 500]).delete()
    return RetentionReport(days, counts, applied=True, run_id=ref.id)


def sound_runs(run_ids: set[UUID]) -> set[UUID]:
    """Those runs whose own entry tells exactly the details that they shredded."""
    sound = set()
    for entry in Entry.objects.filter(id__in=run_ids, action=RUN):
        detail = Detail.objects.filter(entry_id=entry.id).first()
        if detail is None:
            continue
        told = json.loads(detail_bytes(entry, detail))["after"]["sha256"]
        if told == digest_of(Shredding.objects.filter(run_id=entry.id).values_list("entry_id", flat=True)):
            sound.add(entry.id)
    return sound


def digest_of(ids: Iterable[UUID]) -> str:
    """One hash of a set of entries."""
    return hashlib.sha256("\n".join(sorted(str(i) for i in ids)).encode()).hexdigest()


def _due(practice_id: UUID, days: dict[str, int], instant: datetime) -> list[Entry]:
    """Entries older than their class allows; the runs themselves are kept, because they account for the gaps."""
    oldest = instant - timedelta(days=min(days.values()))
    rows = Entry.objects.filter(practice_id=practice_id, at__lt=oldest).exclude(action=RUN)
    kept = Detail.objects.values("entry_id")
    return [
        entry
        for entry in rows.filter(id__in=kept).only("id", "action", "at").order_by("id")
        if entry.at < instant - timedelta(days=days[class_of(entry.action).name])
    ]
