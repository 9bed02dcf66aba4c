"""One reader for many listeners: streams are fed by a single query, however many people watch."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections

Key = TypeVar("Key")
Value = TypeVar("Value")
log = structlog.get_logger(__name__)


class Hub(Generic[Key, Value]):
    """Reads what is watched every `every` seconds, in one thread, and tells each listener what changed.

    `read` receives the watched keys and answers their present values; it runs outside of the event loop.
    """

    def __init__(self, read: Callable[[Iterable[Key]], Mapping[Key, Value]], *, every: float = 0.5) -> None:
        self._read = read
        self._every = every
        self._listeners: dict[Key, set[asyncio.Queue[Value]]] = defaultdict(set)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hub")
        self._reading: asyncio.Task[None] | None = None

    async def watch(self, key: Key) -> AsyncIterator[Value]:
        """The values of `key`: the present one, then each that differs from the one before."""
        inbox: asyncio.Queue[Value] = asyncio.Queue()
        self._listeners[key].add(inbox)
        if self._reading is None or self._reading.done():
            self._reading = asyncio.ensure_future(self._read_on())
        last: Value | None = None
        try:
            while True:
                value = await inbox.get()
                if value != last:
                    last = value
                    yield value
        finally:
            self._listeners[key].discard(inbox)
            if not self._listeners[key]:
                del self._listeners[key]

    async def _read_on(self) -> None:
        loop = asyncio.get_running_loop()
        while self._listeners:
            values = await loop.run_in_executor(self._thread, self._read_once, tuple(self._listeners))
            for key, value in values.items():
                for inbox in self._listeners.get(key, ()):
                    inbox.put_nowait(value)
            await asyncio.sleep(self._every)

    def _read_once(self, keys: tuple[Key, ...]) -> Mapping[Key, Value]:
        try:
            close_old_connections()
            return self._read(keys)
        except (DatabaseError, InterfaceError) as error:
            log.warning("hub.database_away", error=type(error).__name__)
            return {}
