"""What modules add to a backup, and what they check after a restore."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A folder of the home that travels along; `before` runs ahead of the snapshot, `after` once all is restored.

    `after` returns the faults that it finds, in sentences.
    """

    name: str
    folder: str
    before: Callable[[], object] | None = None
    after: Callable[[], list[str]] | None = None


PARTS: dict[str, Part] = {}


def register(part: Part) -> None:
    """Add a part, from `apps.ready()`."""
    PARTS[part.name] = part
