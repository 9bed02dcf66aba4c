"""Celery on RabbitMQ or Redis: messages carry a job's id, the table says what is true."""

import time

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from epione.kernel.clock import now
from epione.kernel.models.jobs import Job, State

from . import broker_url

log = structlog.get_logger(__name__)
MESSAGE = "epione.run"
QUEUE = "epione.jobs"
PAUSE = 15.0  # seconds without trying a broker that did not answer, so that requests do not wait for it
_senders: dict[str, Celery] = {}
_away: dict[str, float] = {}  # address -> when it may be tried again


def application() -> Celery:
    """A Celery application bound to `EPIONE_BROKER_URL`; results stay in the table."""
    app = Celery("epione", broker=broker_url(), set_as_current=False)
    app.conf.update(
        task_default_queue=QUEUE,
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=False,  # the lease decides when a lost job runs again
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=3,
        # redis-py gives up on a silent socket after 5 s by default, which a waiting consumer does not survive.
        broker_transport_options={"visibility_timeout": 3600, "socket_timeout": 30, "socket_connect_timeout": 3}
        if broker_url().startswith("redis")
        else {},
    )
    return app


def send(job: Job) -> bool:
    """Put the job's id on the queue; False when it is not due yet or when the broker does not answer.

    Both are announced by the sweep later: brokers hold neither long delays nor the only copy of anything.
    """
    address = broker_url()
    if job.run_after > now() or time.monotonic() < _away.get(address, 0):
        return False
    row = Job.objects.filter(pk=job.pk, state=State.QUEUED)
    row.update(announced_at=now())  # first: once sent, the job may run and fail before the next line here
    app = _senders.get(address) or _senders.setdefault(address, application())
    try:
        app.send_task(MESSAGE, args=[str(job.pk)], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("jobs.broker_away", error=type(error).__name__)
        _away[address] = time.monotonic() + PAUSE
        row.update(announced_at=None)
        return False
    return True
