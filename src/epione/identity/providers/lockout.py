"""Lockout after failures, per person and per address, kept in the database by axes."""

import math
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from epione.kernel.http.problems import problem_details


def identifier(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """What was typed as identifier, without its capitals: the same person whatever she types."""
    given = credentials or {}
    typed = given.get("username") or given.get("email") or ""
    if not typed and request is not None:
        typed = request.POST.get("login") or request.POST.get("username") or ""
    return str(typed).strip().lower()[:255]


class LockoutHandler(AxesDatabaseHandler):  # type: ignore[misc]
    """Five failures lock one identifier; fifty lock an address, which a whole clinic may share."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Failures that count against the limit of one person."""
        if self._address_failures(request) >= settings.AXES_ADDRESS_FAILURE_LIMIT:
            return int(settings.AXES_FAILURE_LIMIT)
        return int(super().get_failures(request, credentials))

    @staticmethod
    def _address_failures(request: HttpRequest) -> int:
        recent = AccessAttempt.objects.filter(
            ip_address=request.axes_ip_address,  # type: ignore[attr-defined]
            attempt_time__gte=get_cool_off_threshold(request),
        )
        return int(recent.aggregate(total=Sum("failures_since_start"))["total"] or 0)


def refuse(request: HttpRequest, *_rest: Any, **_named: Any) -> HttpResponse:
    """The answer while locked: when to come back, and nothing about which part was wrong."""
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    sentence = _("Too many failures. Try again in %(minutes)d minutes, or ask an administrator.") % {
        "minutes": math.ceil(seconds / 60)
    }
    answer: HttpResponse
    if request.path.startswith("/api/"):
        answer = problem_details(429, "locked-out", sentence)
    else:
        answer = render(request, "identity/locked_out.html", {"sentence": sentence}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer
