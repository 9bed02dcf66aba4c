"""Unwrapped data keys in memory: a bounded few, for a short time."""

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(slots=True)
class _Held(Generic[Item]):
    item: Item
    until: float


class Cache(Generic[Item]):
    """Least recently used out first; nothing older than `seconds`, so that an erasure elsewhere is soon felt here."""

    def __init__(self, size: int, seconds: float) -> None:
        self._size, self._seconds = size, seconds
        self._held: OrderedDict[Hashable, _Held[Item]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: Hashable) -> Item | None:
        with self._lock:
            held = self._held.get(name)
            if held is None:
                return None
            if held.until < time.monotonic():
                del self._held[name]
                return None
            self._held.move_to_end(name)
            return held.item

    def put(self, name: Hashable, item: Item) -> None:
        with self._lock:
            self._held[name] = _Held(item, time.monotonic() + self._seconds)
            self._held.move_to_end(name)
            while len(self._held) > self._size:
                self._held.popitem(last=False)

    def drop(self, *names: Hashable) -> None:
        with self._lock:
            for name in names:
                self._held.pop(name, None)

    def clear(self) -> None:
        with self._lock:
            self._held.clear()

    def __len__(self) -> int:
        return len(self._held)
