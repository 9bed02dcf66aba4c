"""Whether Epione lives, whether it can serve, and its metrics."""

import hmac
import os
import shutil
import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_GET
from django_prometheus.exports import ExportToDjangoView

from epione.kernel.clock import now
from epione.kernel.crypto import KeysUnavailable
from epione.kernel.crypto.holder import key_holder
from epione.kernel.models.jobs import Job, State
from epione.ledger.models import Entry

from .metrics import register

log = structlog.get_logger(__name__)
LAG = timedelta(minutes=5)
DISK_FREE = 1_000_000_000  # bytes under which writing is no longer safe
LOOPBACK = {"127.0.0.1", "::1"}


@require_GET
def live(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers."""
    return JsonResponse({"status": "alive"})


@require_GET
def ready(_request: HttpRequest) -> HttpResponse:
    """Whether a visitor can be served: 200, or 503 with what fails by name (never why: strangers read this)."""
    found = {name: _passes(name, check) for name, check in CHECKS.items()}
    well = all(found.values())
    checks = {name: "ok" if passed else "failing" for name, passed in found.items()}
    return JsonResponse({"status": "ready" if well else "not ready", "checks": checks}, status=200 if well else 503)


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus's text format, for this machine or for who holds `EPIONE_METRICS_TOKEN`."""
    token = os.environ.get("EPIONE_METRICS_TOKEN", "")
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    near = request.META.get("REMOTE_ADDR") in LOOPBACK and "x-forwarded-for" not in request.headers
    if not near and not (token and hmac.compare_digest(given.encode(), token.encode())):
        return HttpResponse(status=403)
    answer: HttpResponse = ExportToDjangoView(request)
    return answer


def database() -> bool:
    """The database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def worker() -> bool:
    """No due job has waited for long."""
    return not Job.objects.filter(state=State.QUEUED, run_after__lt=now() - LAG).exists()


def disk() -> bool:
    """There is room to write."""
    return shutil.disk_usage(settings.HOME).free > DISK_FREE


def ledger() -> bool:
    """Every committed entry has its place in the log within a minute."""
    return not Entry.objects.filter(leaf_index=None, at__lt=now() - timedelta(seconds=60)).exists()


def keys() -> bool:
    """The key-encryption key can be reached."""
    return bool(key_holder().active())


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database,
    "ledger": ledger,
    "keys": keys,
    "worker": worker,
    "disk": disk,
}


def _passes(name: str, check: Callable[[], bool]) -> bool:
    started = time.perf_counter()
    try:
        passed = check()
    except (DatabaseError, OSError, KeysUnavailable) as error:
        log.warning("health.check_failed", check=name, error=type(error).__name__)
        return False
    if not passed:
        log.warning("health.check_failed", check=name, ms=round((time.perf_counter() - started) * 1000))
    return passed


register()

urlpatterns = [
    path("health", ready),
    path("health/live", live),
    path("health/ready", ready),
    path("metrics", metrics),
]
