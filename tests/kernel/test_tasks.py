"""What the kernel does by itself at night."""

from datetime import timedelta

from django.db import transaction

from epione.kernel.clock import now
from epione.kernel.events import publish, subscribe
from epione.kernel.events.dispatch import deliver_pending
from epione.kernel.ids import uuid7
from epione.kernel.jobs import enqueue, run_pending
from epione.kernel.jobs.registry import SCHEDULES
from epione.kernel.models.jobs import Job
from epione.kernel.models.outbox import Delivery, OutboxEvent

MONTH = timedelta(days=31)


def test_what_ended_a_month_ago_is_forgotten_and_the_rest_kept(db: None) -> None:
    old = Job.objects.create(task="a", state="done", finished_at=now() - MONTH)
    recent = Job.objects.create(task="b", state="dead", finished_at=now())
    waiting = Job.objects.create(task="c", run_after=now() + MONTH)
    subscribe("test.old", lambda event: None, name="old")
    subscribe("test.broken", lambda event: 1 / 0, name="broken")
    with transaction.atomic():
        delivered = publish("test.old", practice_id=uuid7())
        stuck = publish("test.broken", practice_id=uuid7())
    deliver_pending()
    OutboxEvent.objects.update(published_at=now() - MONTH)
    enqueue("kernel.tidy", practice_id=None)
    run_pending()

    assert not Job.objects.filter(pk=old.pk).exists()
    assert set(Job.objects.exclude(task="kernel.tidy").values_list("pk", flat=True)) == {recent.pk, waiting.pk}
    assert Job.objects.get(task="kernel.tidy").result == {"jobs": 1, "events": 1, "practice": None}
    assert list(OutboxEvent.objects.values_list("pk", flat=True)) == [stuck]
    assert not Delivery.objects.filter(event=delivered).exists()


def test_it_happens_every_night() -> None:
    assert str(SCHEDULES["kernel.tidy"].daily) == "03:40:00"
