"""Rows of documents, of their signatures, and of the certificates that sign."""

from django.db import models

from epione.kernel.rows import PracticeRow


class Document(PracticeRow):
    """One version of a document; `digest` is the SHA-256 of its canonical content, what a validation speaks of.

    `patient_id` is null for a document about nobody whom the practice knows (the report of an unlinked study).
    `subject_id` is what it was made for (a review, a surgery); `blob_id` the PDF kept when it was validated.
    """

    patient_id = models.UUIDField(null=True)
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


class Certificate(PracticeRow):
    """A certificate of the practice's authority: its root, its clock, or one of its people (`owner_id`).

    `name` says which and counts generations ("root/1", "person/<id>/2"): of two makers at once one wins. The
    certificate is public (each signed file holds it); its private key is sealed under the key of the practice.
    """

    class Purpose(models.TextChoices):
        """What it signs."""

        ROOT = "root"
        CLOCK = "clock"
        PERSON = "person"

    purpose = models.CharField(max_length=6, choices=Purpose.choices)
    owner_id = models.UUIDField(null=True)
    name = models.CharField(max_length=64)
    issuer = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    der = models.BinaryField()
    sealed_key = models.BinaryField()
    serial = models.CharField(max_length=48)
    facts = models.CharField(max_length=64)
    not_after = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice_id", "name"], name="certificate_once")]


class Signature(PracticeRow):
    """One signature of a document, in their order; `blob_id` is the PDF that ends with it, `sha256` of its bytes."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="signatures")
    position = models.PositiveSmallIntegerField()
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="+")
    signer_id = models.UUIDField()
    signed_at = models.DateTimeField()
    reason = models.CharField(max_length=12)
    level = models.CharField(max_length=4)
    timestamp = models.CharField(max_length=8)
    sha256 = models.CharField(max_length=64)
    blob_id = models.UUIDField()
    entry_id = models.UUIDField()
    slot = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="signature_in_order"),
            models.UniqueConstraint(fields=["document", "signer_id"], name="signature_once_per_person"),
        ]
