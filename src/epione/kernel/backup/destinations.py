"""Where backups lie, and how long."""

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from epione.kernel.clock import now

SUFFIX = ".epione-backup"
FEWEST = 3
"""Backups that are kept however old they are."""


def backup_folder() -> Path:
    """`EPIONE_BACKUP_DIR`, by default `EPIONE_HOME/backups`: name another disk."""
    given = os.environ.get("EPIONE_BACKUP_DIR")
    return Path(given) if given else Path(settings.HOME) / "backups"


def second_folder() -> Path | None:
    """`EPIONE_BACKUP_COPY`: a second place, which gets a copy of each backup."""
    given = os.environ.get("EPIONE_BACKUP_COPY")
    return Path(given) if given else None


def keep_days() -> int:
    """`EPIONE_BACKUP_KEEP_DAYS`, 30 by default."""
    return int(os.environ.get("EPIONE_BACKUP_KEEP_DAYS", "30"))


def name_at(instant: datetime) -> str:
    """File name of a backup; names sort by time."""
    return f"epione-{instant:%Y%m%dT%H%M%S%f}Z{SUFFIX}"


def backups(folder: Path) -> list[Path]:
    """The backups of a folder, oldest first."""
    return sorted(folder.glob(f"epione-*{SUFFIX}"))


def copy_to_second(made: Path) -> Path | None:
    """The copy in the second place, whole or absent."""
    folder = second_folder()
    if folder is None:
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{made.name}"
    shutil.copyfile(made, draft)
    return draft.replace(folder / made.name)


def prune(folder: Path) -> list[Path]:
    """Remove the backups that are too old, but never the newest few."""
    limit = name_at(now() - timedelta(days=keep_days()))
    gone = [path for path in backups(folder)[:-FEWEST] if path.name < limit]
    for path in gone:
        path.unlink()
    return gone
