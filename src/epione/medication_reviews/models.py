"""Rows of medication reviews; clinical content is sealed under the patient's key."""

from django.db import models

from epione.kernel.rows import PracticeRow


class MedicationReview(PracticeRow):
    """One year of the programme for one patient; `closed_at` once its last step is done or it is abandoned."""

    patient_id = models.UUIDField(db_index=True)
    year = models.PositiveSmallIntegerField()
    author_id = models.UUIDField()
    second_reviewer_id = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    closing = models.CharField(max_length=16, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "practice_id",
                "patient_id",
                condition=models.Q(closed_at__isnull=True),
                name="one_open_review_of_a_patient",
            )
        ]


class StepRow(PracticeRow):
    """A step done: when, by whom, with what (sealed), proven by which ledger entry; `seconds` of work on it."""

    review = models.ForeignKey(MedicationReview, on_delete=models.PROTECT, related_name="steps")
    patient_id = models.UUIDField()
    step = models.CharField(max_length=16)
    done_on = models.DateField()
    author_id = models.UUIDField()
    sealed = models.BinaryField()
    entry_id = models.UUIDField()
    seconds = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("review", "step", name="a_step_is_done_once")]


class Analysis(PracticeRow):
    """An analysis as it was shown: the chart, the findings and the editions of every rule, sealed together.

    Counts by level stay readable for the worklists: they say nothing of the patient by themselves.
    """

    review = models.ForeignKey(MedicationReview, on_delete=models.PROTECT, related_name="analyses")
    patient_id = models.UUIDField()
    on = models.DateField()
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    author_id = models.UUIDField()
    entry_id = models.UUIDField()


class DecisionRow(PracticeRow):
    """A decision about a finding, or a free recommendation; a change of mind is a new row that `replaces`.

    `rule` (STOPP-D5...) stays readable for the acceptance figures.
    """

    review = models.ForeignKey(MedicationReview, on_delete=models.PROTECT, related_name="decisions")
    patient_id = models.UUIDField()
    finding = models.CharField(max_length=64)
    rule = models.CharField(max_length=400)
    decision = models.CharField(max_length=12)
    sealed = models.BinaryField()
    author_id = models.UUIDField()
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    undone = models.BooleanField(default=False)
    answer = models.CharField(max_length=12, default="")
    answered_on = models.DateField(null=True)


class Screening(PracticeRow):
    """What the nightly screening found for a patient: eligibility and counts of findings by level."""

    patient_id = models.UUIDField()
    on = models.DateField()
    eligible = models.CharField(max_length=12)
    lines = models.PositiveSmallIntegerField()
    counts = models.JSONField(default=dict)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint("practice_id", "patient_id", name="one_screening_of_a_patient")]
