"""The worker side of the broker: takes the job that a message names, and runs it as any worker would."""

import threading
from typing import Any
from uuid import UUID

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

    def stop_consuming() -> None:
        stop.wait()
        consumer.stop()

    threading.Thread(target=stop_consuming, name="consumer-stop", daemon=True).start()
    consumer.start()


def run_named(job_id: str) -> None:
    """Run the job that a message names; a second copy of the message finds nothing to take."""
    close_old_connections()
    job = lease.claim(UUID(job_id))
    if job is not None:
        worker.run(job)
    close_old_connections()
