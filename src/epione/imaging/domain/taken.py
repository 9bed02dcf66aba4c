"""What is known of a file once it was read, de-identified and drawn: the child process says it, rows are made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Facts:
    """What lists and searches need of an object, de-identified; empty or None where the object does not say."""

    study_uid: str
    series_uid: str
    sop_uid: str
    sop_class: str
    transfer_syntax: str
    modality: str = ""
    study_date: date | None = None
    study_time: time | None = None
    study_description: str = ""
    series_number: int | None = None
    series_description: str = ""
    body_part: str = ""
    number: int | None = None
    position: float | None = None
    rows: int | None = None
    columns: int | None = None
    frames: int = 0

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Self:
        """The facts as JSON carries them (dates as ISO 8601)."""
        day, hour = said.get("study_date"), said.get("study_time")
        values = {**said, "study_date": date.fromisoformat(day) if day else None}
        values["study_time"] = time.fromisoformat(hour) if hour else None
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Taken:
    """One file, ready to be stored.

    `content` is the de-identified Part 10 file, `preview` a PNG of its middle frame (None without pixels).
    `original` holds the identifiers for the sealed crosswalk, `report` the changes without values. `reasons` are the
    codes for which the pixels may show a name: while there is one the object waits for a person.
    """

    facts: Facts
    pseudonym: str
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
