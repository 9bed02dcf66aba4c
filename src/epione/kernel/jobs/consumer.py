"""The worker side of the broker: takes the job that a message names, and runs it as any worker would."""

import threading
from typing import Any
from uuid import UUID

from celery.worker import state
from django.db import close_old_connections

from . import lease, worker
from .transports import broker


def consume(stop: threading.Event, threads: int) -> None:
    """Consume messages with `threads` threads until `stop` is set."""
    app = broker.application()
    app.task(run_named, name=broker.MESSAGE)
    consumer: Any = app.WorkController(
        pool="threads", concurrency=threads, without_gossip=True, without_mingle=True, without_heartbeat=True
    )

    def tell() -> None:
        stop.wait()
        state.should_stop = 0

    # Celery's consumer ends cleanly only from its own loop, which looks at this mark every second.
    state.should_stop = None
    threading.Thread(target=tell, name="consumer-stop", daemon=True).start()
    consumer.start()


def run_named(job_id: str) -> None:
    """Run the job that a message names; a second copy of the message finds nothing to take."""
    close_old_connections()
    job = lease.claim(UUID(job_id))
    if job is not None:
        worker.run(job)
    close_old_connections()
