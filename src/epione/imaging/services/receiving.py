"""Reception of files: every door (page, API, STOW, association, folder) ends here.

Files that come together are made durable together and enter the ledger one by one. What was acknowledged is on the
disk, encrypted, with its entry; what was not leaves nothing but files without a row, which the sweep removes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from epione.identity.public import require
from epione.imaging import events, queries
from epione.imaging.domain.deid import COMPUTED
from epione.imaging.errors import FileRefused, OtherContent
from epione.imaging.models import Instance, InstanceState, Refusal
from epione.imaging.rules import WRITE
from epione.kernel.actor import Actor
from epione.kernel.events import publish
from epione.kernel.ids import uuid7
from epione.kernel.storage import put_blob
from epione.ledger.public import record
from epione.patients.public import require_clinical

from .filing import Filed, file_all
from .preparing import Prepared, mark_of, prepare_all
from .settings import Reception, reception_of

SHOWN = 16
"""Hexadecimal digits of a keyed hash that people compare."""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a file that is in the record: `how` is received, already_there or waiting.

    `sent_uid` is the identifier that it came with, for the answer to its sender only.
    """

    instance_id: UUID
    study_id: UUID
    study_uid: str
    series_uid: str
    sop_uid: str
    sop_class: str
    how: str
    reasons: tuple[str, ...]
    drawn: bool
    stored_sha256: str
    entry_id: UUID | None
    sent_uid: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not taken; `code` is stable. For `other_content`, `kept` and `sent` are keyed hashes."""

    code: str
    sop_uid: str = ""
    sop_class: str = ""
    kept: str = ""
    sent: str = ""
    sent_uid: str = field(default="", repr=False)

    def error(self) -> FileRefused | OtherContent:
        """The same as an error to raise."""
        if self.code == "other_content":
            return OtherContent(kept=self.kept, sent=self.sent)
        return FileRefused(self.code)


Outcome = Received | Refused


def receive(
    *,
    contents: Sequence[bytes],
    source: str,
    by: Actor,
    patient_id: UUID | None = None,
    lenient: bool = False,
    study_uid: str = "",
) -> list[Outcome]:
    """Take files in the order given; each is received, already there, or refused with its code.

    `source` names the door (upload, stow, dimse, folder). With `patient_id` the sender states whose images these are;
    refused if they are linked to somebody else. `lenient` also reads files without a preamble or a file meta header.
    With `study_uid` (the sender's own, or ours) a file of another study is refused.
    """
    require(by, WRITE)
    if patient_id is not None:
        require_clinical(by, patient_id)
    reception = reception_of(by.practice_id)
    marks = [mark_of(reception, content) for content in contents]
    known = queries.with_mark(by.practice_id, marks)
    fresh = {mark: content for mark, content in zip(marks, contents, strict=True) if mark not in known}
    prepared = [_of_study(one, study_uid) for one in prepare_all(fresh.values(), reception=reception, lenient=lenient)]
    outcomes = _kept(prepared, reception, source=source, patient_id=patient_id, by=by)
    for mark, row in known.items():
        outcomes[mark] = _known(row, study_uid)
    return [outcomes[mark] for mark in marks]


def _of_study(prepared: Prepared, study_uid: str) -> Prepared:
    """Refuse a file that was sent to another study than its own."""
    taken = prepared.taken
    if not study_uid or taken is None or study_uid in {taken.facts.study_uid, taken.original.get("study_uid")}:
        return prepared
    return replace(prepared, refused="other_study")


def _known(row: Instance, study_uid: str) -> Outcome:
    """A file that came before; its own identifiers stand in what is sealed."""
    original = queries.sealed_of(row)["original"]
    sent_uid = original.get("sop_instance_uid", "")
    if study_uid and study_uid not in {row.series.study.uid, original.get("study_uid")}:
        return Refused("other_study", row.uid, row.sop_class, sent_uid=sent_uid)
    return replace(_received(row, "already_there"), sent_uid=sent_uid)


def _kept(
    prepared: list[Prepared], reception: Reception, *, source: str, patient_id: UUID | None, by: Actor
) -> dict[bytes, Outcome]:
    """Store; when another program stored one of them meanwhile, look again: it is then already there."""
    try:
        return _keep(prepared, reception, source=source, patient_id=patient_id, by=by)
    except IntegrityError:
        return _keep(prepared, reception, source=source, patient_id=patient_id, by=by)


@transaction.atomic
def _keep(
    prepared: list[Prepared], reception: Reception, *, source: str, patient_id: UUID | None, by: Actor
) -> dict[bytes, Outcome]:
    outcomes: dict[bytes, Outcome] = {}
    for one in prepared:
        if one.refused:
            outcomes[one.mark] = _refuse(one, one.refused, source=source, by=by)
    good = [one for one in prepared if one.taken and not one.refused]
    all_filed = file_all(good, reception=reception, patient_id=patient_id, by=by)
    for filed in all_filed:
        outcome = _settled(filed, source=source, by=by)
        outcomes[filed.prepared.mark] = replace(outcome, sent_uid=_sent_uid(filed.prepared))
    Instance.objects.bulk_update([filed.row for filed in all_filed if filed.created], ["entry_id"])
    return outcomes


def _settled(filed: Filed, *, source: str, by: Actor) -> Outcome:
    """The outcome of one filed object, its ledger entry made; a clash of content is refused and kept aside."""
    row, prepared = filed.row, filed.prepared
    if filed.created:
        _tell(row, source=source, by=by)
        return _received(row, "waiting" if row.state == InstanceState.WAITING else "received")
    if bytes(row.mark) == prepared.mark:
        return _received(row, "already_there")
    _refuse(prepared, "other_content", source=source, by=by)
    kept, sent = bytes(row.mark).hex()[:SHOWN], prepared.mark.hex()[:SHOWN]
    return Refused("other_content", row.uid, row.sop_class, kept, sent)


def _tell(row: Instance, *, source: str, by: Actor) -> None:
    subject = row.series.study.subject
    entry = record(
        action="imaging.receive",
        by=by,
        entity=("image", str(row.id)),
        patient_id=subject.patient_id,
        after={
            "source": source,
            "uid": row.uid,
            "stored_sha256": row.stored_sha256,
            "size": row.size,
            "state": row.state,
            "reasons": row.reasons,
        },
        content=bytes.fromhex(row.stored_sha256),
    )
    row.entry_id = entry.id
    payload: dict[str, Any] = {
        "instance_id": str(row.id),
        "study_id": str(row.series.study_id),
        "state": row.state,
    }
    payload["text_possible"] = row.preview_id is not None and row.sop_class not in COMPUTED
    publish(events.RECEIVED, practice_id=by.practice_id, payload=payload, key=str(row.series.study_id))


def _refuse(prepared: Prepared, code: str, *, source: str, by: Actor) -> Refused:
    """Set a file aside, encrypted under the practice's key; the same file sent again is not kept twice."""
    rows = Refusal.objects.of_practice(by.practice_id)
    if not rows.filter(mark=prepared.mark, settled_at=None).exists():
        row = Refusal(id=uuid7(), practice_id=by.practice_id, source=source, code=code, author_id=by.id)
        row.mark, row.size = prepared.mark, len(prepared.content)
        if prepared.content:
            blob = put_blob(
                practice_id=by.practice_id, subject_id=None, kind="imaging.refused", content=prepared.content
            )
            row.blob_id = blob.id
        row.save(force_insert=True)
        record(
            action="imaging.refuse",
            by=by,
            entity=("refused_image", str(row.id)),
            after={"source": source, "code": code, "size": row.size},
        )
    facts = prepared.taken.facts if prepared.taken else None
    sent_uid = _sent_uid(prepared)
    return Refused(code, facts.sop_uid if facts else "", facts.sop_class if facts else "", sent_uid=sent_uid)


def _sent_uid(prepared: Prepared) -> str:
    return prepared.taken.original.get("sop_instance_uid", "") if prepared.taken else ""


def _received(row: Instance, how: str) -> Received:
    return Received(
        instance_id=row.id,
        study_id=row.series.study_id,
        study_uid=row.series.study.uid,
        series_uid=row.series.uid,
        sop_uid=row.uid,
        sop_class=row.sop_class,
        how=how,
        reasons=tuple(row.reasons),
        drawn=row.preview_id is not None,
        stored_sha256=row.stored_sha256,
        entry_id=row.entry_id,
    )
