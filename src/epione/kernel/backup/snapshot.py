"""A consistent copy of the database, taken while it is in use."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

from .errors import BackupRefused

SQLITE, POSTGRESQL = "database.sqlite3", "database.dump"


def take(folder: Path) -> Path:
    """Write a snapshot into a folder."""
    return _take_sqlite(folder / SQLITE) if connection.vendor == "sqlite" else _take_postgresql(folder / POSTGRESQL)


def put_back(snapshot: Path) -> None:
    """Make a snapshot the database; raises `BackupRefused` when it is of the other engine."""
    if (snapshot.name == SQLITE) != (connection.vendor == "sqlite"):
        raise BackupRefused(why=f"it holds {snapshot.name}, and this installation runs on {connection.vendor}.")
    connections.close_all()
    if snapshot.name == SQLITE:
        _put_back_sqlite(snapshot)
    else:
        _run(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--exit-on-error", "--dbname", _name(), str(snapshot)
        )


def is_empty() -> bool:
    """Whether there is no record that a restore would overwrite."""
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        if not path.exists() or path.stat().st_size == 0:
            return True
    tables = connection.introspection.table_names()
    if "ledger_entry" not in tables:
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM ledger_entry LIMIT 1")
        return cursor.fetchone() is None


def _take_sqlite(path: Path) -> Path:
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        answer = copy.execute("PRAGMA quick_check").fetchone()
    if answer != ("ok",):
        raise BackupRefused(why=f"the database is damaged: {answer[0]}")
    return path


def _put_back_sqlite(snapshot: Path) -> None:
    path = Path(connection.settings_dict["NAME"])
    for stale in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        stale.unlink(missing_ok=True)
    os.chmod(snapshot, 0o600)  # noqa: PTH101 -- the mode that the home's files have
    snapshot.replace(path)


def _take_postgresql(path: Path) -> Path:
    _run("pg_dump", "--format=custom", "--no-owner", "--file", str(path), _name())
    return path


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _run(program: str, *arguments: str) -> None:
    """Run a tool of PostgreSQL; the password goes through the environment, never through the arguments."""
    found: dict[str, Any] = connection.settings_dict
    where = {"PGHOST": found["HOST"], "PGPORT": found["PORT"], "PGUSER": found["USER"], "PGPASSWORD": found["PASSWORD"]}
    environment = os.environ | {name: str(value) for name, value in where.items() if value}
    try:
        subprocess.run([program, *arguments], env=environment, check=True, capture_output=True, text=True)  # noqa: S603 -- our own arguments
    except FileNotFoundError as error:
        raise BackupRefused(why=f"{program} is not installed (Debian: postgresql-client).") from error
    except subprocess.CalledProcessError as error:
        raise BackupRefused(why=f"{program} said: {error.stderr.strip()[-300:]}") from error


def staging() -> Path:
    """A private folder on the disk of the home, so that a rename is atomic."""
    folder = Path(settings.HOME) / ".staging"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
