"""Rows of the ledger. Triggers of the database refuse every change except the two that the ledger itself makes."""

from typing import Any, ClassVar

from django.db import models

from epione.kernel.ids import uuid7


class Entry(models.Model):
    """One leaf: `leaf` are its canonical bytes, `leaf_index` its place in the log once sequenced.

    The other columns repeat what the leaf or its detail says, for the audit page's filters.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice_id = models.UUIDField()
    action = models.CharField(max_length=80)
    actor_id = models.UUIDField()
    patient_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    leaf = models.BinaryField()
    leaf_index = models.BigIntegerField(null=True, unique=True)

    class Meta:
        indexes: ClassVar[Any] = [
            models.Index(fields=["practice_id", "id"], name="ledger_practice"),
            models.Index(fields=["practice_id", "actor_id", "id"], name="ledger_actor"),
            models.Index(fields=["practice_id", "patient_id", "id"], name="ledger_patient"),
        ]


class Detail(models.Model):
    """What an entry says in full, sealed for its patient, else for the practice; goes when its retention ends."""

    entry_id = models.UUIDField(primary_key=True)
    subject_id = models.UUIDField(null=True)
    sealed = models.BinaryField()


class Node(models.Model):
    """A complete node of the tree; its number is `domain.merkle.node_id`."""

    id = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField(max_length=32)


class Checkpoint(models.Model):
    """A signed head of the log: `note` is a C2SP checkpoint, with the cosignatures it has collected."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    size = models.BigIntegerField(db_index=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    at = models.DateTimeField()


class Anchor(models.Model):
    """Proof that a checkpoint was known outside the database."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="anchors")
    provider = models.CharField(max_length=40)
    proof = models.BinaryField()
    at = models.DateTimeField()


class Shredding(models.Model):
    """A detail removed by the retention run `run_id` (itself an entry of the ledger)."""

    entry_id = models.UUIDField(primary_key=True)
    run_id = models.UUIDField(db_index=True)


class Verification(models.Model):
    """Outcome of one verification; a later one may continue from a sound one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    full = models.BooleanField()
    faults = models.JSONField(default=list)
