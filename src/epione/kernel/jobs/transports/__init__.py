"""How workers learn that a job waits: by a wake-up in this process, or through a broker. The table stays the truth."""

import os
import threading

from epione.kernel.models.jobs import Job

wake = threading.Event()


def broker_url() -> str:
    """The address of the broker (`EPIONE_BROKER_URL`: amqp:// or redis://), or nothing."""
    return os.environ.get("EPIONE_BROKER_URL", "")


def by_broker() -> bool:
    """Whether jobs travel through a broker."""
    return bool(broker_url())


def announce(job: Job) -> bool:
    """Tell the workers; False if the broker did not answer (the sweep will tell it again)."""
    if not by_broker():
        wake.set()
        return True
    from .broker import send  # noqa: PLC0415 -- optional extra: Celery is installed only where a broker is used

    return send(job)
