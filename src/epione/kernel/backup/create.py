"""Making of a backup."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from epione.kernel.clock import now
from epione.kernel.crypto.erasure import erasure_lines
from epione.kernel.ids import uuid7
from epione.kernel.models.blobs import Blob
from epione.kernel.storage.blobs import name_of, store
from epione.kernel.storage.providers.disk import DiskStore

from . import snapshot
from .archive import Member, seal_archive
from .destinations import backup_folder, copy_to_second, name_at, prune
from .parts import PARTS

ERASURES = "erasures.jsonl"
PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A backup: `size` in bytes; `absent` counts the files that were deleted while it was made; `pruned` old ones."""

    path: Path
    size: int
    copy: Path | None
    absent: int
    pruned: list[Path] = field(default_factory=list)


def create(passphrase: str | None = None) -> BackupMade:
    """Back everything up but the keys, while Epione runs; then remove the backups that are too old.

    Sealed under a key of its own that the key-encryption key wraps, or that comes from a passphrase.
    """
    for part in PARTS.values():
        if part.before is not None:
            part.before()
    folder = backup_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    instant, contents = now(), _Contents()
    with TemporaryDirectory(dir=snapshot.staging()) as aside:
        database = snapshot.take(Path(aside))
        pieces = seal_archive(uuid7(), instant.isoformat(), contents.members(database), passphrase)
        DiskStore(folder.parent).write(f"{folder.name}/{name_at(instant)}", pieces)
    path = folder / name_at(instant)
    return BackupMade(path, path.stat().st_size, copy_to_second(path), contents.absent, prune(folder))


class _Contents:
    """What goes into a backup, in order; the erasures come first, so that they are quick to read."""

    def __init__(self) -> None:
        self.absent = 0

    def members(self, database: Path) -> Iterator[Member]:
        erasures = "".join(f"{line}\n" for line in erasure_lines()).encode()
        yield Member(ERASURES, len(erasures), [erasures])
        yield _file(database.name, database)
        for part in PARTS.values():
            folder = Path(settings.HOME) / part.folder
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                yield _file(f"{part.folder}/{path.relative_to(folder)}", path)
        yield from self._blobs()

    def _blobs(self) -> Iterator[Member]:
        files = store()
        for blob_id, size in Blob.objects.order_by("id").values_list("id", "stored_size").iterator():
            pieces = files.read(name_of(blob_id))
            try:
                first = next(pieces, b"")
            except FileNotFoundError:
                self.absent += 1
                continue
            yield Member(f"blobs/{name_of(blob_id)}", size, _chain(first, pieces))


def _file(name: str, path: Path) -> Member:
    return Member(name, path.stat().st_size, _pieces(path))


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
