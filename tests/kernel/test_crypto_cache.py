"""The memory of unwrapped keys: bounded in number and in time."""

import pytest

from epione.kernel.crypto import cache as module
from epione.kernel.crypto.cache import Cache


def test_the_least_recently_used_key_leaves_first() -> None:
    cache: Cache[int] = Cache(2, 60)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("a")
    cache.put("c", 3)
    assert [cache.get(name) for name in "abc"] == [1, None, 3]


def test_a_key_leaves_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = 1000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: seconds)
    cache: Cache[int] = Cache(2, 60)
    cache.put("a", 1)
    seconds = 1060.0
    assert cache.get("a") == 1
    seconds = 1060.1
    assert cache.get("a") is None
    assert len(cache) == 0


def test_dropped_and_cleared_keys_are_gone() -> None:
    cache: Cache[int] = Cache(9, 60)
    for name in "abc":
        cache.put(name, 1)
    cache.drop("a", "unknown")
    assert len(cache) == 2
    cache.clear()
    assert len(cache) == 0
