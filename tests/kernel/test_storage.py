"""Encrypted files: whole or refused, on the disk and in a bucket."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from django.db import transaction
from django.test import TestCase
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from epione.kernel.crypto import Erased, Tampered, forget_subject
from epione.kernel.crypto.stream import CHUNK, HEADER, TAG, seal_chunks, unseal_chunks
from epione.kernel.engines import engine_names
from epione.kernel.errors import NotFound
from epione.kernel.models import Blob
from epione.kernel.storage import BlobRef, NewBlob, delete_blob, open_blob, put_blob, put_blobs, stream_blob, sweep
from epione.kernel.storage.blobs import name_of, store

PRACTICE, SUBJECT = uuid4(), uuid4()
KEY, BOUND = bytes(32), b"place"


@pytest.fixture(params=["disk", "s3"])
def place_of_files(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Every test of a stored file runs on the disk, and on S3 as moto answers it."""
    if request.param == "disk":
        monkeypatch.setenv("EPIONE_STORAGE_URL", f"disk://{tmp_path}/blobs")
        yield
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("EPIONE_STORAGE_URL", "s3://dossiers-ete/epione?region=eu-west-3")
    with mock_aws():
        boto3.client("s3", region_name="eu-west-3").create_bucket(
            Bucket="dossiers-ete", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
        )
        yield


def put(content: bytes = b"compte rendu") -> BlobRef:
    return put_blob(practice_id=PRACTICE, subject_id=SUBJECT, kind="document.pdf", content=content)


def opened(ref: BlobRef) -> bytes:
    return open_blob(practice_id=PRACTICE, subject_id=SUBJECT, blob_id=ref.id)


def overwrite(ref: BlobRef, raw: bytes) -> None:
    store().write(name_of(ref.id), [raw])


def stored(ref: BlobRef) -> bytes:
    return b"".join(store().read(name_of(ref.id)))


SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7]


@pytest.mark.django_db
@pytest.mark.usefixtures("place_of_files")
@pytest.mark.parametrize("size", SIZES)
def test_a_file_comes_back_as_it_went_in(size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    ref = put(content[:size])
    assert ref.size == size
    assert opened(ref) == content[:size]


@pytest.mark.django_db
@pytest.mark.usefixtures("place_of_files")
def test_pieces_of_any_length_make_one_file() -> None:
    pieces = [b"a" * 100_000, b"", b"b" * 300_000, b"c"]
    ref = put_blob(practice_id=PRACTICE, subject_id=None, kind="scan", content=iter(pieces))
    assert open_blob(practice_id=PRACTICE, subject_id=None, blob_id=ref.id) == b"".join(pieces)


@pytest.mark.django_db
@pytest.mark.usefixtures("place_of_files")
def test_the_hash_is_that_of_the_stored_bytes() -> None:
    ref = put(b"x" * 1000)
    assert hashlib.sha256(stored(ref)).hexdigest() == ref.sha256 == Blob.objects.get().sha256
    assert len(stored(ref)) == Blob.objects.get().stored_size == HEADER + 1000 + TAG


@pytest.mark.django_db
@pytest.mark.usefixtures("place_of_files")
@pytest.mark.parametrize("at", [0, 10, HEADER - 1, HEADER, HEADER + CHUNK + TAG, -1])
def test_a_flipped_byte_is_refused(at: int) -> None:
    ref = put(b"x" * (CHUNK + 100))
    raw = bytearray(stored(ref))
    raw[at] ^= 1
    overwrite(ref, bytes(raw))
    with pytest.raises(Tampered):
        opened(ref)


@pytest.mark.django_db
@pytest.mark.usefixtures("place_of_files")
@pytest.mark.parametrize("kept", [0, 5, HEADER, HEADER + TAG, HEADER + CHUNK + TAG, HEADER + CHUNK + TAG + 5])
def test_a_cut_file_is_refused(kept: int) -> None:
    ref = put(b"x" * (2 * CHUNK))
    overwrite(ref, stored(ref)[:kept])
    with pytest.raises(Tampered):
        opened(ref)


@pytest.mark.django_db
@pytest.mark.usefixtures("place_of_files")
def test_two_files_of_one_person_cannot_be_swapped() -> None:
    first, second = put(b"radio du genou"), put(b"radio du crane")
    overwrite(first, stored(second))
    with pytest.raises(Tampered):
        opened(first)


@pytest.mark.django_db
@pytest.mark.usefixtures("place_of_files")
def test_a_file_that_is_gone_is_not_an_empty_file() -> None:
    ref = put()
    store().delete(name_of(ref.id))
    with pytest.raises(Tampered):
        opened(ref)


@pytest.mark.django_db
@pytest.mark.usefixtures("place_of_files")
def test_files_are_listed_and_removed() -> None:
    first, second = put(), put()
    assert sorted(store().names()) == sorted([name_of(first.id), name_of(second.id)])
    with TestCase.captureOnCommitCallbacks(execute=True):
        delete_blob(practice_id=PRACTICE, blob_id=first.id)
    assert list(store().names()) == [name_of(second.id)]
    with pytest.raises(NotFound):
        opened(first)


@pytest.mark.django_db
def test_another_practice_or_person_does_not_find_the_file() -> None:
    ref = put()
    with pytest.raises(NotFound):
        open_blob(practice_id=uuid4(), subject_id=SUBJECT, blob_id=ref.id)
    with pytest.raises(NotFound):
        open_blob(practice_id=PRACTICE, subject_id=None, blob_id=ref.id)
    with pytest.raises(NotFound):
        delete_blob(practice_id=uuid4(), blob_id=ref.id)


@pytest.mark.django_db
def test_a_row_moved_to_another_kind_is_refused() -> None:
    ref = put()
    Blob.objects.update(kind="consent.pdf")
    with pytest.raises(Tampered):
        opened(ref)


@pytest.mark.django_db
def test_the_files_of_a_forgotten_person_stay_closed() -> None:
    ref = put()
    forget_subject(PRACTICE, SUBJECT)
    with pytest.raises(Erased):
        opened(ref)


@pytest.mark.django_db
def test_a_long_file_is_read_piece_by_piece() -> None:
    ref = put(b"x" * (2 * CHUNK + 5))
    pieces = list(stream_blob(practice_id=PRACTICE, subject_id=SUBJECT, blob_id=ref.id))
    assert [len(piece) for piece in pieces] == [CHUNK, CHUNK, 5]


@pytest.mark.django_db
def test_a_write_that_fails_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EPIONE_STORAGE_URL", f"disk://{tmp_path}/blobs")

    def interrupted() -> Iterator[bytes]:
        yield b"x" * CHUNK * 2
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        put_blob(practice_id=PRACTICE, subject_id=SUBJECT, kind="scan", content=interrupted())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert Blob.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_files_of_rolled_back_transactions_are_swept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EPIONE_STORAGE_URL", f"disk://{tmp_path}/blobs")
    kept = put()
    with transaction.atomic():
        put(b"lost")
        transaction.set_rollback(True)
    assert sweep() == 0  # too young: its transaction could still be running
    assert sweep(timedelta(0)) == 1
    assert list(store().names()) == [name_of(kept.id)]


def test_files_on_the_disk_are_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_STORAGE_URL", f"disk://{tmp_path}/blobs")
    store().write("ab/abcd", [b"x"])
    assert (tmp_path / "blobs/ab/abcd").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "blobs/ab").stat().st_mode & 0o077 == 0


def test_the_engines_are_those_of_the_folder() -> None:
    assert engine_names("epione.kernel.storage.providers") == ["disk", "s3"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations(range(4)))
def test_chunks_in_another_order_are_refused(order: list[int]) -> None:
    sealed = list(seal_chunks(KEY, BOUND, [b"x" * CHUNK * 3, b"end"]))
    moved = [sealed[index] for index in order]
    if moved == sealed:
        assert b"".join(unseal_chunks(KEY, BOUND, moved)) == b"x" * CHUNK * 3 + b"end"
    else:
        with pytest.raises(Tampered):
            b"".join(unseal_chunks(KEY, BOUND, moved))


@pytest.mark.parametrize("changed", [lambda c: c[:-1], lambda c: c[1:], lambda c: [c[0], *c], lambda c: [*c, c[-1]]])
def test_a_chunk_that_is_missing_or_repeated_is_refused(changed: object) -> None:
    sealed = list(seal_chunks(KEY, BOUND, [b"x" * CHUNK * 2]))
    with pytest.raises(Tampered):
        b"".join(unseal_chunks(KEY, BOUND, changed(sealed)))  # type: ignore[operator]


@pytest.mark.usefixtures("place_of_files")
@pytest.mark.django_db
def test_several_files_are_stored_together_and_open_one_by_one() -> None:
    practice, subject = uuid4(), uuid4()
    contents = [b"", b"first", b"second" * 100_000]
    stored = put_blobs(practice_id=practice, blobs=[NewBlob(subject, "test.file", content) for content in contents])
    assert [blob.size for blob in stored] == [len(content) for content in contents]
    assert [open_blob(practice_id=practice, subject_id=subject, blob_id=blob.id) for blob in stored] == contents
