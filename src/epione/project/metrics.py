"""Gauges that Prometheus reads, computed when it asks; the alert rules of `deploy/` stand on them."""

import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

from axes.signals import user_locked_out
from django.conf import settings
from django.db import DatabaseError, connections
from django.db.backends.signals import connection_created
from django.db.models import Count, Min
from prometheus_client import REGISTRY, Counter
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from epione.kernel.clock import now
from epione.kernel.models.jobs import Job, State
from epione.kernel.models.outbox import Delivery, DeliveryState
from epione.ledger.models import Entry, Verification

SLOW = 0.5  # seconds

slow_queries = Counter("epione_slow_queries", "Database queries that took more than half a second.")
refusals = Counter("epione_refusals", "Attempts that security refused, by kind.", ["kind"])


class RecordCollector(Collector):
    """Jobs, events and room on disk."""

    def describe(self) -> Iterator[Metric]:
        """Nothing ahead of time: registering must not read the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Read them now."""
        yield GaugeMetricFamily(
            "epione_disk_free_bytes", "Room where the record is kept.", shutil.disk_usage(settings.HOME).free
        )
        try:
            yield from self._rows()
        except DatabaseError:
            yield GaugeMetricFamily("epione_database_up", "Whether the database answers.", 0)
        else:
            yield GaugeMetricFamily("epione_database_up", "Whether the database answers.", 1)

    def _rows(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("epione_jobs", "Jobs by state.", labels=["state"])
        for row in Job.objects.values("state").annotate(number=Count("id")).order_by("state"):
            jobs.add_metric([row["state"]], row["number"])
        yield jobs
        oldest = Job.objects.filter(state=State.QUEUED, run_after__lte=now()).aggregate(at=Min("run_after"))["at"]
        lag = (now() - oldest).total_seconds() if oldest else 0
        yield GaugeMetricFamily("epione_job_lag_seconds", "How long the oldest due job has waited.", lag)
        events = GaugeMetricFamily("epione_event_deliveries", "Undelivered events by state.", labels=["state"])
        left = Delivery.objects.exclude(state=DeliveryState.DONE).values("state").annotate(number=Count("id"))
        for row in left.order_by("state"):
            events.add_metric([row["state"]], row["number"])
        yield events
        yield from self._ledger()

    def _ledger(self) -> Iterator[Metric]:
        waiting = Entry.objects.filter(leaf_index=None).aggregate(at=Min("at"))["at"]
        age = (now() - waiting).total_seconds() if waiting else 0
        yield GaugeMetricFamily("epione_ledger_unsequenced_seconds", "Age of the oldest entry without a place.", age)
        last = Verification.objects.order_by("-id").first()
        if last is not None:
            yield GaugeMetricFamily("epione_ledger_faults", "Faults of the last verification.", len(last.faults))
            verified = (now() - last.at).total_seconds()
            yield GaugeMetricFamily("epione_ledger_verified_seconds", "Time since the last verification.", verified)


def _time_query(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    started = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        if time.perf_counter() - started > SLOW:
            slow_queries.inc()


def _watch(connection: Any, **_: Any) -> None:
    if _time_query not in connection.execute_wrappers:
        connection.execute_wrappers.append(_time_query)


def _count_lockout(**_: Any) -> None:
    refusals.labels(kind="lockout").inc()


def register() -> None:
    """Have Prometheus's registry read these, once per process."""
    connection_created.connect(_watch, dispatch_uid="epione-slow-queries")
    user_locked_out.connect(_count_lockout, dispatch_uid="epione-lockouts")
    for connection in connections.all(initialized_only=True):
        _watch(connection)
    REGISTRY.register(RecordCollector())
