"""Server-sent events: an answer that goes on, over plain HTTP."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from django.http import StreamingHttpResponse

KEEP_ALIVE = 15.0  # seconds of silence after which a comment is sent, so that proxies keep the connection


def sse(data: Any, *, event: str = "", event_id: str = "") -> bytes:
    """One event on the wire; `data` becomes JSON on one line."""
    lines = [f"{name}: {value}" for name, value in (("event", event), ("id", event_id)) if value]
    return "\n".join([*lines, f"data: {json.dumps(data, ensure_ascii=False)}", "", ""]).encode()


def event_stream(source: AsyncIterator[bytes]) -> StreamingHttpResponse:
    """The answer that sends what `source` yields (made by `sse`), kept alive while it is silent.

    The view that returns it may be an ordinary one. `source` runs on the event loop: it must not block nor query;
    `kernel.http.hub` gives sources that are fed by one query for all listeners.
    """
    response = StreamingHttpResponse(_kept_alive(source), content_type="text/event-stream; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"  # nginx would otherwise hold events back
    return response


async def _kept_alive(source: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    following: asyncio.Future[bytes] | None = None
    yield b": open\n\n"
    try:
        while True:
            following = following or asyncio.ensure_future(anext(source))
            done, _ = await asyncio.wait([following], timeout=KEEP_ALIVE)
            if not done:
                yield b": still here\n\n"
                continue
            try:
                yield following.result()
            except StopAsyncIteration:
                return
            following = None
    finally:
        if following is not None:
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration):
                await following
