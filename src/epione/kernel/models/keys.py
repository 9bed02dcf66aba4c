"""Wrapped data keys, and the record of those destroyed."""

from uuid import UUID

from django.db import models

from epione.kernel.ids import uuid7

PRACTICE_ITSELF = UUID(int=0)
"""Subject of the keys that belong to the practice rather than to a patient."""


class DataKey(models.Model):
    """A key of one patient (or of the practice), readable only through its key-encryption key.

    `kid` is derived from the key and commits to it. An erased key keeps its row, so that nothing is sealed again
    for that person and every reader learns why.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice_id = models.UUIDField()
    subject_id = models.UUIDField(default=PRACTICE_ITSELF)
    purpose = models.CharField(max_length=8, choices=[("data", "data"), ("index", "index")])
    generation = models.PositiveIntegerField(default=1)
    kid = models.BinaryField(max_length=24, unique=True)
    kek_id = models.CharField(max_length=200, db_index=True)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice_id", "subject_id", "purpose", "generation"], name="kernel_one_key_per_generation"
            )
        ]


class Erasure(models.Model):
    """A subject whose keys were destroyed; replayed after each restore, so that a backup never brings them back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice_id = models.UUIDField()
    subject_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice_id", "subject_id"], name="kernel_erased_once")]
