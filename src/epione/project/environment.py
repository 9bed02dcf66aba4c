"""Reading of the environment: where state lives, what is switched on."""

import os
import secrets
from pathlib import Path
from typing import Any


def flag(name: str) -> bool:
    """Whether an environment variable says yes."""
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def listed(name: str, default: str = "") -> list[str]:
    """The values of a comma-separated environment variable."""
    return [value.strip() for value in os.environ.get(name, default).split(",") if value.strip()]


def port() -> int:
    """Where pages are served (`EPIONE_PORT`, default 8000)."""
    return int(os.environ.get("EPIONE_PORT", "8000"))


def home() -> Path:
    """The folder of all state (`EPIONE_HOME`, default `./var`), created private."""
    path = Path(os.environ.get("EPIONE_HOME", "var")).resolve()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def secret(folder: Path) -> str:
    """Django's signing secret: from the environment, else a file of mode 0600 made on the first start."""
    given = os.environ.get("EPIONE_SECRET_KEY") or os.environ.get("SECRET_KEY")
    if given:
        return given
    path = folder / "secret"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text()


def engine_options(engine: str) -> dict[str, Any]:
    """Settings of the database that durability and concurrency demand.

    SQLite: write-ahead log, full synchronisation (a power cut loses nothing acknowledged), writers queue at BEGIN.
    """
    if not engine.endswith("sqlite3"):
        return {}
    return {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA mmap_size=268435456; PRAGMA cache_size=-64000;",
    }
