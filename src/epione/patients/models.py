"""Rows of the patient record: every identifying or clinical value is sealed under the patient's own key."""

from django.db import models

from epione.kernel.rows import PracticeRow


class Patient(PracticeRow):
    """A person followed by a practice; `sealed` holds the identity, `merged_into` a reversible link.

    `index_generation` names the index key under which the search keys were made.
    """

    sealed = models.BinaryField()
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    deleted_at = models.DateTimeField(null=True)
    index_generation = models.PositiveIntegerField(default=1, db_index=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["practice_id", "-updated_at", "-id"],
                name="patient_recent",
                condition=models.Q(deleted_at=None, merged_into=None),
            )
        ]


class SearchKey(models.Model):
    """A keyed hash by which a patient can be found: folded name prefix, sound, birth date, NIR prefix.

    `digest` is the first 63 bits of the blind index: collisions only cost one more record to decrypt.
    """

    practice_id = models.UUIDField()
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=8)
    digest = models.BigIntegerField()

    class Meta:
        indexes = [models.Index("practice_id", "digest", "patient_id", name="patient_key")]


class Identifier(PracticeRow):
    """A unique identifier of a patient (medical id, NIR), as a keyed hash: two patients never share one."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=16)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint("practice_id", "kind", "digest", name="patient_identifier_unique")]


class CareTeamMember(PracticeRow):
    """A person who follows a patient."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="care_team")
    user_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint("patient", "user_id", name="care_team_once")]


class ClinicalFact(PracticeRow):
    """An immutable entry of the record (allergy, problem, observation, coverage...).

    A correction is a new row that `replaces` the former; a retraction is a new row whose content says so.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=16)
    sealed = models.BinaryField()
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    author_id = models.UUIDField()

    class Meta:
        indexes = [models.Index("patient", "kind", name="fact_of_patient")]
