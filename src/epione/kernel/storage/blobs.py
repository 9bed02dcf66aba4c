"""Encrypted files of the record: stored whole, opened only as they were stored."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from epione.kernel.crypto import Place, Tampered
from epione.kernel.crypto.stream import seal_stream, unseal_stream
from epione.kernel.engines import connect
from epione.kernel.errors import NotFound
from epione.kernel.ids import uuid7
from epione.kernel.models.blobs import Blob

from .providers.base import Store

ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class BlobRef:
    """A stored file: `sha256` of the stored (encrypted) bytes in hexadecimal, `size` of the content in bytes."""

    id: UUID
    sha256: str
    size: int


def store() -> Store:
    """The place that `EPIONE_STORAGE_URL` names; by default the local disk."""
    found: Store = connect("epione.kernel.storage.providers", os.environ.get("EPIONE_STORAGE_URL") or "disk:")
    return found


@dataclass(frozen=True, slots=True)
class NewBlob:
    """A file to store: whose key seals it (`subject_id`; None = the practice's), what it is, its bytes."""

    subject_id: UUID | None
    kind: str
    content: bytes | Iterable[bytes] = field(repr=False)


def put_blob(*, practice_id: UUID, subject_id: UUID | None, kind: str, content: bytes | Iterable[bytes]) -> BlobRef:
    """Encrypt and store a file; its row belongs to the caller's transaction.

    The file is on the disk before the row exists: a crash leaves an orphan (`sweep`), never a row without its file.
    """
    return put_blobs(practice_id=practice_id, blobs=[NewBlob(subject_id, kind, content)])[0]


def put_blobs(*, practice_id: UUID, blobs: Iterable[NewBlob]) -> list[BlobRef]:
    """Encrypt and store several files that are made durable together; their rows belong to the caller's transaction."""
    made = [(Blob(id=uuid7(), practice_id=practice_id, subject_id=new.subject_id, kind=new.kind), new) for new in blobs]
    counters = [_Counter() for _ in made]
    store().write_many(
        (name_of(row.id), counter.stored(seal_stream(_place(row), counter.content(_pieces(new.content)))))
        for (row, new), counter in zip(made, counters, strict=True)
    )
    for (row, _new), counter in zip(made, counters, strict=True):
        row.sha256, row.size, row.stored_size = counter.digest.hexdigest(), counter.size, counter.stored_size
    rows = [row for row, _new in made]
    Blob.objects.bulk_create(rows)
    return [BlobRef(row.id, row.sha256, row.size) for row in rows]


def _pieces(content: bytes | Iterable[bytes]) -> Iterable[bytes]:
    return [content] if isinstance(content, bytes) else content


def open_blob(*, practice_id: UUID, subject_id: UUID | None, blob_id: UUID) -> bytes:
    """The whole content, verified; raises `NotFound`, `Tampered` or `Erased`."""
    return b"".join(stream_blob(practice_id=practice_id, subject_id=subject_id, blob_id=blob_id))


def stream_blob(*, practice_id: UUID, subject_id: UUID | None, blob_id: UUID) -> Iterator[bytes]:
    """The content chunk by chunk, each verified before it is handed out; the hash of the whole at the end."""
    row = Blob.objects.filter(id=blob_id, practice_id=practice_id, subject_id=subject_id).first()
    if row is None:
        raise NotFound
    yield from _opened(row)


def stream_blobs(*, practice_id: UUID, subject_id: UUID | None, blob_ids: Sequence[UUID]) -> Iterator[Iterator[bytes]]:
    """The contents of several files of one subject in the order given, as `stream_blob`; their rows are read together.

    Each must be read before the next is asked for.
    """
    for start in range(0, len(blob_ids), ROWS_AT_ONCE):
        wanted = blob_ids[start : start + ROWS_AT_ONCE]
        rows = Blob.objects.filter(practice_id=practice_id, subject_id=subject_id).in_bulk(wanted)
        for blob_id in wanted:
            if blob_id not in rows:
                raise NotFound
            yield _opened(rows[blob_id])


def _opened(row: Blob) -> Iterator[bytes]:
    counter = _Counter()
    try:
        yield from unseal_stream(_place(row), counter.stored(store().read(name_of(row.id))))
    except FileNotFoundError as error:
        raise Tampered(f"blob {row.id}: its file is gone") from error
    if counter.digest.hexdigest() != row.sha256:
        raise Tampered(f"blob {row.id}: its bytes are not those that were stored")


def stream_stored(*, practice_id: UUID, blob_id: UUID) -> Iterator[bytes]:
    """The bytes as they lie in the store, still encrypted; raises `NotFound`, `Tampered` when the file is gone."""
    if not Blob.objects.filter(id=blob_id, practice_id=practice_id).exists():
        raise NotFound
    try:
        yield from store().read(name_of(blob_id))
    except FileNotFoundError as error:
        raise Tampered(f"blob {blob_id}: its file is gone") from error


def delete_blob(*, practice_id: UUID, blob_id: UUID) -> None:
    """Remove the row now and the file once the caller's transaction is committed; raises `NotFound`."""
    deleted, _ = Blob.objects.filter(id=blob_id, practice_id=practice_id).delete()
    if not deleted:
        raise NotFound
    transaction.on_commit(lambda: store().delete(name_of(blob_id)))


def name_of(blob_id: UUID) -> str:
    """Name of the stored object; the last two characters spread the files (the first ones of a UUIDv7 are its time)."""
    return f"{blob_id.hex[-2:]}/{blob_id.hex}"


def _place(row: Blob) -> Place:
    return Place(row.practice_id, row.subject_id, "kernel_blob", row.id, row.kind)


class _Counter:
    """Sizes and hash, taken while the bytes pass."""

    def __init__(self) -> None:
        self.size = self.stored_size = 0
        self.digest = hashlib.sha256()

    def content(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.size += len(piece)
            yield piece

    def stored(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.stored_size += len(piece)
            self.digest.update(piece)
            yield piece
