"""What is known of a file once it was read, de-identified and drawn: the child process says it, rows are made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .facts import Facts


@dataclass(frozen=True, slots=True)
class Taken:
    """One file, ready to be stored.

    `content` is the de-identified Part 10 file, `preview` a PNG of its middle frame (None without pixels).
    `original` holds the identifiers for the sealed crosswalk, `report` the changes without values. `reasons` are the
    codes for which the pixels may show a name: while there is one the object waits for a person.
    """

    facts: Facts
    original: Mapping[str, str]
    header: Mapping[str, Any]
    report: Mapping[str, Any]
    reasons: tuple[str, ...] = ()
    pixel_fault: str = ""
    content: bytes = field(default=b"", repr=False)
    preview: bytes | None = field(default=None, repr=False)

    @property
    def waits(self) -> bool:
        """Whether a person must look at it before others may."""
        return bool(self.reasons)
