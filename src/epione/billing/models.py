"""Rows of billing."""

from django.db import models

from epione.kernel.rows import PracticeRow


class TariffRow(PracticeRow):
    """A tariff that the practice entered or corrected: it wins over the shipped one of the same step and day."""

    programme = models.CharField(max_length=32)
    step = models.CharField(max_length=32)
    cycle = models.CharField(max_length=16)
    code = models.CharField(max_length=16)
    cents = models.PositiveIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=300)
    author_id = models.UUIDField()


class Bill(PracticeRow):
    """A step that was billed: amount of its day, state, number of the invoice; one per step of a subject."""

    patient_id = models.UUIDField(db_index=True)
    programme = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    step = models.CharField(max_length=32)
    year = models.PositiveSmallIntegerField()
    done_on = models.DateField()
    code = models.CharField(max_length=16)
    cents = models.PositiveIntegerField()
    remote = models.BooleanField(default=False)
    proof = models.CharField(max_length=64)
    state = models.CharField(max_length=16)
    number = models.PositiveIntegerField()
    author_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint("practice_id", "subject_id", "step", name="bill_step_once"),
            models.UniqueConstraint("practice_id", "number", name="bill_number_once"),
        ]
