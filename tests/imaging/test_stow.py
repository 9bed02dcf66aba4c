"""Storage over DICOMweb: what is kept, what is refused, and bodies that are not what they say."""

import io

import pytest
from django.test import Client

from epione.identity.public import PracticeFacts
from epione.imaging.domain.exchange.multipart import Splitter
from epione.imaging.models import Instance, Refusal, Study

from .programs import bearer, body, post
from .synthetic import encoded, image, ultrasound


@pytest.fixture
def web(db: None, practice: PracticeFacts) -> Client:
    return Client(headers={"authorization": f"Bearer {bearer(practice)}"})


def test_what_cannot_be_kept_is_told_apart_from_what_is(web: Client) -> None:
    answer = post(web, body(encoded(image()), b"no dicom", encoded(ultrasound())))
    assert answer.status_code == 202
    said = answer.json()
    assert len(said["00081199"]["Value"]) == 2
    [failed] = said["00081198"]["Value"]
    assert failed["00081197"]["Value"] == [0xC000]
    assert post(web, body(b"no dicom at all")).status_code == 409
    assert post(web, body(encoded(image()))).status_code == 200


def test_the_same_identifier_with_other_content_is_a_duplicate(web: Client) -> None:
    made = image()
    post(web, body(encoded(made)))
    made.PixelData = bytes(len(made.PixelData))
    answer = post(web, body(encoded(made)))
    assert answer.status_code == 409
    [failed] = answer.json()["00081198"]["Value"]
    assert failed["00081197"]["Value"] == [0x0111]
    assert failed["00081155"]["Value"] == [made.SOPInstanceUID]


def test_an_object_of_another_study_than_the_address_names_is_refused(web: Client) -> None:
    made = image()
    assert post(web, body(encoded(made)), to="/1.2.3.4").status_code == 409
    assert Study.objects.count() == 0
    assert post(web, body(encoded(made)), to=f"/{made.StudyInstanceUID}").status_code == 200
    [study] = Study.objects.all()
    assert (
        post(web, body(encoded(image(StudyInstanceUID=made.StudyInstanceUID))), to=f"/{study.uid}").status_code == 200
    )
    assert post(web, body(encoded(made)), to="/1.2.3.4").status_code == 409


@pytest.mark.parametrize(
    ("content", "media", "status", "reason"),
    [
        (body(b"x"), 'multipart/related; type="application/dicom"', 400, "no_boundary"),
        (body(b"x"), "multipart/related; boundary=", 400, "no_boundary"),
        (body(b"x", end=False), "multipart/related; boundary=limit", 400, "truncated"),
        (body(b"x")[:-6], "multipart/related; boundary=limit", 400, "truncated"),
        (b"\r\n", "multipart/related; boundary=limit", 400, "truncated"),
        (b"--limit--\r\n", "multipart/related; boundary=limit", 400, "no_parts"),
        (body(b"x"), "multipart/related; boundary=other", 400, "truncated"),
        (b"--limit" + b"a" * 9000, "multipart/related; boundary=limit", 400, "bad_part"),
        (b"--limit\r\nX: " + b"a" * 90000, "multipart/related; boundary=limit", 400, "bad_part"),
        (body(b"x"), "application/dicom", 415, None),
        (body(b"x"), 'multipart/related; type="application/dicom+xml"; boundary=limit', 415, None),
        (body(b"x").replace(b"application/dicom", b"image/jpeg"), "multipart/related; boundary=limit", 415, None),
    ],
)  # fmt: skip
def test_a_broken_body_is_refused_as_a_whole(web: Client, content: bytes, media: str, status: int, reason: str) -> None:
    answer = post(web, content, media=media)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json().get("reason") == reason
    assert Instance.objects.count() == Refusal.objects.count() == 0


def test_parts_are_told_apart_wherever_the_reading_cuts() -> None:
    contents = [b"", b"--limi", b"\r\n--limi\r\n", bytes(range(256)) * 20, b"\r"]
    for step in (1, 2, 3, 7, 64, 100_000):
        source, kept = io.BytesIO(b"preamble\r\n" + body(*contents)), bytearray()
        parts = Splitter(
            lambda _size, s=step, f=source: f.read(s), kept.extend, boundary="limit", limits=(10, 1 << 20)
        ).parts()
        assert [bytes(kept[one.start : one.start + one.length]) for one in parts] == contents


@pytest.mark.parametrize("address", ["/studies/1.2%00", "/studies?StudyDescription=a%00", "/studies/1.2%00/metadata"])
def test_a_nul_in_an_address_is_refused(practice: PracticeFacts, address: str) -> None:
    answer = Client().get(f"/dicom-web{address}", headers={"authorization": f"Bearer {bearer(practice)}"})
    assert answer.status_code in (400, 404)
