"""Rows of the transactional outbox."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from epione.kernel.clock import now
from epione.kernel.ids import uuid7
from epione.kernel.rows import PracticeQuerySet


class OutboxEvent(models.Model):
    """Something that happened, written in the transaction that made it happen; `key` names the order it belongs to."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice_id = models.UUIDField(db_index=True, editable=False)
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    correlation_id = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(auto_now_add=True)

    objects = PracticeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class DeliveryState(models.TextChoices):
    """Where the hand-over to one subscriber stands."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"  # every attempt was used up: an operator looks


class Delivery(models.Model):
    """The hand-over of one event to one subscriber; a row each, so that one slow subscriber delays no other."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=200)
    key = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=now)
    error = models.CharField(max_length=500, blank=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes: ClassVar[Any] = [
            models.Index(
                fields=["subscriber", "key", "id"], condition=Q(state="pending"), name="delivery_order_pending"
            ),
        ]
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["event", "subscriber"], name="delivery_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} <- {self.event_id}"
