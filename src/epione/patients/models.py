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


class LegalHold(PracticeRow):
    """A claim or procedure that suspends every term: while it is open, the record cannot be erased."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="holds")
    sealed = models.BinaryField()
    author_id = models.UUIDField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.UUIDField(null=True)


class ErasureRequest(PracticeRow):
    """An erasure that somebody proposed and somebody else confirms or refuses; it outlives the record.

    `subject_id` is the record (no `patient_id`, so that the erasure leaves this row); `sealed` the reason, under the
    key of the practice.
    """

    class State(models.TextChoices):
        """Waiting, done, or refused."""

        PROPOSED = "proposed"
        CONFIRMED = "confirmed"
        REFUSED = "refused"

    subject_id = models.UUIDField()
    sealed = models.BinaryField()
    proposed_by = models.UUIDField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.PROPOSED)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "practice_id", "subject_id", condition=models.Q(state="proposed"), name="one_erasure_proposed"
            ),
            models.CheckConstraint(
                name="erasure_decided_by_another",
                condition=models.Q(state="proposed", decided_by=None)
                | (~models.Q(state="proposed") & models.Q(decided_by__isnull=False)),
            ),
        ]
