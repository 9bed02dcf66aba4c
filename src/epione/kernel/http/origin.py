"""The origin of a request, for the audit record and the logs."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from epione.kernel.context import Origin, origin
from epione.kernel.ids import uuid7


class OriginMiddleware:
    """Binds address, agent and a correlation id to everything done for this request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        correlation = str(uuid7())
        where = Origin(
            address=request.META.get("REMOTE_ADDR", ""),
            agent=request.headers.get("user-agent", "")[:300],
            correlation_id=correlation,
        )
        with origin(where):
            response = self.get_response(request)
        response["X-Correlation-Id"] = correlation
        return response
