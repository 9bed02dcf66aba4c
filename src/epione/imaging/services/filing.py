"""Filing of prepared objects: person, study, series, object; encrypted bytes first, rows after."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from epione.imaging.domain.taken import Taken
from epione.imaging.errors import OtherPatient
from epione.imaging.models import Instance, InstanceState, Series, Study, Subject
from epione.imaging.queries import instance_place, study_place, subject_place
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.crypto import seal_json
from epione.kernel.ids import uuid7
from epione.kernel.storage import BlobRef, NewBlob, put_blobs
from epione.ledger.public import record

from .preparing import Prepared
from .settings import Reception


@dataclass(frozen=True, slots=True)
class Filed:
    """A row of an object: made now (`created`), or there before."""

    prepared: Prepared
    row: Instance
    created: bool


def file_all(prepared: Sequence[Prepared], *, reception: Reception, patient_id: UUID | None, by: Actor) -> list[Filed]:
    """File objects inside the caller's transaction; those whose UID is already there are found, not changed."""
    uids = [taken_of(one).facts.sop_uid for one in prepared]
    rows = Instance.objects.of_practice(by.practice_id).filter(uid__in=uids)
    there = {row.uid: row for row in rows.select_related("series__study__subject")} if rows.exists() else {}
    fresh: dict[str, Prepared] = {}
    filed = []
    for one, uid in zip(prepared, uids, strict=True):
        if uid in there:
            filed.append(Filed(one, there[uid], created=False))
        else:
            fresh.setdefault(uid, one)
    made = _make(list(fresh.values()), reception=reception, patient_id=patient_id, by=by)
    filed += [Filed(one, row, created=True) for one, row in zip(fresh.values(), made, strict=True)]
    # Two files of one batch may bear the same UID: the second finds the first.
    twins = [one for one, uid in zip(prepared, uids, strict=True) if uid in fresh and fresh[uid] is not one]
    rows_by_uid = {row.uid: row for row in made}
    return filed + [Filed(one, rows_by_uid[taken_of(one).facts.sop_uid], created=False) for one in twins]


def taken_of(prepared: Prepared) -> Taken:
    """What the child process made of a file that was not refused."""
    if prepared.taken is None:
        raise ValueError("a refused file is not filed")
    return prepared.taken


def _make(prepared: Sequence[Prepared], *, reception: Reception, patient_id: UUID | None, by: Actor) -> list[Instance]:
    """New rows; people and studies are taken in one order, so that two programs never wait for each other."""
    ordered = sorted(prepared, key=lambda one: _path(taken_of(one)))
    series = {_path(taken_of(one)): None for one in ordered}
    shelves = {path: _shelf(by, next(o for o in ordered if _path(taken_of(o)) == path), patient_id) for path in series}
    rows = [_row(one, shelves[_path(taken_of(one))], by) for one in prepared]
    _store(rows, prepared, reception)
    Instance.objects.bulk_create(rows)
    _count(rows)
    return rows


def _path(taken: Taken) -> tuple[str, str, str]:
    return taken.facts.pseudonym, taken.facts.study_uid, taken.facts.series_uid


def _shelf(by: Actor, prepared: Prepared, patient_id: UUID | None) -> Series:
    """The series of an object, made with its study and its person when they are new."""
    taken = taken_of(prepared)
    study = _study(by, taken)
    if patient_id is not None and study.subject.patient_id != patient_id:
        _belong(study.subject, patient_id, by)
    facts = taken.facts
    found = Series.objects.select_related("study__subject").get_or_create(
        practice_id=by.practice_id,
        uid=facts.series_uid,
        defaults={
            "study": study,
            "modality": facts.modality,
            "number": facts.series_number,
            "description": facts.series_description,
            "body_part": facts.body_part,
        },
    )
    series: Series = found[0]
    if found[1]:
        Study.objects.filter(pk=study.pk).update(series_count=F("series_count") + 1)
    return series


def _subject(by: Actor, taken: Taken) -> Subject:
    rows = Subject.objects.of_practice(by.practice_id)
    found: Subject | None = rows.filter(pseudonym=taken.facts.pseudonym).first()
    if found is None:
        row = Subject(id=uuid7(), practice_id=by.practice_id, pseudonym=taken.facts.pseudonym, vault_id=uuid7())
        row.sealed = seal_json(subject_place(row), dict(taken.original))
        row.save(force_insert=True)
        return row
    return found


def _belong(subject: Subject, patient_id: UUID, by: Actor) -> None:
    """The sender states whose images these are."""
    if subject.patient_id is not None:
        raise OtherPatient
    subject.patient_id = patient_id
    subject.save(update_fields=["patient_id", "updated_at"])
    record(action="imaging.link", by=by, entity=("imaging_subject", str(subject.id)), patient_id=patient_id)


def _study(by: Actor, taken: Taken) -> Study:
    """A study has one person: an object that names another one by mistake stays with its study."""
    rows = Study.objects.of_practice(by.practice_id).select_related("subject")
    found: Study | None = rows.filter(uid=taken.facts.study_uid).first()
    if found is not None:
        return found
    facts = taken.facts
    row = Study(id=uuid7(), practice_id=by.practice_id, subject=_subject(by, taken), uid=facts.study_uid)
    row.study_date, row.study_time, row.description = facts.study_date, facts.study_time, facts.study_description
    row.sealed = seal_json(study_place(row), dict(taken.original))
    row.save(force_insert=True)
    return row


def _row(prepared: Prepared, series: Series, by: Actor) -> Instance:
    taken = taken_of(prepared)
    facts = taken.facts
    row = Instance(
        id=uuid7(),
        practice_id=by.practice_id,
        series=series,
        uid=facts.sop_uid,
        sop_class=facts.sop_class,
        transfer_syntax=facts.transfer_syntax,
        number=facts.number,
        position=facts.geometry.position,
        geometry=facts.geometry.to_dict(),
        rows=facts.rows,
        columns=facts.columns,
        frames=facts.frames,
        state=InstanceState.WAITING if taken.waits else InstanceState.CLEAN,
        reasons=list(taken.reasons),
        pixel_fault=taken.pixel_fault,
        mark=prepared.mark,
        size=len(taken.content),
    )
    sealed = {"header": dict(taken.header), "report": dict(taken.report), "original": dict(taken.original)}
    row.sealed = seal_json(instance_place(row, series.study.subject_id), sealed)
    return row


def _store(rows: Sequence[Instance], prepared: Sequence[Prepared], reception: Reception) -> None:
    """All encrypted files of the batch, made durable together; each row learns where its own are."""
    wanted: list[tuple[Instance, str, NewBlob]] = []
    for row, one in zip(rows, prepared, strict=True):
        taken, subject = taken_of(one), row.series.study.subject
        wanted.append((row, "blob", NewBlob(subject.id, "imaging.object", taken.content)))
        if taken.preview is not None:
            wanted.append((row, "preview", NewBlob(subject.id, "imaging.preview", taken.preview)))
        if reception.keep_originals:
            wanted.append((row, "original", NewBlob(subject.vault_id, "imaging.original", one.content)))
    stored = put_blobs(practice_id=reception.practice_id, blobs=[blob for _row, _name, blob in wanted])
    for (row, name, _blob), ref in zip(wanted, stored, strict=True):
        _place(row, name, ref)


def _place(row: Instance, name: str, ref: BlobRef) -> None:
    setattr(row, f"{name}_id", ref.id)
    if name == "blob":
        row.stored_sha256 = ref.sha256


def _count(rows: Sequence[Instance]) -> None:
    """Bring the counts and the modalities of series and studies up to date."""
    for series_id, count in Counter(row.series_id for row in rows).items():
        Series.objects.filter(pk=series_id).update(instance_count=F("instance_count") + count)
    for study_id, count in Counter(row.series.study_id for row in rows).items():
        mine = [row for row in rows if row.series.study_id == study_id]
        waits = sum(row.state == InstanceState.WAITING for row in mine)
        before = set(mine[0].series.study.modalities.split())
        modalities = " ".join(sorted(before | {row.series.modality for row in mine} - {""}))
        Study.objects.filter(pk=study_id).update(
            instance_count=F("instance_count") + count,
            waiting_count=F("waiting_count") + waits,
            modalities=modalities,
            updated_at=clock.now(),
        )
