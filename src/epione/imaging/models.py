"""Rows of imaging: what lists and searches need, de-identified; identities and headers are sealed."""

from django.db import models

from epione.kernel.rows import PracticeRow


class Settings(PracticeRow):
    """How a practice receives images; `sealed` holds the secret from which its pseudonyms and UIDs are derived.

    `policy` names the de-identification; `keep_originals` says whether what came in is kept, in its own vault.
    """

    policy = models.CharField(max_length=40)
    keep_originals = models.BooleanField(default=True)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint("practice_id", name="imaging_settings_once")]


class Subject(PracticeRow):
    """A person as images know her: a pseudonym. `sealed` is the crosswalk, `patient_id` the record she was linked to.

    Everything of hers is sealed under the key of this row's id; originals under the key of `vault_id`.
    """

    pseudonym = models.CharField(max_length=64)
    vault_id = models.UUIDField()
    patient_id = models.UUIDField(null=True, db_index=True)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint("practice_id", "pseudonym", name="imaging_subject_once")]


class StudyState(models.TextChoices):
    """Where the reading of a study stands."""

    NEW = "new"
    READING = "reading"
    REPORTED = "reported"


class Study(PracticeRow):
    """An examination. `uid` and everything in clear are de-identified; `sealed` holds the original identifiers."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="studies")
    uid = models.CharField(max_length=64)
    study_date = models.DateField(null=True)
    study_time = models.TimeField(null=True)
    description = models.CharField(max_length=200, blank=True)
    modalities = models.CharField(max_length=120, blank=True)
    series_count = models.PositiveIntegerField(default=0)
    instance_count = models.PositiveIntegerField(default=0)
    waiting_count = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=StudyState.choices, default=StudyState.NEW)
    urgent = models.BooleanField(default=False)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint("practice_id", "uid", name="imaging_study_once")]
        indexes = [
            models.Index(fields=["practice_id", "-study_date", "-id"], name="imaging_study_recent"),
            models.Index(fields=["practice_id", "-id"], name="imaging_study_received"),
        ]


class Series(PracticeRow):
    """A series of a study."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="series")
    uid = models.CharField(max_length=64)
    modality = models.CharField(max_length=16, blank=True)
    number = models.IntegerField(null=True)
    description = models.CharField(max_length=200, blank=True)
    body_part = models.CharField(max_length=64, blank=True)
    instance_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("practice_id", "uid", name="imaging_series_once")]
        indexes = [models.Index(fields=["practice_id", "modality", "-id"], name="imaging_series_modality")]


class InstanceState(models.TextChoices):
    """Whether an object may be seen by all who may see the study."""

    CLEAN = "clean"
    WAITING = "waiting"
    DISCARDED = "discarded"


class Instance(PracticeRow):
    """An object (image, report, segmentation...): where its encrypted bytes are and what proves them.

    `mark` is a keyed hash of the bytes received: the same file is known again. `geometry` is that of `domain.facts`.
    `stored_sha256` is of the encrypted file, `entry_id` the entry of the ledger that states it. `sealed` holds the
    header, the report of de-identification and the original identifiers. `reasons` are codes that say why the object
    waits for a person.
    """

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="instances")
    uid = models.CharField(max_length=64)
    sop_class = models.CharField(max_length=64)
    transfer_syntax = models.CharField(max_length=64)
    number = models.IntegerField(null=True)
    position = models.FloatField(null=True)
    geometry = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(null=True)
    columns = models.PositiveIntegerField(null=True)
    frames = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=InstanceState.choices, default=InstanceState.CLEAN)
    reasons = models.JSONField(default=list)
    pixel_fault = models.CharField(max_length=40, blank=True)
    mark = models.BinaryField(max_length=32)
    blob_id = models.UUIDField()
    preview_id = models.UUIDField(null=True)
    original_id = models.UUIDField(null=True)
    stored_sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    entry_id = models.UUIDField(null=True, db_index=True)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint("practice_id", "uid", name="imaging_instance_once")]
        indexes = [
            models.Index(fields=["practice_id", "mark"], name="imaging_instance_mark"),
            models.Index(fields=["series", "number", "id"], name="imaging_instance_order"),
            models.Index(
                fields=["practice_id", "-id"], name="imaging_waiting", condition=models.Q(state=InstanceState.WAITING)
            ),
        ]


class Refusal(PracticeRow):
    """A file that could not be taken: `code` says why, `blob_id` is its encrypted copy until somebody settled it."""

    source = models.CharField(max_length=12)
    code = models.CharField(max_length=40)
    author_id = models.UUIDField()
    mark = models.BinaryField(max_length=32)
    size = models.PositiveBigIntegerField()
    blob_id = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["practice_id", "mark"], name="imaging_refusal_mark")]


class Measure(PracticeRow):
    """A measure drawn by a person on a frame; `sealed` holds its points (pixels) and its results.

    It is never changed: a wrong one is taken away (`removed_at`) and drawn again.
    """

    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="measures")
    frame = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=12)
    author_id = models.UUIDField()
    removed_at = models.DateTimeField(null=True)
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["practice_id", "instance"], name="imaging_measure_of")]


class Report(PracticeRow):
    """What a radiologist writes about a study; `sealed` holds the draft, `document_id` the document made of it last.

    It is signed when its document is; then it does not change any more, and what must be added is a report of its own
    that says so (`adds_to`).
    """

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="reports")
    author_id = models.UUIDField()
    adds_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="additions")
    document_id = models.UUIDField(null=True)
    composed_version = models.PositiveIntegerField(null=True)
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["practice_id", "study"], name="imaging_report_of")]


class Peer(PracticeRow):
    """A DICOM system that may open associations: known by its AE title, which names one practice, and its address.

    `closed_at` is set once it may not any more; its row stays, since the ledger names it.
    """

    ae_title = models.CharField(max_length=16)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    may_store = models.BooleanField(default=False)
    may_query = models.BooleanField(default=False)
    may_retrieve = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ae_title"], condition=models.Q(closed_at=None), name="imaging_peer_title_once"
            )
        ]
