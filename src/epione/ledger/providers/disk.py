"""Checkpoints as files: on another disk, a share or a USB key, they show what the database may no longer say."""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from .base import AnchorAway, AnchorFailed, AnchorPlace, Holding


class FolderAnchor(AnchorPlace):
    """One read-only file per checkpoint; a file that exists is never written again."""

    name = "disk"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def anchor(self, note: bytes) -> bytes:
        path = self._path(note)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as file:
                file.write(note)
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            return path.name.encode()
        except OSError as error:
            raise AnchorAway(f"{path}: {error.strerror}") from error
        return path.name.encode()

    def check(self, note: bytes, proof: bytes) -> None:
        path = self.folder / Path(proof.decode()).name
        if not path.exists() or path.read_bytes() != note:
            raise AnchorFailed(f"{path} is missing or holds another checkpoint")

    def answers(self) -> str:
        nearest = next(path for path in [self.folder, *self.folder.parents] if path.exists())
        if not nearest.is_dir() or not os.access(nearest, os.W_OK):
            raise AnchorAway(f"{self.folder} cannot be written")
        return f"{self.folder} can be written"

    def holding(self, origin: str, kept: Sequence[bytes]) -> Holding:
        return Holding([path.read_bytes() for path in sorted(self.folder.glob("*.checkpoint"))])

    def _path(self, note: bytes) -> Path:
        size = int(note.split(b"\n")[1])
        return self.folder / f"{size:012d}.checkpoint"


def connect(url: str) -> FolderAnchor:
    """`disk:///folder`; without a path, `EPIONE_HOME/ledger`."""
    path = unquote(urlsplit(url).path)
    return FolderAnchor(Path(path) if path else Path(settings.HOME) / "ledger")
