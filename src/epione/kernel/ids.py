"""Identifiers that grow with time (UUIDv7, RFC 9562), so that indexes and incremental backups stay small."""

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A UUIDv7, strictly increasing within this process (12 bits of `rand_a` carry the sub-millisecond order)."""
    global _last  # noqa: PLW0603 -- the monotonic order lives in the process
    with _lock:
        stamp = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
        _last = stamp
    milliseconds, order = divmod(stamp, 4096)
    random = int.from_bytes(os.urandom(8)) & (1 << 62) - 1
    return UUID(int=(milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | order << 64 | 0b10 << 62 | random)
