"""Hostile archives and uploads: opened within limits, their names never read, a bad one ends alone."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from epione.imaging.domain.archive import ArchiveLimits
from epione.imaging.models import Instance, Refusal
from epione.imaging.services import import_archive, importing, settle_refusal
from epione.kernel.actor import Actor
from epione.kernel.jobs import JobState, job_state, run_pending
from epione.kernel.models.blobs import Blob
from epione.kernel.models.jobs import Job
from epione.kernel.storage import open_blob

from . import hostile
from .door import GOOD, Door, opened
from .hostile import zipped
from .synthetic import NAMES, series

pytestmark = pytest.mark.django_db


@pytest.fixture
def door(actor: Callable[..., Actor]) -> Iterator[Door]:
    yield from opened(actor)


def unpacked(content: bytes, door: Door) -> JobState:
    """How the job ends that unpacks an archive."""
    job_id = import_archive(content=content, by=door.by)
    run_pending()
    return job_state(job_id, practice_id=door.by.practice_id)


def refusal(content: bytes, door: Door) -> str:
    """The code with which an archive is refused; its encrypted copy waits with the refused files."""
    done = unpacked(content, door)
    assert done.state == "failed"
    assert done.error.startswith("file-refused: ")
    row = Refusal.objects.get()
    assert open_blob(practice_id=row.practice_id, subject_id=None, blob_id=row.blob_id) == content
    assert row.size == len(content)
    settle_refusal(refusal_id=row.id, reason="sent again", by=door.by)
    assert not Blob.objects.filter(kind="imaging.archive").exists()
    return row.code


def limited(monkeypatch: pytest.MonkeyPatch, **limits: int) -> None:
    monkeypatch.setattr(importing, "LIMITS", ArchiveLimits(**limits))


def test_an_archive_is_unpacked_and_then_gone(door: Door) -> None:
    done = unpacked(zipped({f"{n}.dcm": one for n, one in enumerate(series(3))}), door)
    assert (done.state, (done.result or {})["received"]) == ("done", 3)
    assert not Blob.objects.filter(kind="imaging.archive").exists()


def test_a_zip_bomb_is_stopped_while_it_unpacks(door: Door) -> None:
    assert refusal(zipped({"good.dcm": GOOD, "bomb.dcm": bytes(64 << 20)}), door) == "zip_bomb"
    assert isinstance(door.sent(GOOD).how, str)


def test_what_an_archive_states_of_its_size_is_not_believed(door: Door) -> None:
    honest = zipped({"bomb.dcm": bytes(32 << 20)})
    lying = honest.replace((32 << 20).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert refusal(lying, door) in ("zip_bomb", "bad_zip")
    assert not Instance.objects.exists()


def test_an_archive_within_an_archive_is_not_opened(door: Door) -> None:
    done = unpacked(zipped({"inner.zip": zipped({"slice.dcm": GOOD})}), door)
    assert (done.result or {})["refusals"] == [{"file": 1, "code": "not_dicom"}]
    assert not Instance.objects.exists()


def test_too_many_files_are_refused_before_the_first(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, entries=3)
    assert refusal(zipped({f"{n}.dcm": one for n, one in enumerate(series(4))}), door) == "zip_entries"
    assert not Instance.objects.exists()


def test_an_archive_larger_than_allowed_in_all(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, total=20_000)
    assert refusal(zipped({f"{n}.dcm": one for n, one in enumerate(series(4))}), door) == "zip_bomb"


@pytest.mark.parametrize(
    "name", ["../../../etc/cron.d/x", "/etc/passwd", "C:\\windows\\x", "NUL", "a\0b.dcm", "CON.dcm", "..\\..\\x", "-rf"]
)
def test_names_in_an_archive_lead_nowhere(door: Door, name: str) -> None:
    done = unpacked(zipped({name: GOOD}), door)
    assert (done.state, (done.result or {})["received"]) == ("done", 1)


def test_a_symbolic_link_in_an_archive_is_not_followed(door: Door) -> None:
    done = unpacked(hostile.zipped_link("/etc/hostname"), door)
    assert (done.result or {})["refusals"] == [{"file": 1, "code": "not_dicom"}]


def test_names_in_an_archive_are_kept_nowhere(door: Door) -> None:
    done = unpacked(zipped({"MARTIN Élodie/P-4711/1.dcm": GOOD, "MARTIN/2.dcm": GOOD[:600]}), door)
    assert (done.result or {})["refused"] == 1
    told = str(list(Job.objects.values()))
    assert not [name for name in NAMES if name in told]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"PK\x03\x04" + bytes(200), "bad_zip"), (zipped({"1.dcm": GOOD})[:-40], "bad_zip"), (zipped({}), "not_dicom")],
    ids=["noise", "cut", "empty"],
)
def test_a_broken_archive_ends_with_its_code(door: Door, content: bytes, code: str) -> None:
    if code == "not_dicom":  # an archive without files begins otherwise: it is a file like another
        door.refused(content, code)
        return
    assert refusal(content, door) == code


def test_an_archive_with_a_password(door: Door) -> None:
    locked = bytearray(zipped({"1.dcm": GOOD}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(locked), door) == "encrypted_zip"


# uploads


def test_an_archive_sent_to_the_api_is_unpacked_by_a_job(door: Door, client_as: Callable[..., Client]) -> None:
    file = SimpleUploadedFile("MARTIN.zip", zipped({"1.dcm": GOOD}))
    answer = client_as(by=door.by).post("/api/v1/dicom/upload", {"file": file})
    assert (answer.status_code, answer.json()["state"]) == (202, "unpacking")
    run_pending()
    assert job_state(UUID(answer.json()["job_id"])).state == "done"
    assert Instance.objects.count() == 1


def test_archives_come_alone(door: Door, client_as: Callable[..., Client]) -> None:
    files = [SimpleUploadedFile("a.zip", zipped({"1.dcm": GOOD})), SimpleUploadedFile("b.dcm", GOOD)]
    answer = client_as(by=door.by).post("/api/v1/dicom/upload", {"file": files})
    assert (answer.status_code, Instance.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=", b"--\r\n"),
        ("multipart/form-data; boundary=nowhere", GOOD),
        ("application/octet-stream", GOOD),
        (MULTIPART_CONTENT, b""),
        (MULTIPART_CONTENT, b'--BoUnDaRyStRiNg\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'),
    ],
    ids=["no boundary", "empty boundary", "other boundary", "no multipart", "no body", "cut in its head"],
)
def test_a_broken_upload_is_refused_and_leaves_nothing(
    door: Door, client_as: Callable[..., Client], kind: str, body: bytes
) -> None:
    answer = client_as(by=door.by).generic("POST", "/api/v1/dicom/upload", body, content_type=kind)
    assert answer.status_code in (400, 415, 422)
    assert not Instance.objects.exists() and not Blob.objects.filter(kind="imaging.object").exists()


def test_a_stated_length_that_lies_cuts_the_file_which_is_refused(door: Door, client_as: Callable[..., Client]) -> None:
    client = client_as(by=door.by)
    answer = client.post("/api/v1/dicom/upload", {"file": SimpleUploadedFile("a.dcm", GOOD)}, CONTENT_LENGTH="700")
    assert answer.status_code in (400, 422)
    assert not Instance.objects.exists()
    assert Refusal.objects.count() <= 1
