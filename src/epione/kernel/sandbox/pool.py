"""A few child processes shared by the threads of the server."""

import atexit
import contextlib
import os
import threading
from collections.abc import Iterator
from typing import Any

from .errors import Busy, Refused
from .frames import Buffer
from .process import Child

MEGABYTE = 1024 * 1024


class Sandbox:
    """Calls functions of a module in children that are killed and replaced when they hang, die or take too much.

    `processes` is the number of calls at once; `memory` the bytes that one call may take beyond the program;
    `max_reply` the bytes that it may answer. A child is replaced after `calls` calls, or once it holds `growth` bytes
    more than at its start. Children start at the first call, or with `warm()`. Safe for threads.
    """

    def __init__(
        self,
        target: str,
        *,
        processes: int,
        memory: int,
        max_reply: int = 1024 * MEGABYTE,
        calls: int = 2000,
        growth: int = 256 * MEGABYTE,
        start_seconds: float = 60,
    ) -> None:
        self.target, self.processes = target, processes
        self.confinement: dict[str, bool] = {}
        self._memory, self._max_reply, self._start_seconds = memory, max_reply, start_seconds
        self._calls, self._growth = calls, growth
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(processes)
        self._idle: list[Child] = []
        self._at_work: set[Child] = set()
        self._open = True
        self._pid = os.getpid()

    def call(
        self, function: str, header: dict[str, Any], *buffers: Buffer, seconds: float, wait: float = 60
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Run `function(header, *buffers)` of the target; it answers `(facts, buffers)`.

        `header` and `facts` are JSON objects. `seconds` bounds the work, `wait` the time in the queue. Raises TimedOut,
        OutOfMemory, Crashed, Busy, or Refused with the code of what the function raised.
        """
        with self._lent(wait) as child:
            answer: tuple[dict[str, Any], list[bytes]] = child.call(function, header, buffers, seconds=seconds)
            return answer

    def warm(self) -> None:
        """Start every child and wait until one is ready; the others get ready meanwhile."""
        with self._lent(self._start_seconds), self._lock:
            while len(self._idle) + len(self._at_work) < self.processes:
                self._idle.append(self._start())

    @contextlib.contextmanager
    def _lent(self, wait: float) -> Iterator[Child]:
        """A child that is ready, for one call; after any error but a refusal it is replaced."""
        self._after_fork()
        if not self._free.acquire(timeout=wait):
            raise Busy
        try:
            child = self._take()
            try:
                child.wait_ready(self._start_seconds)
                self.confinement = child.confinement
                yield child
            except Refused:
                self._give_back(child)
                raise
            except BaseException:
                self._drop(child)
                raise
            self._give_back(child)
        finally:
            self._free.release()

    def close(self) -> None:
        """End every child; those at work as well. The next call starts new ones."""
        if self._pid != os.getpid():
            return
        with self._lock:
            ended = [*self._idle, *self._at_work]
            self._idle.clear()
            self._open = False
        for child in ended:
            child.kill()

    def pids(self) -> list[int]:
        """The processes that exist now."""
        with self._lock:
            return [child.pid for child in [*self._idle, *self._at_work]]

    def _take(self) -> Child:
        with self._lock:
            self._open = True
            child = self._idle.pop() if self._idle else self._start()
            self._at_work.add(child)
            return child

    def _start(self) -> Child:
        atexit.unregister(self.close)  # once only, however many children
        atexit.register(self.close)
        return Child(self.target, memory=self._memory, max_reply=self._max_reply)

    def _give_back(self, child: Child) -> None:
        worn = child.calls >= self._calls or child.resident > child.at_start + self._growth
        if worn:
            self._drop(child)
            return
        with self._lock:
            self._at_work.discard(child)
            self._idle.append(child)

    def _drop(self, child: Child) -> None:
        """End a child; its successor starts at once, so that its imports are done when it is needed."""
        with self._lock:
            self._at_work.discard(child)
        child.kill()
        with self._lock:
            if self._open and len(self._idle) + len(self._at_work) < self.processes:
                self._idle.insert(0, self._start())

    def _after_fork(self) -> None:
        """A forked copy of the server has no children of its own; those of its parent are left alone."""
        if self._pid != os.getpid():
            self._lock, self._free = threading.Lock(), threading.BoundedSemaphore(self.processes)
            self._idle, self._at_work, self._pid = [], set(), os.getpid()
