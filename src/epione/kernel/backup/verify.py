"""Verification of a backup, without restoring it."""

from dataclasses import dataclass
from pathlib import Path

from epione.kernel.crypto import Tampered

from .archive import open_archive, read_header


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """Outcome: `why` is empty when every byte is as it was written; `size` in bytes of content."""

    path: Path
    created: str
    members: int
    size: int
    why: str = ""

    @property
    def sound(self) -> bool:
        return not self.why


def verify(path: Path, passphrase: str | None = None) -> VerifyReport:
    """Read a backup to its end and compare every member with the manifest; raises `BackupRefused` if it is none."""
    created, members, size = read_header(path)["created"], 0, 0
    try:
        for _, pieces in open_archive(path, passphrase):
            members += 1
            size += sum(len(piece) for piece in pieces)
    except Tampered as error:
        return VerifyReport(path, created, members, size, str(error))
    return VerifyReport(path, created, members, size)
