"""What a page was asked, read without trust."""

from collections.abc import Mapping
from datetime import date
from math import isfinite
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from epione.imaging.queries import StudyFilter
from epione.imaging.services import View
from epione.kernel.actor import Actor

LARGEST = 4096


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in actor of a page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def day(text: str) -> date | None:
    """A date as the browser writes it, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def identifier(text: str) -> UUID | None:
    """An id, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None


def number(text: str | None) -> float | None:
    """A finite number, or None."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if isfinite(value) else None


def whole(text: str | None, default: int, most: int) -> int:
    """A whole number from 0 to `most`."""
    return min(int(text), most) if text and text.isascii() and text.isdigit() and len(text) < 10 else default


def filter_of(values: Mapping[str, Any]) -> StudyFilter:
    """The filter of the list."""
    return StudyFilter(
        modality=str(values.get("modality", ""))[:16],
        received_since=day(values.get("since", "")),
        received_until=day(values.get("until", "")),
        state=str(values.get("state", ""))[:12],
        text=str(values.get("text", "")).strip()[:80],
        waiting=bool(values.get("waiting")),
    )


def view_of(values: Mapping[str, Any], frame: int) -> View:
    """How a frame is drawn."""
    return View(
        frame=max(frame, 1),
        center=number(values.get("c")),
        width=number(values.get("w")),
        preset=str(values.get("preset", ""))[:20],
        invert=values.get("invert") == "1",
        size=whole(values.get("size"), 0, LARGEST),
        form="jpeg" if values.get("form") == "jpeg" else "png",
    )
