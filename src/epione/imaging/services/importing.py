"""Reception of many files: an archive that came whole, or a folder; resumable because each file is known again."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from os import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import Any
from uuid import UUID

from django.db import transaction

from epione.identity.public import require
from epione.imaging.domain.archive import ArchiveLimits, BadArchive, count, members
from epione.imaging.errors import FileRefused
from epione.imaging.models import Refusal
from epione.imaging.rules import WRITE
from epione.kernel.actor import Actor
from epione.kernel.ids import uuid7
from epione.kernel.jobs import enqueue
from epione.kernel.storage import delete_blob, put_blob, stream_blob
from epione.ledger.public import record
from epione.patients.public import require_clinical

from .preparing import MARK_BYTES
from .receiving import Outcome, Received, receive

BATCH = 16
"""Files that are made durable together."""
BATCH_BYTES = 128 * 1024 * 1024
"""A batch that holds as much ends early: large files must not fill the memory."""
IN_MEMORY = 64 * 1024 * 1024
LISTED = 200
"""Refused files whose place in the archive is told one by one."""
LIMITS = ArchiveLimits()


@dataclass(slots=True)
class Tally:
    """What became of many files: how many of each outcome, and which ones were refused (place from 1, code)."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, str]] = field(default_factory=list)
    studies: set[str] = field(default_factory=set)

    def add(self, place: int, outcome: Outcome) -> None:
        """Count one more."""
        if isinstance(outcome, Received):
            self.counts[outcome.how] += 1
            self.studies.add(str(outcome.study_id))
            return
        self.counts["refused"] += 1
        if len(self.refused) < LISTED:
            self.refused.append((place, outcome.code))

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {**self.counts, "files": self.counts.total(), "studies": sorted(self.studies),
                "refusals": [{"file": place, "code": code} for place, code in self.refused]}  # fmt: skip


def import_files(
    *,
    contents: Iterable[bytes],
    source: str,
    by: Actor,
    patient_id: UUID | None = None,
    lenient: bool = False,
    told: Callable[[int], None] = lambda _done: None,
) -> Tally:
    """Take any number of files, batch by batch; `told` hears how many are done after each batch (it may raise)."""
    tally, done = Tally(), 0
    for batch in _batches(contents):
        outcomes = receive(contents=batch, source=source, by=by, patient_id=patient_id, lenient=lenient)
        for outcome in outcomes:
            done += 1
            tally.add(done, outcome)
        told(done)
    return tally


def _batches(contents: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Files that are taken together; at most one beyond the limit of bytes is in memory."""
    batch: list[bytes] = []
    held = 0
    for content in contents:
        batch.append(content)
        held += len(content)
        if len(batch) == BATCH or held >= BATCH_BYTES:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


@transaction.atomic
def import_archive(*, content: bytes | Iterable[bytes], by: Actor, patient_id: UUID | None = None) -> UUID:
    """Keep an archive encrypted and have a job unpack it; the id of the job, which can be followed and cancelled."""
    require(by, WRITE)
    if patient_id is not None:
        require_clinical(by, patient_id)
    blob = put_blob(practice_id=by.practice_id, subject_id=None, kind="imaging.archive", content=content)
    record(action="imaging.import_archive", by=by, entity=("image_archive", str(blob.id)), after={"size": blob.size})
    payload = {"blob_id": str(blob.id), "patient_id": str(patient_id) if patient_id else None}
    return enqueue("imaging.unpack", practice_id=by.practice_id, by=by, payload=payload)


def unpack_archive(*, blob_id: UUID, patient_id: UUID | None, by: Actor, told: Callable[[int, int], None]) -> Tally:
    """Take the files of a kept archive, then remove it; done again after a crash, it takes only what is missing.

    An archive that cannot be opened is set aside as a refused file; what it gave before stays.
    """
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        for piece in stream_blob(practice_id=by.practice_id, subject_id=None, blob_id=blob_id):
            file.write(piece)
        try:
            total = count(file, LIMITS)
            tally = import_files(
                contents=_each(file),
                source="upload",
                by=by,
                patient_id=patient_id,
                told=lambda done: told(done, total),
            )
        except BadArchive as error:
            _set_aside(blob_id, error.code, file, by=by)
            raise FileRefused(error.code) from error
    with transaction.atomic():
        delete_blob(practice_id=by.practice_id, blob_id=blob_id)
    return tally


@transaction.atomic
def _set_aside(blob_id: UUID, code: str, file: Any, *, by: Actor) -> None:
    """The kept archive becomes the encrypted copy of a refused file, which somebody settles."""
    row = Refusal(id=uuid7(), practice_id=by.practice_id, source="upload", code=code, author_id=by.id, blob_id=blob_id)
    row.size = file.seek(0, SEEK_END)
    row.mark = blob_id.bytes.ljust(MARK_BYTES, b"\0")  # never equal to the mark of a file: each archive is its own
    row.save(force_insert=True)
    record(
        action="imaging.refuse",
        by=by,
        entity=("refused_image", str(row.id)),
        after={"source": "upload", "code": code, "size": row.size},
    )


def _each(file: Any) -> Iterator[bytes]:
    file.seek(0)
    yield from members(file, LIMITS)
