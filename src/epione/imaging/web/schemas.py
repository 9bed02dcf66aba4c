"""What the API of imaging says."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import FiniteFloat


class ImageOut(Schema):
    """What became of one file. `deidentified` is false while somebody must check that no name is burned in."""

    image_id: UUID | None = None
    study_id: UUID | None = None
    study_uid: str = ""
    series_uid: str = ""
    sop_uid: str = ""
    state: str
    reasons: list[str] = []
    code: str = ""
    message: str
    deidentified: bool = False
    converted: bool = False
    encrypted: bool = False
    hash_registered: bool = False
    stored_sha256: str = ""
    timestamp: datetime


class UploadOut(ImageOut):
    """The first file's answer, and that of each; `job_id` when an archive is unpacked in the background."""

    images: list[ImageOut] = []
    job_id: UUID | None = None


class StudyOut(Schema):
    """An examination; everything is de-identified."""

    id: UUID
    uid: str
    pseudonym: str
    patient_id: UUID | None
    study_date: date | None
    description: str
    modalities: list[str]
    series_count: int
    instance_count: int
    waiting_count: int
    state: str
    urgent: bool
    received_at: datetime


class StudyPage(Schema):
    """One page of examinations."""

    items: list[StudyOut]
    total: int
    page: int
    size: int


class InstanceOut(Schema):
    """One object of a series."""

    id: UUID
    uid: str
    sop_class: str
    transfer_syntax: str
    number: int | None
    rows: int | None
    columns: int | None
    frames: int
    state: str
    reasons: list[str]
    pixel_fault: str
    stored_sha256: str
    size: int
    entry_id: UUID | None
    received_at: datetime


class SeriesOut(Schema):
    """One series."""

    id: UUID
    uid: str
    modality: str
    number: int | None
    description: str
    body_part: str
    instances: list[InstanceOut]


class StudyDetail(Schema):
    """A whole examination."""

    study: StudyOut
    series: list[SeriesOut]


class HeaderOut(Schema):
    """The de-identified header as DICOM JSON, and what de-identification changed (no values)."""

    header: dict[str, Any]
    report: dict[str, Any]


class StudyQuery(Schema):
    """What a list of examinations is narrowed to."""

    modality: str = ""
    since: date | None = None
    until: date | None = None
    state: str = ""
    text: str = ""
    patient_id: UUID | None = None
    page: int = Field(1, ge=1, le=100_000)
    size: int = Field(50, ge=1, le=200)


class PictureQuery(Schema):
    """How a frame is drawn; `frame` counts from 1, 0 is the middle one."""

    frame: int = Field(1, ge=0, le=1_000_000)
    center: FiniteFloat | None = None
    width: FiniteFloat | None = None
    preset: str = Field("", max_length=20)
    invert: bool = False
    size: int = Field(0, ge=0, le=4096)
    form: Literal["png", "png16", "jpeg"] = "png"


class LinkIn(Schema):
    """The record to which the images belong; `confirmed` when names differ and a person says it is the same."""

    patient_id: UUID
    confirmed: bool = False


class ReasonIn(Schema):
    """Why; kept with the name of the one who asked."""

    reason: str


class OriginalOut(Schema):
    """The original identifiers of an examination."""

    original: dict[str, str]
