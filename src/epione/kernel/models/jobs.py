"""Rows of durable jobs and of their schedules."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from epione.kernel.clock import now
from epione.kernel.ids import uuid7
from epione.kernel.rows import PracticeQuerySet


class State(models.TextChoices):
    """Where a job stands; the last four are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # refused by an expected error: trying again would not help
    CANCELLED = "cancelled"
    DEAD = "dead"  # every attempt was used up


class Job(models.Model):
    """One piece of long work; `practice_id` is empty for work of the installation itself (backup, catalogues).

    A running job is owned by the holder of `lease`: only it may write progress or the final state, so that a worker
    that hung and came back cannot finish a job that was given to another.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice_id = models.UUIDField(null=True, db_index=True, editable=False)
    task = models.CharField(max_length=120)
    key = models.CharField(max_length=200, blank=True)
    payload = models.JSONField(default=dict)
    by = models.JSONField(null=True)
    correlation_id = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    run_after = models.DateTimeField(default=now)
    announced_at = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    cancel_requested = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    text = models.CharField(max_length=300, blank=True)
    result = models.JSONField(null=True)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[Any] = ["run_after", "id"]
        indexes: ClassVar[Any] = [
            models.Index(fields=["state", "run_after", "id"], name="job_due"),
            models.Index(fields=["state", "lease_until"], name="job_leases"),
        ]
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["practice_id", "key"], condition=~Q(key=""), name="job_key_once"),
            models.UniqueConstraint(
                fields=["key"], condition=~Q(key="") & Q(practice_id=None), name="job_key_once_installation"
            ),
            models.CheckConstraint(condition=Q(state="running") ^ Q(lease=None), name="job_running_has_lease"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"]) ^ Q(finished_at__isnull=False), name="job_final_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.id}"


class Schedule(models.Model):
    """When a declared schedule runs next; an operator may switch it off."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120, unique=True)
    enabled = models.BooleanField(default=True)
    next_run = models.DateTimeField()
    last_run = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
