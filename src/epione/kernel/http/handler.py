"""Serving Django over ASGI: pages on a fixed pool of threads, streams on the event loop.

Django's own ASGI handler gives each request a thread and therefore a database connection of its own, for as long as
its answer streams. Here a request borrows a thread of the pool (whose connection persists) until its answer is made; a
stream then costs a task, no thread and no connection. Measured in `docs/decisions/0003-serving.md`.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import Any, cast

from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.asgi import ASGIRequest, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import set_script_prefix

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


LONGEST_SILENCE = 60.0
"""Seconds between two pieces of a request, after which the rest is not awaited."""


class PooledHandler(BaseHandler):
    """The ASGI application."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self.load_middleware()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise ValueError(f"Epione serves HTTP, not {scope['type']}.")
        with SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE or 0) as body:
            try:
                await _read(scope, receive, body)
            except _Gone:
                return
            except _Turned as turned:
                await self._send(turned.response, receive, send)
                return
            response = await self._in_pool(self._respond, scope, body)
            try:
                await self._send(response, receive, send)
            finally:
                await self._in_pool(response.close)

    async def _in_pool(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)

    def _respond(self, scope: Message, body: Any) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=type(self), scope=scope)
        try:
            request = ASGIRequest(scope, body)
        except UnicodeDecodeError:
            return HttpResponse("400 Bad request", status=400)
        except RequestDataTooBig:
            return HttpResponse("413 Payload too large", status=413)
        return self.get_response(request)

    async def _send(self, response: HttpResponseBase, receive: Receive, send: Send) -> None:
        headers = [(name.lower().encode("ascii"), value.encode("latin1")) for name, value in response.items()]
        headers += [(b"set-cookie", cookie.OutputString().encode("ascii")) for cookie in response.cookies.values()]
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        if not isinstance(response, StreamingHttpResponse):
            await send({"type": "http.response.body", "body": getattr(response, "content", b"")})
        elif response.is_async:
            await _until_gone(_stream(cast("AsyncGenerator[bytes, None]", response.streaming_content), send), receive)
        else:
            await _stream(self._chunks(iter(response)), send)

    async def _chunks(self, parts: Iterator[bytes]) -> AsyncGenerator[bytes, None]:
        while (part := await self._in_pool(next, parts, None)) is not None:
            yield part


class _Gone(Exception):
    """The visitor left before the request was whole."""


class _Turned(Exception):
    """A request that is not read any further, and what it is answered."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.response = HttpResponse(sentence, status=status, headers={"Connection": "close"})


async def _read(scope: Message, receive: Receive, body: Any) -> None:
    """Read the whole request into `body`, within `EPIONE_MAX_BODY` bytes and without long silences."""
    most, size, more = settings.EPIONE_MAX_BODY, 0, True
    stated = dict(scope["headers"]).get(b"content-length", b"0")
    if stated.isdigit() and int(stated) > most:
        raise _Turned(413, "413 Payload too large")
    while more:
        try:
            message = await asyncio.wait_for(receive(), LONGEST_SILENCE)
        except TimeoutError as silence:
            raise _Turned(408, "408 Request timeout") from silence
        if message["type"] == "http.disconnect":
            raise _Gone
        piece = message.get("body", b"")
        size += len(piece)
        if size > most:
            raise _Turned(413, "413 Payload too large")
        body.write(piece)
        more = message.get("more_body", False)
    body.seek(0)


async def _stream(parts: AsyncGenerator[bytes, None], send: Send) -> None:
    async with contextlib.aclosing(parts) as open_parts:
        async for part in open_parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body"})


async def _until_gone(stream: Any, receive: Receive) -> None:
    """Stream until the end, or until the visitor leaves."""
    streaming = asyncio.ensure_future(stream)
    leaving = asyncio.ensure_future(receive())
    await asyncio.wait([streaming, leaving], return_when=asyncio.FIRST_COMPLETED)
    for task in (streaming, leaving):
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
