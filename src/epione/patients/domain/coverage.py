"""Coverage by dates, and the derived answers that clients ask."""

from collections.abc import Iterable
from datetime import date
from typing import Any

C2S = "C2S"


def covered_by(kind: str, coverages: Iterable[dict[str, Any]], on: date) -> bool | None:
    """Whether a coverage of this kind holds on a day; None when no coverage is recorded at all."""
    known = list(coverages)
    if not known:
        return None
    day = on.isoformat()
    return any(c["kind"] == kind and c["start"] <= day and (not c.get("end") or day <= c["end"]) for c in known)
