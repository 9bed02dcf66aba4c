"""The handler between the server and Django: bodies, streams, visitors who leave."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from epione.kernel.http.handler import PooledHandler
from epione.kernel.http.hub import Hub
from epione.kernel.http.streams import event_stream, sse

closed = threading.Event()


async def endless() -> AsyncIterator[bytes]:
    """Goes on until its visitor leaves."""
    try:
        while True:
            yield sse({"still": "here"})
            await asyncio.sleep(0.01)
    finally:
        closed.set()


def counted() -> Iterator[bytes]:
    """An answer made piece by piece in a thread."""
    for number in range(3):
        assert threading.current_thread().name.startswith("page")
        yield f"{number};".encode()


def echo(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(request.body, headers={"X-Length": str(len(request.body))})
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    return response


def broken(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("Dupont")


urlpatterns = [
    path("echo", echo),
    path("counted", lambda _request: StreamingHttpResponse(counted())),
    path("endless", lambda _request: event_stream(endless())),
    path("broken", broken),
]
handler500 = lambda request: HttpResponse("sorry", status=500)  # noqa: E731 -- Django's name for it


@pytest.fixture
def handler(settings: Any) -> PooledHandler:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []
    return PooledHandler(2)


async def ask(
    handler: PooledHandler, where: str, received: list[dict[str, Any]], method: str = "POST"
) -> list[dict[str, Any]]:
    """What is sent for a request whose messages are these; then the visitor stays, silent."""
    sent: list[dict[str, Any]] = []
    messages = iter(received)

    async def receive() -> dict[str, Any]:
        message = next(messages, None)
        if message is None:
            await asyncio.sleep(3600)
        assert message is not None
        if message.get("after"):
            await asyncio.sleep(message["after"])
        return message

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": where,
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
        "http_version": "1.1",
        "scheme": "http",
        "server": ("testserver", 80),
        "client": ("192.0.2.1", 1),
    }
    await asyncio.wait_for(handler(scope, receive, send), 20)
    return sent


def whole(*parts: bytes) -> list[dict[str, Any]]:
    return [
        {"type": "http.request", "body": part, "more_body": number + 1 < len(parts)}
        for number, part in enumerate(parts)
    ]


def test_a_body_in_pieces_reaches_the_page_whole(handler: PooledHandler) -> None:
    sent = asyncio.run(ask(handler, "/echo", whole(b"abc", b"def", b"x" * 100_000)))

    assert sent[0]["status"] == 200
    assert b"".join(one.get("body", b"") for one in sent[1:]) == b"abcdef" + b"x" * 100_000
    assert (b"x-length", b"100006") in sent[0]["headers"]
    assert [value.split(b";")[0] for name, value in sent[0]["headers"] if name == b"set-cookie"] == [b"a=1", b"b=2"]


def test_an_answer_made_in_pieces_is_made_on_the_pool(handler: PooledHandler) -> None:
    sent = asyncio.run(ask(handler, "/counted", whole(b"")))

    assert [one["body"] for one in sent[1:] if "body" in one] == [b"0;", b"1;", b"2;"]


def test_a_visitor_who_leaves_ends_the_stream(handler: PooledHandler) -> None:
    closed.clear()
    leaving = [*whole(b""), {"type": "http.disconnect", "after": 0.2}]
    sent = asyncio.run(ask(handler, "/endless", leaving))

    assert closed.wait(5)
    assert sent[1]["body"] == b": open\n\n"
    assert sent[2]["body"] == b'data: {"still": "here"}\n\n'


def test_a_visitor_who_leaves_before_the_end_of_her_request_gets_nothing(handler: PooledHandler) -> None:
    leaving = [{"type": "http.request", "body": b"ab", "more_body": True}, {"type": "http.disconnect"}]

    assert asyncio.run(ask(handler, "/echo", leaving)) == []


def test_a_fault_in_a_page_is_an_answer(handler: PooledHandler) -> None:
    sent = asyncio.run(ask(handler, "/broken", whole(b"")))

    assert (sent[0]["status"], sent[1]["body"]) == (500, b"sorry")


def test_only_http_is_served(handler: PooledHandler) -> None:
    with pytest.raises(ValueError, match="websocket"):
        asyncio.run(handler({"type": "websocket"}, None, None))  # type: ignore[arg-type]


def test_an_event_says_its_name_its_id_and_its_data_on_one_line() -> None:
    assert sse({"text": "été\nnuit"}, event="progress", event_id="7") == (
        'event: progress\nid: 7\ndata: {"text": "été\\nnuit"}\n\n'.encode()
    )


def test_many_listeners_are_fed_by_one_reading() -> None:
    readings: list[tuple[str, ...]] = []
    values = SimpleNamespace(a=0)

    def read(keys: Any) -> dict[str, int]:
        readings.append(tuple(keys))
        values.a = min(values.a + 1, 3)
        return {"a": values.a}

    async def listen(hub: Hub[str, int]) -> list[int]:
        seen = []
        async for value in hub.watch("a"):
            seen.append(value)
            if value == 3:
                break
        return seen

    async def crowd() -> list[list[int]]:
        hub = Hub(read, every=0.01)
        return await asyncio.gather(*(listen(hub) for _ in range(50)))

    seen = asyncio.run(crowd())
    assert seen == [[1, 2, 3]] * 50
    assert len(readings) < 10


def test_a_request_larger_than_allowed_is_turned_away_while_it_comes(handler: PooledHandler, settings: Any) -> None:
    settings.EPIONE_MAX_BODY = 5
    pieces = [{"type": "http.request", "body": b"123", "more_body": True}] * 3
    sent = asyncio.run(ask(handler, "/echo", pieces))
    assert [sent[0]["status"], sent[1]["body"]] == [413, b"413 Payload too large"]
    sent = asyncio.run(ask(handler, "/echo", [{"type": "http.request", "body": b"12345"}]))
    assert sent[0]["status"] == 200


def test_a_request_that_falls_silent_is_not_awaited(handler: PooledHandler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("epione.kernel.http.handler.LONGEST_SILENCE", 0.05)
    sent = asyncio.run(ask(handler, "/echo", [{"type": "http.request", "body": b"123", "more_body": True}]))
    assert sent[0]["status"] == 408
