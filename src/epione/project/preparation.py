"""What must be true before Epione serves: tables of this version, compiled translations, collected assets, catalogue.

A stamp in the home says that it was done for this code and this database, so that the next start skips it all.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from epione.kernel.translations import catalogues, compile_catalogues

from .environment import home

SOURCE = Path(__file__).parents[1]
WATCHED = ("*/migrations/*.py", "*/locale/*/LC_MESSAGES/*.po", "**/static/**/*", "medications/data/*")


def database_url() -> str:
    """The address of the database, or nothing for the SQLite file of the home."""
    return os.environ.get("EPIONE_DATABASE_URL") or os.environ.get("DATABASE_URL") or ""


def single_node() -> bool:
    """Whether this process may change the tables by itself: nobody else uses an SQLite file."""
    return database_url().startswith("sqlite") or not database_url()


def is_prepared() -> bool:
    """Whether the stamp is that of this code and this database."""
    stamp = home() / "prepared"
    compiled = all(source.with_suffix(".mo").exists() for source in catalogues())
    database = bool(database_url()) or (home() / "epione.sqlite3").exists()
    return compiled and database and stamp.exists() and stamp.read_text() == _stamp()


def prepare_apart() -> None:
    """Do it in a process of its own: the server then starts without what only preparation needs."""
    subprocess.run([sys.executable, "-m", "epione", "prepare"], env=os.environ, check=True)


def prepare(*, again: bool = False) -> None:
    """Do it here unless it was done, or `again`; several machines may do it at once on one database."""
    if not again and is_prepared():
        return
    compile_catalogues()
    import django  # noqa: PLC0415 -- slow import: `run` starts without it

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 -- needs Django set up

    from epione.medications.public import compile_catalogue  # noqa: PLC0415 -- needs Django set up

    with _alone():
        call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    compile_catalogue()
    (home() / "prepared").write_text(_stamp())


@contextmanager
def _alone() -> Iterator[None]:
    """Hold PostgreSQL's lock for this, so that two machines do not migrate together."""
    from django.db import connection  # noqa: PLC0415 -- needs Django set up

    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [0x4550494F4E45])
        yield
        cursor.execute("SELECT pg_advisory_unlock(%s)", [0x4550494F4E45])


def _stamp() -> str:
    """A digest of the names, sizes and times of what preparation reads."""
    digest = hashlib.sha256(database_url().encode())
    for pattern in WATCHED:
        for path in sorted(SOURCE.glob(pattern)):
            facts = path.stat()
            digest.update(f"{path.relative_to(SOURCE)} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
