"""Reads of images; nothing here records."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from epione.kernel.crypto import Place, preload, unseal_json
from epione.patients.public import same_person

from .domain.facts import dicom_date
from .models import Instance, InstanceState, Refusal, Series, Study, Subject


@dataclass(frozen=True, slots=True)
class StudyRow:
    """An examination as lists show it."""

    id: UUID
    uid: str
    subject_id: UUID
    pseudonym: str
    patient_id: UUID | None
    study_date: date | None
    study_time: time | None
    description: str
    modalities: tuple[str, ...]
    series_count: int
    instance_count: int
    waiting_count: int
    state: str
    urgent: bool
    received_at: datetime


@dataclass(frozen=True, slots=True)
class InstanceView:
    """One object of a series."""

    id: UUID
    uid: str
    sop_class: str
    transfer_syntax: str
    number: int | None
    position: float | None
    geometry: dict[str, Any]
    rows: int | None
    columns: int | None
    frames: int
    state: str
    reasons: tuple[str, ...]
    pixel_fault: str
    has_preview: bool
    stored_sha256: str
    size: int
    entry_id: UUID | None
    received_at: datetime

    @property
    def waits(self) -> bool:
        """Whether it may show a name."""
        return self.state == InstanceState.WAITING


@dataclass(frozen=True, slots=True)
class SeriesView:
    """One series with its objects, in the order of the body or of the camera."""

    id: UUID
    uid: str
    modality: str
    number: int | None
    description: str
    body_part: str
    instances: tuple[InstanceView, ...] = ()


@dataclass(frozen=True, slots=True)
class StudyView:
    """A whole examination."""

    study: StudyRow
    series: tuple[SeriesView, ...]

    def instance(self, instance_id: UUID) -> InstanceView | None:
        """One of its objects."""
        found = (one for series in self.series for one in series.instances if one.id == instance_id)
        return next(found, None)


@dataclass(frozen=True, slots=True)
class StudyFilter:
    """What a list of examinations is narrowed to; empty values narrow nothing."""

    modality: str = ""
    since: date | None = None
    until: date | None = None
    received_since: date | None = None
    received_until: date | None = None
    state: str = ""
    text: str = ""
    patient_id: UUID | None = None
    waiting: bool = False
    hidden: frozenset[UUID] = field(default_factory=frozenset)


def subject_place(row: Subject) -> Place:
    """Where the crosswalk of a person is sealed."""
    return Place(row.practice_id, row.id, "imaging_subject", row.id, "sealed")


def study_place(row: Study) -> Place:
    """Where the original identifiers of a study are sealed."""
    return Place(row.practice_id, row.subject_id, "imaging_study", row.id, "sealed")


def instance_place(row: Instance, subject_id: UUID) -> Place:
    """Where the header and the report of an object are sealed."""
    return Place(row.practice_id, subject_id, "imaging_instance", row.id, "sealed")


def studies(practice_id: UUID, wanted: StudyFilter) -> QuerySet[Any]:
    """The rows of a filter, those that came last first: dates of examinations are shifted until they are linked."""
    rows = Study.objects.of_practice(practice_id).select_related("subject")
    if "\0" in wanted.text + wanted.modality + wanted.state:
        return rows.none()  # no text holds it, and PostgreSQL does not take it
    if wanted.patient_id:
        rows = rows.filter(subject__patient_id__in=same_person(practice_id, wanted.patient_id))
    if wanted.hidden:
        rows = rows.exclude(subject__patient_id__in=wanted.hidden)
    plain = {
        "modalities__contains": wanted.modality,
        "state": wanted.state,
        "study_date__gte": wanted.since,
        "study_date__lte": wanted.until,
        "created_at__date__gte": wanted.received_since,
        "created_at__date__lte": wanted.received_until,
        "waiting_count__gt": 0 if wanted.waiting else None,
    }
    rows = rows.filter(**{name: value for name, value in plain.items() if value not in ("", None)})
    if wanted.text:
        rows = rows.filter(Q(description__icontains=wanted.text) | Q(subject__pseudonym__istartswith=wanted.text))
    return rows.order_by("-id")


def study_row(row: Study) -> StudyRow:
    """A study as lists show it; once linked to a record its true date is shown, which the crosswalk keeps."""
    return StudyRow(
        id=row.id,
        uid=row.uid,
        subject_id=row.subject_id,
        pseudonym=row.subject.pseudonym,
        patient_id=row.subject.patient_id,
        study_date=_true_date(row) if row.subject.patient_id else row.study_date,
        study_time=row.study_time,
        description=row.description,
        modalities=tuple(row.modalities.split()),
        series_count=row.series_count,
        instance_count=row.instance_count,
        waiting_count=row.waiting_count,
        state=row.state,
        urgent=row.urgent,
        received_at=row.created_at,
    )


def _true_date(row: Study) -> date | None:
    original = unseal_json(study_place(row), bytes(row.sealed))
    return dicom_date(original.get("study_date", "")) or row.study_date


def study_rows(practice_id: UUID, rows: Iterable[Study]) -> list[StudyRow]:
    """Several studies as lists show them, their keys opened together."""
    found = list(rows)
    preload(practice_id, {row.subject_id for row in found if row.subject.patient_id})
    return [study_row(row) for row in found]


def study_view(row: Study) -> StudyView:
    """A study with its series and objects."""
    found = Series.objects.of_practice(row.practice_id).filter(study=row).order_by("number", "id")
    objects: dict[UUID, list[Instance]] = {}
    rows = Instance.objects.of_practice(row.practice_id).filter(series__study=row).defer("sealed", "mark")
    for instance in rows.exclude(state=InstanceState.DISCARDED).order_by("number", "position", "id"):
        objects.setdefault(instance.series_id, []).append(instance)
    return StudyView(study_row(row), tuple(_series_view(series, objects.get(series.id, [])) for series in found))


def _series_view(row: Series, instances: list[Instance]) -> SeriesView:
    return SeriesView(
        id=row.id,
        uid=row.uid,
        modality=row.modality,
        number=row.number,
        description=row.description,
        body_part=row.body_part,
        instances=tuple(instance_view(one) for one in instances),
    )


def instance_view(row: Instance) -> InstanceView:
    """An object without its sealed header."""
    return InstanceView(
        id=row.id,
        uid=row.uid,
        sop_class=row.sop_class,
        transfer_syntax=row.transfer_syntax,
        number=row.number,
        position=row.position,
        geometry=row.geometry,
        rows=row.rows,
        columns=row.columns,
        frames=row.frames,
        state=row.state,
        reasons=tuple(row.reasons),
        pixel_fault=row.pixel_fault,
        has_preview=row.preview_id is not None,
        stored_sha256=row.stored_sha256,
        size=row.size,
        entry_id=row.entry_id,
        received_at=row.created_at,
    )


def header_of(row: Instance) -> dict[str, Any]:
    """The de-identified header of an object as DICOM JSON (PS3.18 Annex F)."""
    header: dict[str, Any] = sealed_of(row)["header"]
    return header


def report_of(row: Instance) -> dict[str, Any]:
    """What de-identification changed in an object, without values."""
    report: dict[str, Any] = sealed_of(row)["report"]
    return report


def sealed_of(row: Instance) -> dict[str, Any]:
    """Everything sealed of an object: header, report, original identifiers (these for the crosswalk only)."""
    value: dict[str, Any] = unseal_json(instance_place(row, row.series.study.subject_id), bytes(row.sealed))
    return value


def with_mark(practice_id: UUID, marks: list[bytes]) -> dict[bytes, Instance]:
    """The objects that came from exactly these bytes."""
    found = Instance.objects.of_practice(practice_id).filter(mark__in=marks)
    # Most files are new: four tables are read only for those that are not.
    rows = found.select_related("series__study__subject") if found.exists() else ()
    return {bytes(row.mark): row for row in rows}


def refusals(practice_id: UUID) -> QuerySet[Any]:
    """Files that could not be taken and that nobody has settled, newest first."""
    return Refusal.objects.of_practice(practice_id).filter(settled_at=None).order_by("-id")


def waiting(practice_id: UUID, hidden: frozenset[UUID] = frozenset()) -> QuerySet[Any]:
    """Objects that wait for a person, oldest first."""
    rows = Instance.objects.of_practice(practice_id).filter(state=InstanceState.WAITING)
    if hidden:
        rows = rows.exclude(series__study__subject__patient_id__in=hidden)
    return rows.select_related("series__study__subject").order_by("id")


def modalities(practice_id: UUID) -> list[str]:
    """The modality codes that the practice has images of."""
    found = Series.objects.of_practice(practice_id).exclude(modality="").values_list("modality", flat=True).distinct()
    return sorted(found.order_by())


def previews(practice_id: UUID, study_ids: list[UUID]) -> dict[UUID, UUID]:
    """For each study one object whose picture may stand for it: the middle one of its largest series."""
    rows = Instance.objects.of_practice(practice_id).filter(
        series__study__in=study_ids, state=InstanceState.CLEAN, preview_id__isnull=False
    )
    found: dict[UUID, list[tuple[UUID, UUID]]] = {}
    for study, series, instance in rows.order_by("number", "id").values_list("series__study", "series", "id"):
        found.setdefault(study, []).append((series, instance))
    chosen = {}
    for study, pairs in found.items():
        sizes = Counter(series for series, _instance in pairs)
        largest = max(sizes, key=lambda series: sizes[series])
        mine = [instance for series, instance in pairs if series == largest]
        chosen[study] = mine[len(mine) // 2]
    return chosen


def same_subject(practice_id: UUID, study: StudyRow) -> list[StudyRow]:
    """The studies of the same person, newest first: those of her record, else those of her pseudonym."""
    if study.patient_id is not None:
        wanted = StudyFilter(patient_id=study.patient_id)
        return by_date(study_rows(practice_id, studies(practice_id, wanted)[:50]))
    rows = Study.objects.of_practice(practice_id).filter(subject_id=study.subject_id).select_related("subject")
    return by_date(study_rows(practice_id, rows.order_by("-study_date", "-id")[:50]))


def by_date(rows: list[StudyRow]) -> list[StudyRow]:
    """Newest examination first, by the dates shown; those without a date by when they came."""
    return sorted(rows, key=lambda row: (row.study_date or row.received_at.date(), row.received_at), reverse=True)


def key_subjects(practice_id: UUID, patient_ids: list[UUID]) -> list[UUID]:
    """Under which ids the images of these patients are sealed: their erasure destroys these keys as well."""
    rows = Subject.objects.of_practice(practice_id).filter(patient_id__in=patient_ids)
    return [one for pair in rows.values_list("id", "vault_id") for one in pair]


def text_boxes(row: Instance) -> list[list[int]]:
    """Where text was found in the picture of an object: left, top, width, height in pixels of the image."""
    found: list[list[int]] = sealed_of(row).get("text_boxes", [])
    return found
