"""Bad files at the door: the right code, nothing half stored, an encrypted copy aside, no name told, and on it goes."""

import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from epione.imaging.providers.intake import sandbox
from epione.imaging.queries import report_of
from epione.kernel.actor import Actor

from . import hostile
from .door import GOOD, Door, opened
from .hostile import EXPLICIT, body_of, element, fragment, part10, with_element
from .synthetic import NAMES, encoded, image

pytestmark = pytest.mark.django_db


@pytest.fixture
def door(actor: Callable[..., Actor]) -> Iterator[Door]:
    yield from opened(actor)


# 1 to 3


@pytest.mark.parametrize(("content", "code"), [(b"", "empty"), (b"DICM", "not_dicom"), (GOOD[:131], "not_dicom")])
def test_an_empty_or_tiny_file(door: Door, content: bytes, code: str) -> None:
    door.refused(content, code)


@pytest.mark.parametrize("start", [128, 132])
def test_without_preamble_only_who_asks_for_leniency_is_heard(door: Door, start: int) -> None:
    door.refused(GOOD[start:], "not_dicom")
    row, _file = door.taken(encoded(image())[start:], lenient=True)
    assert "not_dicom" in report_of(row)["warnings"]


def test_leniency_does_not_take_what_is_no_dicom(door: Door) -> None:
    door.refused(b"\x08\0" + b"MARTIN " * 300, "truncated", lenient=True)


@pytest.mark.parametrize("end", [200, 340, 600, 900])
def test_a_file_cut_in_an_element(door: Door, end: int) -> None:
    door.refused(GOOD[:end], "truncated")


# 4 to 9


@pytest.mark.parametrize("missing", [1, 4000, 8191])
def test_pixels_cut_are_neither_padded_nor_drawn(door: Door, missing: int) -> None:
    door.refused(GOOD[:-missing], "truncated_pixels")


def test_fewer_pixels_than_the_header_states(door: Door) -> None:
    door.refused(encoded(image(Rows=128)), "truncated_pixels")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (part10(element(0x00080060, b"CS", b"CT", 0xFFFF)), "truncated"),
        (with_element(element(0x00081115, b"SQ", b"", 0xFFFFFFFE)), "bad_length"),
        (with_element(element(0x00204000, b"UT", b"", 0xFFFFFFF0)), "bad_length"),
        (with_element(element(0x00081115, b"SQ", fragment(b"", 0x7FFFFFFF))), "bad_length"),
        (part10(element(0x00080016, b"OB", b"", 0x7FFFFFFF)), "truncated"),
    ],
)
def test_lengths_beyond_the_file_are_refused_before_they_are_believed(door: Door, content: bytes, code: str) -> None:
    door.refused(content, code)


def test_thousands_of_levels(door: Door) -> None:
    door.refused(hostile.nested(20_000), "too_deep")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Rows": 65535, "Columns": 65535}, "truncated_pixels"),
        ({"Rows": 46341, "Columns": 46341}, "truncated_pixels"),
        ({"Rows": 65535, "Columns": 65535, "NumberOfFrames": 65535}, "too_many_pixels"),
        ({"Rows": 0}, "bad_geometry"),
        ({"NumberOfFrames": "1000000000"}, "bad_frames"),
        ({"NumberOfFrames": "-3"}, "bad_frames"),
        ({"NumberOfFrames": "1\\2"}, "bad_frames"),
    ],
)
def test_impossible_sizes_are_refused_before_anything_is_decoded(
    door: Door, changes: dict[str, Any], code: str
) -> None:
    door.refused(encoded(image(**changes)), code)


def test_an_empty_number_of_frames_is_one_frame(door: Door) -> None:
    row, _file = door.taken(encoded(image(NumberOfFrames=None)))
    assert (row.frames, row.preview_id is not None) == (1, True)


def test_a_deflate_bomb(door: Door) -> None:
    door.refused(hostile.deflate_bomb(), "deflate_bomb")


# 13 to 18


@pytest.mark.parametrize("disguise", [b"MZ\x90\0", b"<html><script>alert(1)</script>", b"%PDF-1.7", b"\x7fELF"])
def test_a_file_that_is_two_things_is_stored_and_served_as_one(
    door: Door, client_as: Callable[..., Client], disguise: bytes
) -> None:
    row, _file = door.taken(disguise.ljust(128, b" ") + GOOD[128:])
    answer = client_as(by=door.by).get(f"/api/v1/imaging/images/{row.id}/file")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/dicom", "nosniff")
    assert answer["Content-Disposition"].startswith("attachment")


def test_an_unknown_vr_is_kept_as_bytes_or_taken_away(door: Door) -> None:
    odd = b"\x08\0\x0e\x10ZZ\0\0" + struct.pack("<I", 12) + b"MARTIN^Elod "
    _row, file = door.taken(with_element(odd))
    assert 0x0008100E not in file


def test_a_wrong_vr_does_not_save_a_name(door: Door) -> None:
    wrong = GOOD.replace(b"\x10\0\x10\0PN", b"\x10\0\x10\0LO").replace(b"\x08\0\x80\0LO", b"\x08\0\x80\0AE")
    door.taken(wrong)


@pytest.mark.parametrize("syntax", [hostile.IMPLICIT, hostile.BIG_ENDIAN])
def test_an_encoding_other_than_declared_is_not_guessed(door: Door, syntax: bytes) -> None:
    door.refused(part10(body_of(GOOD), syntax=syntax), "syntax_mismatch")


def test_a_missing_transfer_syntax_only_leniently(door: Door) -> None:
    bare = part10(body_of(GOOD), syntax=b"")
    door.refused(bare, "no_meta")
    bare = part10(body_of(encoded(image())), syntax=b"")
    assert door.taken(bare, lenient=True)[0].transfer_syntax == EXPLICIT.decode().rstrip("\0")


def test_a_transfer_syntax_that_nobody_knows(door: Door) -> None:
    door.refused(part10(element(0x00080060, b"CS", b"CT"), syntax=b"1.2.3.4\0"), "unsupported_syntax")


def test_sequences_disguised_as_unknown_bytes_are_opened(door: Door) -> None:
    name = struct.pack("<HHI", 0x10, 0x10, 14) + b"MARTIN^Elodie "
    hidden = element(0x00081120, b"UN", fragment(name))
    private = element(0x00091010, b"UN", fragment(name))
    creator = element(0x00090010, b"LO", b"SOME MAKER")
    door.taken(with_element(hidden + creator + private))


def test_private_attributes_with_names_go(door: Door) -> None:
    csa = b"SV10\4\3\2\1" + b"PatientName MARTIN^Elodie"
    made = element(0x00290010, b"LO", b"SIEMENS CSA HEADER") + element(0x00291010, b"OB", csa)
    _row, file = door.taken(with_element(made, before=b"\xe0\x7f\x10\0"))
    assert 0x00291010 not in file


# at the door


def test_the_api_says_the_code_and_nothing_of_the_file(door: Door, client_as: Callable[..., Client]) -> None:
    client = client_as(by=door.by)
    answer = client.post("/api/v1/dicom/upload", {"file": SimpleUploadedFile("MARTIN^Elodie.dcm", GOOD[:600])})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert (
        answer.json()["facts"]["reason"] == "truncated"
        if "facts" in answer.json()
        else "truncated" in answer.content.decode()
    )
    assert not [name for name in NAMES if name in answer.content.decode()]


def test_one_bad_file_among_good_ones_does_not_keep_them_out(door: Door, client_as: Callable[..., Client]) -> None:
    files = [SimpleUploadedFile(f"{n}.dcm", one) for n, one in enumerate([GOOD, GOOD[:600], hostile.nested(5000)])]
    answer = client_as(by=door.by).post("/api/v1/dicom/upload", {"file": files})
    assert answer.status_code == 207
    assert [one["state"] for one in answer.json()["images"]] == ["received", "refused", "refused"]


def test_the_children_are_the_same_ones_after_all_that(door: Door) -> None:
    door.sent(GOOD)
    before = set(sandbox().pids())
    for content in (b"", GOOD[:600], hostile.nested(20_000), hostile.deflate_bomb()):
        door.sent(content)
    assert set(sandbox().pids()) == before
