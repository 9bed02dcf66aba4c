"""The columns that every clinical row has, and the queries that keep practices apart."""

from typing import Any, Self
from uuid import UUID

from django.db import models

from .ids import uuid7


class PracticeQuerySet(models.QuerySet[Any]):
    """Queries that start from a practice: nothing crosses from one to another."""

    def of_practice(self, practice_id: UUID) -> Self:
        """Only the rows of this practice."""
        return self.filter(practice_id=practice_id)


class PracticeRow(models.Model):
    """A row that belongs to one practice; `version` grows at each write (optimistic lock)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice_id = models.UUIDField(db_index=True, editable=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        abstract = True
