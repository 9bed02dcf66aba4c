"""The origin of a request, for the audit record and the logs."""

import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from epione.kernel.context import Origin, origin
from epione.kernel.ids import uuid7

log = structlog.get_logger(__name__)


class OriginMiddleware:
    """Binds address, agent and a correlation id to everything done for this request, and logs one line for it.

    The line names the route, never the address itself: what people search for stands in addresses.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._proxies = frozenset(settings.TRUSTED_PROXIES)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        correlation = str(uuid7())
        request.META["REMOTE_ADDR"] = self._visitor(request)
        where = Origin(
            address=request.META["REMOTE_ADDR"],
            agent=request.headers.get("user-agent", "")[:300],
            correlation_id=correlation,
        )
        with origin(where):
            response = self.get_response(request)
            log.info(
                "http.request",
                method=request.method,
                route=getattr(request.resolver_match, "route", ""),
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
        response["X-Correlation-Id"] = correlation
        return response

    def _visitor(self, request: HttpRequest) -> str:
        """The address nearest to us that is not one of our own proxies; what others claim is not believed."""
        nearest: str = request.META.get("REMOTE_ADDR", "")
        hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        return next((hop for hop in (nearest, *reversed(hops)) if hop not in self._proxies), nearest)
