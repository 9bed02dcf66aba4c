"""Rows of the registry: models, their immutable versions, their deployments over time, and every answer.

Versions, deployments, answers and verdicts are written once: triggers refuse any change (`triggers.py`).
"""

from typing import Any

from django.db import models

from epione.kernel.rows import PracticeRow


class Model(PracticeRow):
    """Something that infers, under one name across its versions."""

    key = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint("practice_id", "key", name="inference_model_once")]


class WrittenOnce(PracticeRow):
    """A row that never changes."""

    class Meta:
        abstract = True

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused: the history of what answered is kept."""
        raise TypeError(f"{self._meta.label} is append-only")


class ModelVersion(WrittenOnce):
    """One version: its manifest (card, preprocessing, calibration, address), and the hash of all of it.

    `digest` is the SHA-256 of the manifest; `weights_sha256` of the weights, empty when they cannot be seen.
    """

    model = models.ForeignKey(Model, on_delete=models.PROTECT, related_name="versions")
    label = models.CharField(max_length=40)
    engine = models.CharField(max_length=16)
    weights_sha256 = models.CharField(max_length=64, blank=True)
    manifest = models.JSONField()
    digest = models.CharField(max_length=64)
    author_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint("model", "label", name="inference_version_once")]


class Deployment(WrittenOnce):
    """From `at` on, this version answers on this channel, everywhere or at one site; channel `off` has no version."""

    model = models.ForeignKey(Model, on_delete=models.PROTECT, related_name="deployments")
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, null=True, related_name="deployments")
    channel = models.CharField(max_length=8)
    share = models.PositiveSmallIntegerField(default=100)
    site_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="inference_off_has_no_version",
                condition=models.Q(channel="off", model_version__isnull=True)
                | (~models.Q(channel="off") & models.Q(model_version__isnull=False)),
            )
        ]
        indexes = [models.Index(fields=["practice_id", "model", "at"], name="inference_deployed")]


class Answer(WrittenOnce):
    """One answer: which bytes, which question, which version under which deployment, and the sealed result.

    `subject_id` is whose key seals it, `patient_id` the record when it is known; `about_id` the image or series.
    `run_id` groups the answers of one analysis. `engine_hash` is of what ran: manifest and version of the platform.
    """

    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="answers")
    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="answers")
    channel = models.CharField(max_length=8)
    run_id = models.UUIDField()
    about_kind = models.CharField(max_length=16)
    about_id = models.UUIDField()
    subject_id = models.UUIDField(null=True)
    patient_id = models.UUIDField(null=True)
    input_hash = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64)
    engine_hash = models.CharField(max_length=64)
    status = models.CharField(max_length=16)
    reason = models.CharField(max_length=60, blank=True)
    seconds = models.FloatField()
    author_id = models.UUIDField()
    at = models.DateTimeField()
    entry_id = models.UUIDField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["practice_id", "about_id", "-id"], name="inference_answers_about"),
            models.Index(fields=["practice_id", "request_hash", "model_version"], name="inference_answers_again"),
            models.Index(fields=["practice_id", "at"], name="inference_answers_at"),
        ]


class Verdict(WrittenOnce):
    """What a person says of one finding of an answer; the newest one holds, the earlier ones stay."""

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="verdicts")
    finding = models.PositiveIntegerField()
    verdict = models.CharField(max_length=12)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    entry_id = models.UUIDField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["answer", "finding", "-id"], name="inference_verdicts")]
