"""What is known of each encrypted file without opening it."""

from django.db import models

from epione.kernel.ids import uuid7


class Blob(models.Model):
    """An encrypted file: `sha256` is of the stored (encrypted) bytes, `size` of the content in bytes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice_id = models.UUIDField(db_index=True)
    subject_id = models.UUIDField(null=True, db_index=True)
    kind = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    stored_size = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
