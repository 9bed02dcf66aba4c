"""What each role of Epione starts. `epione run` is all of them; `epione run --role web` one, as often as needed."""

import os
import threading
from collections.abc import Callable
from functools import partial

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from epione.kernel.crypto import KeysUnavailable, Tampered
from epione.kernel.events.dispatch import dispatch_until
from epione.kernel.jobs.sweep import sweep_until
from epione.kernel.jobs.transports import by_broker
from epione.kernel.jobs.worker import work
from epione.ledger.public import replay, sequence

log = structlog.get_logger(__name__)
Part = Callable[[threading.Event], None]

ROLES: dict[str, list[str]] = {
    "web": ["pages"],
    "worker": ["jobs", "sweep", "events", "sequencer"],
    "dicom": ["associations"],
    "all": ["pages", "jobs", "sweep", "events", "sequencer"],
}
"""Role -> parts. `pages` is served by Granian, in processes of its own; the others are threads of one process.

`associations` (DICOM) is no part of `all`: it listens, so it starts where somebody decided that it should.
"""


def job_threads() -> int:
    """How many jobs a worker runs at once (`EPIONE_JOB_THREADS`, default 2)."""
    return int(os.environ.get("EPIONE_JOB_THREADS", "2"))


def sequence_until(stop: threading.Event) -> None:
    """Give ledger entries their place in the tree, every second."""
    while not stop.wait(1.0):
        try:
            close_old_connections()
            sequence()
            _replay()
        except (DatabaseError, InterfaceError) as error:
            log.warning("ledger.database_away", error=type(error).__name__)
            connection.close()
    connection.close()


def _replay() -> None:
    """Enter what emergencies read while the ledger was away, as soon as it is back."""
    try:
        replay()
    except (KeysUnavailable, Tampered, KeyError) as error:
        log.warning("ledger.still_away", error=type(error).__name__)


def parts(role: str) -> list[tuple[str, Part]]:
    """The threads of a role, by name."""
    threads: dict[str, list[Part]] = {
        "jobs": [work] * job_threads(),
        "sweep": [sweep_until],
        "events": [dispatch_until],
        "sequencer": [sequence_until],
    }
    if role == "dicom":
        from epione.imaging.dimse import serve_until  # noqa: PLC0415 -- heavy, and of this role alone

        threads["associations"] = [serve_until]
    if by_broker():
        from epione.kernel.jobs.consumer import consume  # noqa: PLC0415 -- optional extra: Celery

        threads["jobs"] = [partial(consume, threads=job_threads())]
    return [(name, run) for name in ROLES[role] for run in threads.get(name, [])]
