"""Files that are DICOM and yet not what they say: hidden names, broken identifiers, lying or odd pixels."""

import struct
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from django.test import Client
from pydicom import Dataset

from epione.imaging.models import Refusal, Series
from epione.imaging.queries import header_of, report_of
from epione.imaging.services import Received, Refused
from epione.kernel.actor import Actor

from . import hostile
from .compression import RLE, compressed
from .door import GOOD, Door, opened
from .hostile import DELIMITER, body_of, element, encapsulated, fragment, part10, raw_fragments
from .synthetic import disc, encoded, image

pytestmark = pytest.mark.django_db


@pytest.fixture
def door(actor: Callable[..., Actor]) -> Iterator[Door]:
    yield from opened(actor)


# 19 to 25


def test_names_in_overlays_curves_profiles_and_icons_go(door: Door) -> None:
    made = image(ICCProfile=b"MARTIN" * 40)
    icon = Dataset()
    icon.Rows = icon.Columns = 2
    icon.SamplesPerPixel, icon.PhotometricInterpretation, icon.BitsAllocated = 1, "MONOCHROME2", 8
    icon.PixelData = b"MART"
    made.IconImageSequence = [icon]
    made.add_new(0x60003000, "OB", b"MARTIN")
    made.add_new(0x60004000, "LT", "MARTIN")
    made.add_new(0x50003000, "OB", b"MARTIN")
    _row, file = door.taken(encoded(made))
    for tag in (0x60003000, 0x60004000, 0x50003000, 0x00880200):
        assert tag not in file


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.6.1", "Modality": "US"}, "ultrasound"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7", "Modality": "OT"}, "secondary_capture"),
        ({"ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"]}, "screen_or_label"),
        ({"BurnedInAnnotation": "YES"}, "declared_yes"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.1.1", "Modality": "DX"}, "not_declared"),
    ],
)
def test_pixels_that_may_show_a_name_wait(door: Door, changes: dict[str, Any], reason: str) -> None:
    row, file = door.taken(encoded(image(**changes)))
    assert row.state == "waiting" and reason in row.reasons
    assert file.PatientIdentityRemoved == "NO"


def test_a_document_in_an_envelope(door: Door) -> None:
    made = image(SOPClassUID="1.2.840.10008.5.1.4.1.1.104.1", EncapsulatedDocument=b"%PDF-1.7 MARTIN")
    del made.PixelData
    door.refused(encoded(made), "encapsulated_document")


def test_a_structured_report_keeps_no_name(door: Door) -> None:
    made = image(SOPClassUID="1.2.840.10008.5.1.4.1.1.88.22", Modality="SR", ValueType="CONTAINER")
    del made.PixelData
    texts = []
    for kind, keyword, value in (("TEXT", "TextValue", "Mme MARTIN va bien"), ("PNAME", "PersonName", "MARTIN^E")):
        item = Dataset()
        item.RelationshipType, item.ValueType = "CONTAINS", kind
        setattr(item, keyword, value)
        texts.append(item)
    made.ContentSequence = texts
    row, _file = door.taken(encoded(made))
    assert (row.frames, row.preview_id, row.pixel_fault) == (0, None, "")


def test_references_between_objects_still_lead_to_them(door: Door) -> None:
    source = image()
    mask = image(SOPClassUID="1.2.840.10008.5.1.4.1.1.66.4", Modality="SEG", StudyInstanceUID=source.StudyInstanceUID)
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = source.SOPClassUID, source.SOPInstanceUID
    mask.ReferencedImageSequence = [reference]
    first, _file = door.taken(encoded(source))
    second, file = door.taken(encoded(mask))
    assert file.ReferencedImageSequence[0].ReferencedSOPInstanceUID == first.uid
    assert second.series.study_id == first.series.study_id


def test_identifiers_that_tell_something_are_replaced_in_the_file_head_too(door: Door) -> None:
    made = image(StudyID="P-4711", StationAETitle="HOPITAL-X", SOPInstanceUID="1.2.250.1.19610305.4711")
    made.file_meta.SourceApplicationEntityTitle = "HOPITAL-X"
    row, file = door.taken(encoded(made))
    assert "19610305" not in row.uid and file.file_meta.MediaStorageSOPInstanceUID == row.uid
    assert not file.get("StudyID")


# 26 to 30


def test_a_head_that_names_another_object_is_corrected_with_a_warning(door: Door) -> None:
    content = GOOD.replace(b"1.2.3.4.51", b"1.2.3.4.99", 1)
    row, file = door.taken(content)
    assert file.file_meta.MediaStorageSOPInstanceUID == file.SOPInstanceUID == row.uid
    assert "meta_uid_differs" in report_of(row)["warnings"]


def test_one_identifier_with_two_contents(door: Door) -> None:
    made = image()
    first = door.sent(encoded(made))
    made.PixelData = disc(64, 9).tobytes()
    second = door.sent(encoded(made))
    assert isinstance(first, Received) and isinstance(second, Refused)
    assert (second.code, second.error().status, second.sop_uid) == ("other_content", 409, first.sop_uid)
    assert Refusal.objects.get().blob_id is not None
    again = door.sent(encoded(made))
    assert isinstance(again, Refused) and Refusal.objects.count() == 1


@pytest.mark.parametrize("uid", [b"1.2." + b"3" * 80, b"1.2.three.4", b"1.2.3.4.", b"1..2", b" ", b"1.2.3\\4.5.6"])
def test_malformed_identifiers_are_replaced_by_well_formed_ones_or_refused(door: Door, uid: bytes) -> None:
    body = body_of(GOOD)
    at = body.index(b"\x08\0\x18\0UI")
    length = struct.unpack_from("<H", body, at + 6)[0]
    content = part10(body[:at], element(0x00080018, b"UI", uid), body[at + 8 + length :])
    outcome = door.sent(content)
    if isinstance(outcome, Refused):
        assert outcome.code == "bad_uid"
    else:
        assert outcome.sop_uid.startswith("2.25.") and len(outcome.sop_uid) <= 64


@pytest.mark.filterwarnings("ignore:Unknown encoding")
@pytest.mark.parametrize(
    ("charset", "name"),
    [
        (b"ISO_IR 100", "CRÂNE^Élodie".encode("latin-1")),
        (b"ISO_IR 192", "CRÂNE^Élodie".encode()),
        (b"ISO_IR 192", "CRÂNE^Élodie".encode("latin-1")),
        (b"NO SUCH SET", "CRÂNE^Élodie".encode("latin-1")),
        (b"\\ISO 2022 IR 87", b"Crane^\x1b$B\x1b(BElodie"),
    ],
)
def test_a_name_is_found_in_free_text_whatever_its_character_set(door: Door, charset: bytes, name: bytes) -> None:
    said = encoded(image()).replace(element(0x00080005, b"CS", b"ISO_IR 100"), element(0x00080005, b"CS", charset))
    said = said.replace(element(0x00100010, b"PN", "MARTIN^Élodie".encode("latin-1")), element(0x00100010, b"PN", name))
    said = said.replace(element(0x00081030, b"LO", b"TDM thorax"), element(0x00081030, b"LO", b"TDM crane thorax"))
    row, file = door.taken(said)
    assert file.StudyDescription == "TDM THORAX"
    assert "CRANE" not in str(header_of(row)).upper()


def test_text_made_to_attack_is_only_text(door: Door, client_as: Callable[..., Client]) -> None:
    attack = "<script>alert(1)</script>'; DROP TABLE x;--"
    row, _file = door.taken(encoded(image(SeriesDescription=attack, StudyDescription="=cmd|' /C calc'!A0\r\nlog")))
    page = client_as(by=door.by).get(f"/imaging/studies/{row.series.study_id}/").content.decode()
    assert "<script>alert" not in page
    assert "script-src" in client_as(by=door.by).get("/imaging/")["Content-Security-Policy"]
    assert Series.objects.count() == 1


# 31 to 33


@pytest.mark.parametrize(
    "content",
    [
        raw_fragments(hostile.JPEG, fragment(b"") + DELIMITER),
        raw_fragments(hostile.JPEG, fragment(b"") + fragment(b"") + DELIMITER),
        raw_fragments(hostile.JPEG, fragment(struct.pack("<I", 0x7FFFFFF0)) + fragment(b"\xff\xd8\xff\xd9") + DELIMITER),
        encapsulated(hostile.JPEG, [b"\xff\xd8\xff\xd9"] * 3),
        encapsulated(hostile.JPEG_2000, [hostile.codestream_of(0x7FFFFFFF, 0x7FFFFFFF, 1)]),
        encapsulated(hostile.JPEG_2000, [hostile.codestream_of(64, 64, 1)]),
        encapsulated(hostile.RLE, [struct.pack("<16I", 15, *[0xFFFFFFFF] * 15)]),
        encapsulated(RLE, [compressed(np.zeros((32, 32), "<u2"), RLE)]),
    ],
)  # fmt: skip
def test_compressed_frames_that_lie(door: Door, content: bytes) -> None:
    assert door.undrawn(content)
    assert isinstance(door.sent(GOOD), Received)


def test_compressed_frames_that_never_end(door: Door) -> None:
    door.refused(raw_fragments(hostile.JPEG, fragment(b"") + fragment(b"\xff\xd8", 0x7FFFFFFF)), "truncated_pixels")


@pytest.mark.parametrize(
    "changes",
    [
        {"WindowWidth": 0}, {"WindowWidth": "NaN"}, {"RescaleSlope": 0}, {"RescaleSlope": "1e400"},
        {"PhotometricInterpretation": "MONOCHROME1"}, {"PixelRepresentation": 1}, {"BitsStored": 99}, {"HighBit": 40},
    ],
)  # fmt: skip
def test_odd_pixels_are_drawn_or_said_not_to_be(door: Door, changes: dict[str, Any]) -> None:
    made = image()
    for keyword, value in changes.items():
        made.add_new(keyword, made[keyword].VR, value) if value != "NaN" else made.__setitem__(
            keyword, made[keyword].__class__(made[keyword].tag, "LO", value)
        )
    row, _file = door.taken(encoded(made))
    assert (row.preview_id is None) == bool(row.pixel_fault)


def test_the_directory_of_a_disc(door: Door) -> None:
    made = image(SOPClassUID="1.2.840.10008.1.3.10")
    del made.PixelData
    door.refused(encoded(made), "directory")


@pytest.mark.parametrize("kind", ["1.2.840.10008.5.1.4.1.1.9.1.1", "1.2.840.10008.5.1.4.1.1.481.5"])
def test_objects_that_are_no_images_are_kept_without_a_picture(door: Door, kind: str) -> None:
    made = image(SOPClassUID=kind, Modality="ECG" if ".9." in kind else "RTPLAN")
    del made.PixelData
    assert door.undrawn(encoded(made)) == ""
