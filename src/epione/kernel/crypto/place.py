"""Where a sealed value belongs; bound to it, so that it opens nowhere else."""

import struct
from dataclasses import dataclass
from uuid import UUID

_HEAD = struct.Struct(">B16s16s16sQHH")
_NOBODY = bytes(16)


@dataclass(frozen=True, slots=True)
class Place:
    """Practice, subject (patient id; None = the practice itself), table, row, column and version of the format."""

    practice_id: UUID
    subject_id: UUID | None
    table: str
    row: UUID
    column: str
    version: int = 1

    def bound(self) -> bytes:
        """The place as associated data: every part has a fixed or stated length, so no two places look alike."""
        table, column = self.table.encode(), self.column.encode()
        subject = self.subject_id
        return (
            _HEAD.pack(
                subject is not None,
                self.practice_id.bytes,
                subject.bytes if subject else _NOBODY,
                self.row.bytes,
                self.version,
                len(table),
                len(column),
            )
            + table
            + column
        )
