"""What runs in a child process on files that are not trusted (`kernel.sandbox`). No Django here."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from .providers.verification import Anchors, verify

Answer = tuple[dict[str, Any], list[bytes]]


def examine(asked: Mapping[str, Any], pdf: bytes, *certificates: bytes) -> Answer:
    """Verify the signatures of a PDF.

    `asked`: now (ISO 8601), roots and clocks: how many of the certificates are each; after them come lists of revoked.
    """
    roots, clocks = int(asked["roots"]), int(asked["clocks"])
    anchors = Anchors(certificates[:roots], certificates[roots : roots + clocks], certificates[roots + clocks :])
    found = verify(pdf, anchors, now=datetime.fromisoformat(asked["now"]))
    return {"sha256": found.sha256, "verdicts": [_plain(asdict(one)) for one in found.verdicts]}, []


def _plain(verdict: dict[str, Any]) -> dict[str, Any]:
    times = {name: verdict[name].isoformat() if verdict[name] else None for name in ("at", "claimed")}
    return verdict | times
