"""Rows of documents."""

from django.db import models

from epione.kernel.rows import PracticeRow


class Document(PracticeRow):
    """One version of a document; `digest` is the SHA-256 of its canonical content, what a validation speaks of.

    `subject_id` is what it was made for (a review, a surgery); `blob_id` the PDF kept when it was validated.
    """

    patient_id = models.UUIDField()
    subject_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=64)
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64)
    author_id = models.UUIDField()
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    validated_at = models.DateTimeField(null=True)
    validated_by = models.UUIDField(null=True)
    blob_id = models.UUIDField(null=True)
    entry_id = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["practice_id", "patient_id", "-id"], name="document_of_patient")]
        constraints = [
            models.CheckConstraint(
                name="validated_by_somebody_at_some_time",
                condition=models.Q(validated_at__isnull=True, validated_by__isnull=True, blob_id__isnull=True)
                | models.Q(validated_at__isnull=False, validated_by__isnull=False, blob_id__isnull=False),
            )
        ]
