"""Searches and retrievals of other systems (DICOMweb, DIMSE): each is one entry of the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from epione.identity.public import require
from epione.imaging.domain.exchange.answers import default_attributes, found
from epione.imaging.domain.exchange.attributes import BY_TAG, Level
from epione.imaging.errors import ImageHasNoPixels, ImageNotFound, ImageWaits
from epione.imaging.models import Instance, InstanceState, Series, Study
from epione.imaging.providers.portions import element_bytes, frame_bytes, uncompressed
from epione.imaging.rules import READ, decides
from epione.imaging.searching import UIDS, Search, rows_of, values_of
from epione.kernel.actor import Actor
from epione.kernel.crypto import blind_index
from epione.kernel.storage import open_blob, stream_blobs
from epione.ledger.public import record
from epione.patients.public import closed_to

from .opening import find_instance, find_study, looked_at, shown


@dataclass(frozen=True, slots=True)
class Found:
    """Answers of a search as DICOM JSON; `cut` when there are more than were asked for."""

    items: tuple[dict[str, Any], ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """One object as it lies, for a retrieval."""

    instance_id: UUID
    uid: str
    series_uid: str
    sop_class: str
    transfer_syntax: str
    size: int
    blob_id: UUID


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Objects of one study that were granted; their contents are opened one after the other."""

    practice_id: UUID
    subject_id: UUID = field(repr=False)
    study_uid: str
    objects: tuple[Stored, ...]

    def contents(self) -> Iterator[tuple[Stored, Iterator[bytes]]]:
        """Each object with its de-identified Part 10 file in pieces."""
        blobs = [one.blob_id for one in self.objects]
        opened = stream_blobs(practice_id=self.practice_id, subject_id=self.subject_id, blob_ids=blobs)
        return zip(self.objects, opened, strict=True)


def search(*, asked: Search, by: Actor, base: str = "") -> Found:
    """Answer a question from columns alone. Within one study it counts as looking at it; else it is a search.

    `base` is the address of DICOMweb here, from which answers say where objects are; "" leaves that out.
    """
    require(by, READ)
    if asked.study_uid:
        study = find_study(by=by, uid=asked.study_uid)
        _require_series(study, asked.series_uid)
        looked_at(by, study)
        return _answers(asked, by, base)
    with transaction.atomic():
        answers = _answers(asked, by, base)
        mark = blind_index(by.practice_id, "imaging.search", repr((asked.matches, asked.offset))).hex()
        after = {"level": asked.level.name.lower(), "count": len(answers.items), "filter": mark}
        record(action="imaging.search", by=by, entity=("imaging_list", str(by.practice_id)), after=after)
    return answers


def _require_series(study: Study, uid: str) -> None:
    """A series asked for by its address is one of this study."""
    if uid and not Series.objects.of_practice(study.practice_id).filter(study=study, uid=uid).exists():
        raise ImageNotFound


def _answers(asked: Search, by: Actor, base: str) -> Found:
    may_decide = decides(by)
    rows = rows_of(by.practice_id, asked, hidden=closed_to(by), waiting=may_decide)
    values = values_of(rows, asked, waiting=may_decide)
    wanted = default_attributes(asked.level, above=not asked.study_uid)
    wanted += [BY_TAG[tag] for tag in sorted(asked.include) if BY_TAG[tag].level <= asked.level]
    items = (found(one, wanted, address=_address(base, asked, one)) for one in values[: asked.limit])
    return Found(tuple(items), len(values) > asked.limit)


def _address(base: str, asked: Search, values: dict[str, Any]) -> str:
    if not base:
        return ""
    names = {Level.STUDY: "studies", Level.SERIES: "series", Level.INSTANCE: "instances"}
    return base + "".join(f"/{name}/{values[UIDS[level]]}" for level, name in names.items() if level <= asked.level)


@transaction.atomic
def retrieve(*, by: Actor, study_uid: str, series_uid: str = "", sop_uid: str = "") -> Retrieval:
    """Grant the objects of a study, of one of its series, or one object; the retrieval is recorded.

    Objects that wait for a decision are left out for those who do not decide; asked for alone they are refused.
    """
    study = find_study(by=by, uid=study_uid)
    rows = list(_within(by, study, series_uid, sop_uid))
    if not rows:
        _missing(by, study, series_uid, sop_uid)
    objects = tuple(_stored(row) for row in rows)
    entity = ("image", str(objects[0].instance_id)) if sop_uid else ("study", str(study.id))
    said = {"stored_sha256": rows[0].stored_sha256} if sop_uid else {"series_uid": series_uid, "count": len(rows)}
    patient_id = study.subject.patient_id
    record(action="imaging.retrieve", by=by, entity=entity, patient_id=patient_id, after={"uid": study.uid, **said})
    return Retrieval(by.practice_id, study.subject_id, study.uid, objects)


def _within(by: Actor, study: Study, series_uid: str, sop_uid: str) -> Any:
    rows = Instance.objects.of_practice(by.practice_id).filter(series__study=study)
    wanted = {"series__uid": series_uid, "uid": sop_uid}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value}).select_related("series")
    return shown(by, rows).defer("sealed", "mark").order_by("series__number", "series_id", "number", "id")


def _missing(by: Actor, study: Study, series_uid: str, sop_uid: str) -> None:
    """Say why nothing is granted."""
    rows = Instance.objects.of_practice(by.practice_id).filter(series__study=study, state=InstanceState.WAITING)
    wanted = {"series__uid": series_uid, "uid": sop_uid}
    if rows.filter(**{name: value for name, value in wanted.items() if value}).exists():
        raise ImageWaits
    raise ImageNotFound


def _stored(row: Instance) -> Stored:
    return Stored(row.id, row.uid, row.series.uid, row.sop_class, row.transfer_syntax, row.size, row.blob_id)


def native(content: bytes) -> bytes:
    """An object whose pixels are compressed, uncompressed in explicit little endian; raises `ImageHasNoPixels`."""
    return uncompressed(content)


def instance_in(*, by: Actor, study_uid: str, series_uid: str, sop_uid: str) -> Instance:
    """The row of an object where its address says that it is, for a use case that records its own entry."""
    row = find_instance(by=by, uid=sop_uid)
    if (row.series.uid, row.series.study.uid) != (series_uid, study_uid):
        raise ImageNotFound
    return row


def standing_for(*, by: Actor, study_uid: str, series_uid: str = "", sop_uid: str = "") -> Instance:
    """The object, or the middle one that has a picture of a series or of a study, for a use case that records."""
    if sop_uid:
        return instance_in(by=by, study_uid=study_uid, series_uid=series_uid, sop_uid=sop_uid)
    study = find_study(by=by, uid=study_uid)
    _require_series(study, series_uid)
    rows = _within(by, study, series_uid, "").filter(frames__gt=0, pixel_fault="")
    middle: Instance | None = next(iter(rows[(count := rows.count()) // 2 : count // 2 + 1]), None)
    if middle is None:
        raise ImageHasNoPixels
    return middle


def open_frames(*, row: Instance, numbers: list[int], stored: bool, by: Actor) -> list[bytes]:
    """Frames of an object (from 1; all of them when none is named), compressed as they lie or as native octets."""
    if not row.frames or max(numbers, default=1) > row.frames:
        raise ImageHasNoPixels(reason="no_such_frame" if row.frames else "")
    looked_at(by, row.series.study)
    return frame_bytes(_content(row), numbers or list(range(1, row.frames + 1)), stored=stored)


def open_element(*, row: Instance, path: str, by: Actor) -> bytes:
    """The bytes of one large value; `path` is that of its reference in the header (tags and item numbers)."""
    looked_at(by, row.series.study)
    return element_bytes(_content(row), path)


def _content(row: Instance) -> bytes:
    return open_blob(practice_id=row.practice_id, subject_id=row.series.study.subject_id, blob_id=row.blob_id)
