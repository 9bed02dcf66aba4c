"""Reports of examinations: drafts saved as they are written, composed into a document, signed, added to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from epione.documents.public import (
    DocumentView,
    Sender,
    keep_picture,
    of_subject,
    sign_document,
    write_document,
)
from epione.identity.public import people_of, practice_of, require
from epione.imaging import queries
from epione.imaging.domain import reports
from epione.imaging.domain.acquisition import Acquired, technique
from epione.imaging.domain.report_templates import proposed
from epione.imaging.domain.reports import Draft, Exam, KeyImage, Person
from epione.imaging.errors import (
    ImageWaits,
    ReportChanged,
    ReportEmpty,
    ReportNotFound,
    ReportSigned,
    TooManyImages,
)
from epione.imaging.models import Instance, InstanceState, Report, Series, Study, StudyState
from epione.imaging.rules import READ, WRITE, permit
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.crypto import Place, seal_json, unseal_json
from epione.kernel.ids import uuid7
from epione.ledger.public import record
from epione.patients.public import record_of

from .opening import View, find_instance, find_study, open_picture

KIND = "imaging.report"
KEY_IMAGE_SIZE = 1024
"""Longest side in pixels of a key image: enough for print at 15 cm and 170 dpi."""


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report: its draft, the document made of it last, and whether that document says what the draft says."""

    id: UUID
    study_id: UUID
    author_id: UUID
    version: int
    draft: Draft
    document: DocumentView | None
    composed: bool
    adds_to: UUID | None
    created_at: datetime

    @property
    def signed_at(self) -> datetime | None:
        """When it became final."""
        return self.document.validated_at if self.document else None


@transaction.atomic
def start_report(*, study_id: UUID, by: Actor, lang: str, template: str = "") -> ReportView:
    """The open draft of a study, or a new one; once the report is signed the new one is an addendum to it."""
    require(by, WRITE)
    study = find_study(study_id=study_id, by=by)
    known = _of_study(study)
    for one in known:
        if one.signed_at is None:
            return one
    first = known[0].id if known else None
    chosen = template or proposed(study.modalities.split(), _said_of(study)).key
    sections = {} if first else {"technique": technique(_acquired(study), lang)}
    draft = reports.written(Draft(chosen, lang), sections, {})
    row = Report(id=uuid7(), practice_id=by.practice_id, study=study, author_id=by.id, adds_to_id=first)
    row.sealed = seal_json(_place(row), reports.to_dict(draft))
    row.save(force_insert=True)
    if study.state != StudyState.REPORTED:
        study.state = StudyState.READING
        study.save(update_fields=["state", "updated_at"])
    _noted("imaging.start_report", row, by)
    return _view(row)


def _said_of(study: Study) -> str:
    parts = Series.objects.of_practice(study.practice_id).filter(study=study).values_list("body_part", "description")
    return " ".join((study.description, *(text for pair in parts for text in pair)))


def _acquired(study: Study) -> list[Acquired]:
    found = []
    for series in Series.objects.of_practice(study.practice_id).filter(study=study).order_by("number", "id"):
        rows = Instance.objects.of_practice(study.practice_id).filter(series=series, frames__gt=0)
        one = rows.exclude(state=InstanceState.DISCARDED).order_by("number", "id").first()
        if one is not None:
            one.series.study = study
            images = rows.exclude(state=InstanceState.DISCARDED).count()
            found.append(Acquired(series.modality, series.description, images, queries.header_of(one)))
    return found


@transaction.atomic
def open_report(*, report_id: UUID, by: Actor) -> ReportView:
    """Read a report; the reading is recorded."""
    require(by, READ)
    row = _row(by, report_id)
    _noted("imaging.open_report", row, by)
    return _view(row)


def reports_of(*, study_id: UUID, by: Actor) -> list[ReportView]:
    """The reports of a study, the first one first; read with its opening."""
    return _of_study(find_study(study_id=study_id, by=by))


@transaction.atomic
def save_report(
    *, report_id: UUID, version: int, sections: Mapping[str, str], fields: Mapping[str, str], by: Actor
) -> ReportView:
    """Keep what was written; raises `ReportChanged` when the draft is no longer the one of this version."""
    row = _open_draft(by, report_id, version)
    return _written(row, reports.written(_draft(row), sections, fields), "imaging.save_report", by)


@transaction.atomic
def add_key_image(*, report_id: UUID, instance_id: UUID, view: View, caption: str, by: Actor) -> ReportView:
    """Choose a frame, as it is shown, for the report; one that may show a name is refused."""
    row = _open_draft(by, report_id)
    instance = find_instance(instance_id=instance_id, by=by)
    if instance.series.study.subject_id != row.study.subject_id:
        raise ReportNotFound
    if instance.state == InstanceState.WAITING:
        raise ImageWaits
    draft = _draft(row)
    if len(draft.images) >= reports.MOST_IMAGES:
        raise TooManyImages
    frame = min(max(view.frame, 1), max(instance.frames, 1))
    chosen = KeyImage(str(instance.id), frame, caption.strip()[:200], view.center, view.width, view.preset, view.invert)
    return _written(row, replace(draft, images=(*draft.images, chosen)), "imaging.save_report", by)


@transaction.atomic
def remove_key_image(*, report_id: UUID, place: int, by: Actor) -> ReportView:
    """Take the key image at this place (from 0) away."""
    row = _open_draft(by, report_id)
    draft = _draft(row)
    kept = tuple(one for number, one in enumerate(draft.images) if number != place)
    return _written(row, replace(draft, images=kept), "imaging.save_report", by)


@transaction.atomic
def compose_report(*, report_id: UUID, version: int, by: Actor) -> ReportView:
    """Make the document that can be read and signed: identity of the linked record, text, key images drawn now."""
    row = _open_draft(by, report_id, version)
    draft = _draft(row)
    if draft.is_empty:
        raise ReportEmpty
    patient_id = row.study.subject.patient_id
    pictures = [keep_picture(png=_png(one, by), patient_id=patient_id, by=by) for one in draft.images]
    content = reports.content_of(draft, _exam(row, draft, by), pictures)
    document = write_document(kind=KIND, patient_id=patient_id, subject_id=row.id, content=content, by=by)
    row.document_id, row.composed_version = document.id, row.version
    row.save(update_fields=["document_id", "composed_version", "updated_at"])
    _noted("imaging.compose_report", row, by)
    return _view(row)


def sign_report(*, report_id: UUID, digest: str, by: Actor) -> ReportView:
    """Sign the document that was read; raises `ReportChanged` when the draft says something else by now.

    The caller has re-authenticated the person just before. The study becomes reported when the event arrives.
    """
    require(by, WRITE)
    row = _row(by, report_id)
    view = _view(row)
    if view.document is None or not view.composed or view.document.patient_id != row.study.subject.patient_id:
        raise ReportChanged
    sign_document(document_id=view.document.id, digest=digest, by=by)
    return _view(_row(by, report_id))


@transaction.atomic
def mark_reported(*, report_id: UUID, by: Actor) -> None:
    """The report of a study is signed: the study is reported."""
    row = Report.objects.of_practice(by.practice_id).filter(id=report_id).select_related("study__subject").first()
    if row is None or row.study.state == StudyState.REPORTED:
        return
    row.study.state = StudyState.REPORTED
    row.study.save(update_fields=["state", "updated_at"])
    _noted("imaging.reported", row, by)


def _png(image: KeyImage, by: Actor) -> bytes:
    view = View(image.frame, image.center, image.width, image.preset, image.invert, KEY_IMAGE_SIZE, "png")
    return open_picture(instance_id=UUID(image.instance), view=view, by=by).content


def _exam(row: Report, draft: Draft, by: Actor) -> Exam:
    study = queries.study_row(row.study)
    known = record_of(by.practice_id, study.patient_id) if study.patient_id else None
    identity = known.card.identity if known else None
    person = Person(study.pseudonym, identity.display if identity else "", identity.birth_date if identity else None)
    number = identity.medical_id if identity else study.pseudonym
    today = clock.today()
    return Exam(
        person=person,
        sender=_sender(by, draft.lang),
        on=today,
        studied_on=study.study_date,
        reference=f"{number} · {today.isoformat()}",
        addendum_to=_signed_on(row),
    )


def _signed_on(row: Report) -> date | None:
    if row.adds_to is None:
        return None
    signed = _view(row.adds_to).signed_at
    return signed.astimezone(clock.PARIS).date() if signed else None


def _sender(by: Actor, lang: str) -> Sender:
    practice = practice_of(by.practice_id)
    me = next(one for one in people_of(by.practice_id) if one.id == by.id)
    title = ", ".join(filter(None, (reports.title_of(me.roles, lang), me.rpps and f"RPPS {me.rpps}")))
    lines = (f"FINESS {practice.finess}",) if practice.finess else ()
    return Sender(practice.name, lines, me.name or me.username, title)


def _row(by: Actor, report_id: UUID) -> Report:
    rows = Report.objects.of_practice(by.practice_id).select_related("study__subject", "adds_to")
    row: Report | None = rows.filter(id=report_id).first()
    if row is None:
        raise ReportNotFound
    permit(by, row.study.subject, READ)
    return row


def _open_draft(by: Actor, report_id: UUID, version: int | None = None) -> Report:
    require(by, WRITE)
    row = _row(by, report_id)
    Report.objects.select_for_update().of_practice(by.practice_id).get(id=row.id)
    if _view(row).signed_at is not None:
        raise ReportSigned
    row.refresh_from_db(fields=["version", "sealed"])
    if version is not None and version != row.version:
        raise ReportChanged
    return row


def _written(row: Report, draft: Draft, action: str, by: Actor) -> ReportView:
    row.sealed = seal_json(_place(row), reports.to_dict(draft))
    row.version += 1
    row.save(update_fields=["sealed", "version", "updated_at"])
    _noted(action, row, by)
    return _view(row)


def _of_study(study: Study) -> list[ReportView]:
    rows = Report.objects.of_practice(study.practice_id).filter(study=study)
    return [_view(row) for row in rows.select_related("study__subject").order_by("id")]


def _view(row: Report) -> ReportView:
    document = next(iter(of_subject(row.practice_id, row.id)), None) if row.document_id else None
    return ReportView(
        id=row.id,
        study_id=row.study_id,
        author_id=row.author_id,
        version=row.version,
        draft=_draft(row),
        document=document,
        composed=document is not None and row.composed_version == row.version,
        adds_to=row.adds_to_id,
        created_at=row.created_at,
    )


def _draft(row: Report) -> Draft:
    values: dict[str, Any] = unseal_json(_place(row), bytes(row.sealed))
    return reports.from_dict(values)


def _place(row: Report) -> Place:
    return Place(row.practice_id, row.study.subject_id, "imaging_report", row.id, "sealed")


def _noted(action: str, row: Report, by: Actor) -> None:
    record(
        action=action,
        by=by,
        entity=("report", str(row.id)),
        patient_id=row.study.subject.patient_id,
        after={"study": row.study.uid, "version": row.version},
    )
