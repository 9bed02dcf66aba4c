"""Where a request comes from: believed only as far as our own proxies say it."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from epione.kernel.context import Origin, current_origin
from epione.kernel.http.origin import OriginMiddleware


def visit(settings: Any, proxies: list[str], address: str, forwarded: str = "") -> Origin:
    settings.TRUSTED_PROXIES = proxies
    seen: list[Origin] = []

    def page(_request: HttpRequest) -> HttpResponse:
        seen.append(current_origin())
        return HttpResponse("")

    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    OriginMiddleware(page)(RequestFactory().get("/?q=dupont", REMOTE_ADDR=address, headers=headers))
    return seen[0]


@pytest.mark.parametrize(
    ("proxies", "address", "forwarded", "believed"),
    [
        ([], "192.0.2.1", "", "192.0.2.1"),
        ([], "192.0.2.1", "10.9.9.9", "192.0.2.1"),
        (["127.0.0.1"], "127.0.0.1", "192.0.2.1", "192.0.2.1"),
        (["127.0.0.1"], "127.0.0.1", "10.9.9.9, 192.0.2.1", "192.0.2.1"),
        (["127.0.0.1", "10.0.0.2"], "127.0.0.1", "192.0.2.1, 10.0.0.2", "192.0.2.1"),
        (["127.0.0.1"], "192.0.2.1", "10.9.9.9", "192.0.2.1"),
        (["127.0.0.1"], "127.0.0.1", "", "127.0.0.1"),
    ],
)
def test_a_claim_is_believed_from_our_proxies_only(
    proxies: list[str], address: str, forwarded: str, believed: str, settings: Any
) -> None:
    assert visit(settings, proxies, address, forwarded).address == believed


def test_each_request_has_a_correlation_of_its_own_that_the_visitor_sees(client: Any, db: None) -> None:
    first, second = client.get("/health/live"), client.get("/health/live")

    assert first["X-Correlation-Id"] != second["X-Correlation-Id"]


def test_the_log_names_the_route_and_never_what_was_asked(client: Any, db: None, capsys: Any) -> None:
    import structlog

    with structlog.testing.capture_logs() as lines:
        answer = client.get("/health/live?q=dupont")

    line = next(line for line in lines if line["event"] == "http.request")
    assert (line["route"], line["status"], line["method"]) == ("health/live", 200, "GET")
    assert "dupont" not in str(lines)
    assert answer.status_code == 200
