"""Restoring into an empty home, from a backup and the keys alone."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management import call_command

from epione.kernel.crypto import Tampered
from epione.kernel.crypto.custody import keys_are_here
from epione.kernel.crypto.erasure import erasure_lines, erasures_path, replay_erasures, write_erasures
from epione.kernel.crypto.keyring import clear_cache
from epione.kernel.storage.blobs import store

from . import snapshot
from .archive import open_archive
from .create import ERASURES
from .destinations import backups
from .errors import BackupRefused
from .parts import PARTS


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored; `erased` counts persons whose keys were destroyed again, `faults` what modules found."""

    members: int
    blobs: int
    erased: int
    faults: list[str] = field(default_factory=list)


def restore(path: Path, passphrase: str | None = None) -> RestoreReport:
    """Verify a backup to its last byte, then put everything back; nothing is touched if anything is wrong.

    Erasures that the keys' folder or newer backups of the same folder know of are replayed before anybody can read.
    """
    if not snapshot.is_empty():
        raise BackupRefused(why="there is a record here already. Restore into an empty EPIONE_HOME (and database).")
    if not keys_are_here():
        raise BackupRefused(why="the keys are not here. Bring them back first: epione keys restore FILE")
    with TemporaryDirectory(dir=snapshot.staging()) as aside:
        folder = Path(aside)
        try:
            names = _unpack(path, passphrase, folder)
        except Tampered as error:
            raise BackupRefused(why=f"it is damaged ({error}). Nothing was restored.") from error
        erasures = {*_lines(folder / ERASURES), *_lines(erasures_path()), *_newer_erasures(path, passphrase)}
        blobs = _put_back_files(folder, names)
        database = next(folder / name for name in names if name in {snapshot.SQLITE, snapshot.POSTGRESQL})
        snapshot.put_back(database)
    call_command("migrate", interactive=False, verbosity=0)
    clear_cache()
    replay_erasures(sorted(erasures))
    write_erasures()
    faults = [fault for part in PARTS.values() if part.after is not None for fault in part.after()]
    return RestoreReport(len(names), blobs, len(erasure_lines()), faults)


def _unpack(path: Path, passphrase: str | None, folder: Path) -> list[str]:
    names = []
    for name, pieces in open_archive(path, passphrase):
        target = (folder / name).resolve()
        if not target.is_relative_to(folder.resolve()):
            raise Tampered(f"{name} would be written outside the home")
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with target.open("wb") as file:
            file.writelines(pieces)
        names.append(name)
    if not {snapshot.SQLITE, snapshot.POSTGRESQL}.intersection(names):
        raise BackupRefused(why="it holds no database.")
    return names


def _put_back_files(folder: Path, names: list[str]) -> int:
    files, count = store(), 0
    folders = {part.folder for part in PARTS.values()}
    for name in names:
        top, _, rest = name.partition("/")
        if top == "blobs":
            files.write(rest, _pieces(folder / name))
            count += 1
        elif top in folders:
            target = Path(settings.HOME) / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not target.exists():
                shutil.move(folder / name, target)
    return count


def _newer_erasures(path: Path, passphrase: str | None) -> list[str]:
    """What the newest backup beside this one knows to be erased."""
    newest = backups(path.parent)[-1:]
    if not newest or newest[0] == path:
        return []
    for name, pieces in open_archive(newest[0], passphrase):
        if name == ERASURES:
            return b"".join(pieces).decode().splitlines()
    return []


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1024 * 1024):
            yield piece
