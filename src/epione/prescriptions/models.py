"""Rows of treatments, sealed under the patient's key."""

from django.db import models

from epione.kernel.rows import PracticeRow


class MedicationLine(PracticeRow):
    """One version of one treatment line: immutable; a change is a new row that `replaces` the former.

    `line_id` is the same for all versions; `removed` marks the last version of a line entered by mistake.
    """

    patient_id = models.UUIDField()
    line_id = models.UUIDField(db_index=True)
    sealed = models.BinaryField()
    removed = models.BooleanField(default=False)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    author_id = models.UUIDField()

    class Meta:
        indexes = [models.Index("practice_id", "patient_id", name="line_of_patient")]


class DispensingRow(PracticeRow):
    """A dispensing of a line, or the retraction of one: immutable; a mistake is a new row that `retracts` the former.

    `sealed` holds the dispensing, or why it is retracted.
    """

    patient_id = models.UUIDField()
    line_id = models.UUIDField(db_index=True)
    sealed = models.BinaryField()
    retracts = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="retracted_by")
    author_id = models.UUIDField()

    class Meta:
        indexes = [models.Index("practice_id", "patient_id", name="dispensing_of_patient")]


class Validation(PracticeRow):
    """A clinician's statement that the treatment, as it stood, is what the patient takes.

    `digest` is the SHA-256 over the sealed versions validated, so that any later change shows.
    """

    patient_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    author_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["practice_id", "patient_id", "-created_at"], name="validation_of_patient")]
