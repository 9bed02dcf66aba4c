"""Encrypted files on the local disk, the default."""

import contextlib
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from .base import Store

PIECE = 1024 * 1024


class DiskStore(Store):
    """One file per object, written aside, synchronised, then renamed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        self.write_many([(name, pieces)])

    def write_many(self, objects: Iterable[tuple[str, Iterable[bytes]]]) -> None:
        """All files are written before the first is synchronised: the disk then flushes them together."""
        drafts: list[tuple[Path, Path]] = []
        try:
            with contextlib.ExitStack() as files:
                written = []
                for name, pieces in objects:
                    path = self.folder / name
                    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
                    drafts.append((draft, path))
                    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                    file = files.enter_context(os.fdopen(descriptor, "wb"))
                    file.writelines(pieces)
                    file.flush()
                    written.append(descriptor)
                for descriptor in written:
                    os.fsync(descriptor)
            for draft, path in drafts:
                draft.replace(path)
        finally:
            for draft, _path in drafts:
                draft.unlink(missing_ok=True)
        for folder in {path.parent for _draft, path in drafts}:
            _synchronise(folder)

    def read(self, name: str) -> Iterator[bytes]:
        with (self.folder / name).open("rb") as file:
            while piece := file.read(PIECE):
                yield piece

    def delete(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            (self.folder / name).unlink()

    def names(self) -> Iterator[str]:
        for path in sorted(self.folder.glob("*/*")):
            if not path.name.startswith("."):
                yield f"{path.parent.name}/{path.name}"


def _synchronise(folder: Path) -> None:
    """A rename survives a power cut only once its folder is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def connect(url: str) -> DiskStore:
    """`disk:///folder`; without a path, `EPIONE_HOME/blobs`."""
    path = unquote(urlsplit(url).path)
    return DiskStore(Path(path) if path else Path(settings.HOME) / "blobs")
