"""Reading of studies and objects: each opening is one entry of the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import transaction

from epione.identity.public import require
from epione.imaging import queries
from epione.imaging.errors import ImageHasNoPixels, ImageNotFound, ImageWaits, StudyNotFound
from epione.imaging.models import Instance, InstanceState, Study
from epione.imaging.providers.intake import Picture, draw
from epione.imaging.rules import READ, decides, permit
from epione.kernel.actor import Actor
from epione.kernel.storage import open_blob, stream_blob
from epione.ledger.public import record
from epione.patients.public import closed_to

VIEWING_SECONDS = 900
"""How long the pictures of an opened study follow without a new entry: an entry for each frame would drown them."""


@dataclass(frozen=True, slots=True)
class View:
    """What of an object is drawn: `frame` from 1; a window in modality units, else a preset, else the file's own.

    `size` is the longest side in pixels (0 = as it is), `form` png, png16 or jpeg; `region` left, top, width, height.
    """

    frame: int = 1
    center: float | None = None
    width: float | None = None
    preset: str = ""
    invert: bool = False
    size: int = 0
    form: str = "png"
    region: tuple[int, int, int, int] | None = None
    quality: int = 90


@transaction.atomic
def list_studies(
    *, wanted: queries.StudyFilter, by: Actor, page: int = 1, size: int = 50
) -> tuple[list[queries.StudyRow], int]:
    """One page of examinations and how many there are; records whose care team leaves the actor out are not shown."""
    require(by, READ)
    hidden = closed_to(by)
    wanted = replace(wanted, hidden=wanted.hidden | hidden)
    rows = queries.studies(by.practice_id, wanted)
    start = (page - 1) * size
    total = rows.count()
    record(action="imaging.list", by=by, entity=("imaging_list", str(by.practice_id)), after={"count": total})
    return queries.study_rows(by.practice_id, rows[start : start + size]), total


@transaction.atomic
def open_study(*, by: Actor, study_id: UUID | None = None, uid: str = "") -> queries.StudyView:
    """An examination with its series and objects; the reading is recorded."""
    row = _study(by, study_id, uid)
    record(
        action="imaging.open_study",
        by=by,
        entity=("study", str(row.id)),
        patient_id=row.subject.patient_id,
        after={"uid": row.uid},
    )
    cache.set(_viewing(by, row.id), True, VIEWING_SECONDS)
    return queries.study_view(row)


def open_header(*, instance_id: UUID, by: Actor) -> tuple[dict[str, Any], dict[str, Any]]:
    """The de-identified header (DICOM JSON) of an object and what de-identification changed in it."""
    row = _instance(by, instance_id)
    looked_at(by, row.series.study)
    return queries.header_of(row), queries.report_of(row)


def open_headers(*, study: Study, by: Actor, series_uid: str = "", sop_uid: str = "") -> list[dict[str, Any]]:
    """The headers of the objects of a study, narrowed to a series or one object: what WADO-RS metadata answers."""
    permit(by, study.subject, READ)
    rows = Instance.objects.of_practice(by.practice_id).filter(series__study=study).select_related("series__study")
    if series_uid:
        rows = rows.filter(series__uid=series_uid)
    if sop_uid:
        rows = rows.filter(uid=sop_uid)
    rows = shown(by, rows).order_by("series__number", "number", "id")
    looked_at(by, study)
    return [queries.header_of(row) for row in rows]


def open_picture(*, instance_id: UUID, view: View, by: Actor) -> Picture:
    """A frame, drawn; raises `ImageHasNoPixels`, `ImageWaits` or the typed refusal of the decoder."""
    row = _instance(by, instance_id)
    if not row.frames or row.pixel_fault:
        raise ImageHasNoPixels
    looked_at(by, row.series.study)
    return draw(_content(row), view)


def open_preview(*, instance_id: UUID, by: Actor) -> bytes:
    """The PNG that was made at reception."""
    row = _instance(by, instance_id)
    if row.preview_id is None:
        raise ImageHasNoPixels
    looked_at(by, row.series.study)
    return open_blob(practice_id=row.practice_id, subject_id=row.series.study.subject_id, blob_id=row.preview_id)


def open_object(*, instance_id: UUID, by: Actor) -> Iterator[bytes]:
    """The de-identified Part 10 file, piece by piece; each retrieval is recorded."""
    row = _instance(by, instance_id)
    with transaction.atomic():
        _retrieved(by, row)
    return stream_blob(practice_id=row.practice_id, subject_id=row.series.study.subject_id, blob_id=row.blob_id)


@transaction.atomic
def open_objects(*, instance_ids: list[UUID], by: Actor) -> list[tuple[str, str, bytes]]:
    """Several objects (UID, transfer syntax, bytes), for a retrieval of a series; each is recorded."""
    rows = Instance.objects.of_practice(by.practice_id).filter(id__in=instance_ids)
    found = list(shown(by, rows.select_related("series__study__subject")).order_by("number", "id"))
    answers = []
    for row in found:
        permit(by, row.series.study.subject, READ)
        _retrieved(by, row)
        answers.append((row.uid, row.transfer_syntax, _content(row)))
    return answers


def content_for_analysis(*, instance_id: UUID, by: Actor) -> bytes:
    """The de-identified bytes for a provider of analysis, under the entry that its use case makes."""
    return _content(_instance(by, instance_id))


def find_study(*, by: Actor, study_id: UUID | None = None, uid: str = "") -> Study:
    """The row of a study that the actor may see, for a use case that records its own entry."""
    return _study(by, study_id, uid)


def find_instance(*, by: Actor, instance_id: UUID | None = None, uid: str = "") -> Instance:
    """The row of an object that the actor may see, for a use case that records its own entry."""
    return _instance(by, instance_id, uid)


def _study(by: Actor, study_id: UUID | None, uid: str) -> Study:
    require(by, READ)
    rows = Study.objects.of_practice(by.practice_id).select_related("subject")
    row: Study | None = rows.filter(id=study_id).first() if study_id else rows.filter(uid=uid).first()
    if row is None:
        raise StudyNotFound
    permit(by, row.subject, READ)
    return row


def _instance(by: Actor, instance_id: UUID | None, uid: str = "") -> Instance:
    require(by, READ)
    rows = Instance.objects.of_practice(by.practice_id).exclude(state=InstanceState.DISCARDED)
    rows = rows.select_related("series__study__subject")
    row: Instance | None = rows.filter(id=instance_id).first() if instance_id else rows.filter(uid=uid).first()
    if row is None:
        raise ImageNotFound
    permit(by, row.series.study.subject, READ)
    if row.state == InstanceState.WAITING and not decides(by):
        raise ImageWaits
    return row


def shown(by: Actor, rows: Any) -> Any:
    """The objects that the actor may see: those that wait only when she decides about them."""
    rows = rows.exclude(state=InstanceState.DISCARDED)
    return rows if decides(by) else rows.exclude(state=InstanceState.WAITING)


def _content(row: Instance) -> bytes:
    return open_blob(practice_id=row.practice_id, subject_id=row.series.study.subject_id, blob_id=row.blob_id)


def _viewing(by: Actor, study_id: UUID) -> str:
    return f"imaging.viewing:{by.practice_id}:{by.id}:{study_id}"


def looked_at(by: Actor, study: Study) -> None:
    """Record that the study is being looked at, unless its opening was recorded a moment ago."""
    key = _viewing(by, study.id)
    if cache.get(key):
        return
    with transaction.atomic():
        record(
            action="imaging.view",
            by=by,
            entity=("study", str(study.id)),
            patient_id=study.subject.patient_id,
            after={"uid": study.uid},
        )
    cache.set(key, True, VIEWING_SECONDS)


def _retrieved(by: Actor, row: Instance) -> None:
    record(
        action="imaging.retrieve",
        by=by,
        entity=("image", str(row.id)),
        patient_id=row.series.study.subject.patient_id,
        after={"stored_sha256": row.stored_sha256},
    )
