"""Verification of files that people bring, in a child process that can be killed: they are not trusted."""

from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any

from epione.documents.domain.signing import Change, Level, Timestamp, Trust, Verdict, Verification
from epione.kernel.sandbox import Busy, Sandbox, SandboxError

from .verification import LARGEST, Anchors, NotReadable

MEMORY = 512 * 1024 * 1024
SECONDS = 30.0


@cache
def sandbox() -> Sandbox:
    """The child of this process; it starts at the first file."""
    return Sandbox("epione.documents.sandboxed", processes=1, memory=MEMORY)


def examine(pdf: bytes, anchors: Anchors, *, now: datetime) -> Verification:
    """Every signature of the file, in their order.

    Raises `NotReadable`, also when the child had to be killed, and `Busy` when it is at work for others.
    """
    if len(pdf) > LARGEST:
        raise NotReadable("too large")
    asked = {"now": now.isoformat(), "roots": len(anchors.roots), "clocks": len(anchors.clocks)}
    certificates = (*anchors.roots, *anchors.clocks, *anchors.revoked)
    try:
        found, _buffers = sandbox().call("examine", asked, pdf, *certificates, seconds=SECONDS)
    except Busy:
        raise
    except SandboxError as error:
        raise NotReadable(error.code) from error
    return Verification(found["sha256"], tuple(_verdict(one) for one in found["verdicts"]))


def _verdict(said: dict[str, Any]) -> Verdict:
    words = {"level": Level, "timestamp": Timestamp, "trust": Trust, "change": Change}
    values = {one.name: said[one.name] for one in fields(Verdict)}
    values |= {name: kind(said[name]) for name, kind in words.items()}
    values |= {name: datetime.fromisoformat(said[name]) if said[name] else None for name in ("at", "claimed")}
    return Verdict(**values)
