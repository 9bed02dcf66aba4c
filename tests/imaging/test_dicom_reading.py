"""Reading of headers: what is refused, with which code; text in every character set; nothing hangs or escapes."""

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset, dcmread

from epione.imaging.domain.deid import POLICIES, deidentify
from epione.imaging.domain.dicom import Limits, NotDicom, dicom_json, read_header
from tests.imaging.pixel_files import dataset, written

EXPLICIT, IMPLICIT, DEFLATED, BIG = (
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.2",
)


def ct(**elements: Any) -> Dataset:
    return dataset(np.arange(64, dtype="<u2").reshape(8, 8), **elements)


PLAIN = written(ct())


def code(content: bytes, **options: Any) -> str:
    with pytest.raises(NotDicom) as caught:
        read_header(content, **options)
    return caught.value.code


def raw(*elements: bytes, syntax: bytes = b"1.2.840.10008.1.2.1\0") -> bytes:
    """A Part 10 file of these encoded elements."""
    meta = struct.pack("<HH2sH", 2, 0x10, b"UI", len(syntax)) + syntax
    return bytes(128) + b"DICM" + struct.pack("<HH2sHI", 2, 0, b"UL", 4, len(meta)) + meta + b"".join(elements)


def test_the_header_is_the_one_pydicom_reads():
    header = read_header(PLAIN)
    assert (header.modality, header.rows, header.columns, header.patient_id) == ("CT", 8, 8, "4711")
    assert header.data[header.pixel_offset :][: header.pixel_length] == dcmread(BytesIO(PLAIN)).PixelData


@pytest.mark.parametrize("syntax", [IMPLICIT, DEFLATED, BIG])
def test_every_native_encoding_reads_the_same(syntax: str):
    file = ct(ImageComments="à relire", SpecificCharacterSet="ISO_IR 100")
    if syntax == BIG:
        file.PixelData = np.arange(64, dtype=">u2").tobytes()
    header = read_header(written(file, syntax))
    assert (header.rows, header.get(0x00204000), header.transfer_syntax) == (8, "à relire", syntax)
    assert np.frombuffer(header.raw(0x7FE00010), "<u2").tolist() == list(range(64))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "not_dicom"),
        (b"DICM", "not_dicom"),
        (PLAIN[128:], "not_dicom"),
        (PLAIN[:400], "truncated"),
        (PLAIN[:-10], "truncated_pixels"),
        (raw(b"\x08\0\x60\0CS\xff\xff"), "truncated"),
        (raw(b"\x08\0\x15\x11SQ\0\0\xfe\xff\xff\xff"), "bad_length"),
        (raw(b"\x08\0\x15\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\x10\0\0\0\x08\0\x60\0CS\x40\0" + b" " * 100), "bad_item"),
        (raw(b"\x08\0\x60\0??\x02\0CT"), "syntax_mismatch"),
        (raw(b"\x08\0\x60\0\x02\0\0\0CT"), "syntax_mismatch"),
        (raw(b"\x08\0\x60\0CS\x02\0CT", syntax=b"1.2.840.10008.1.2\0"), "syntax_mismatch"),
        (raw(b"\x08\0\x60\0CS\x02\0CT", syntax=b"1.2.840.10008.1.2.2\0"), "syntax_mismatch"),
        (raw(b"\x08\0\x60\0CS\x02\0CT", syntax=b"1.2.3.4"), "unsupported_syntax"),
        (raw(b"\x08\0\x60\0CS\x02\0CT", syntax=b""), "no_meta"),
        (raw(b"not deflated at all", syntax=b"1.2.840.10008.1.2.1.99"), "bad_deflate"),
        (b"PK\x03\x04" + bytes(500), "not_dicom"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_its_code(content: bytes, expected: str):
    assert code(content) == expected


def test_thousands_of_nested_sequences_are_refused_not_followed():
    nested = b"\x08\0\x15\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff" * 5000
    assert code(raw(nested)) == "too_deep"
    defined = b""
    for _ in range(100):
        item = b"\xfe\xff\0\xe0" + struct.pack("<I", len(defined)) + defined
        defined = b"\x08\0\x15\x11SQ\0\0" + struct.pack("<I", len(item)) + item
    file = written(ct())
    with pytest.raises(NotDicom) as caught:
        deidentify(_with_first(file, defined), policy=POLICIES["complete"], secret=bytes(32))
    assert caught.value.code == "too_deep"


def _with_first(file: bytes, element: bytes) -> bytes:
    """The element put where its tag belongs, before the patient's group."""
    at = file.index(b"\x10\0\x10\0PN")
    return file[:at] + element + file[at:]


def test_a_deflate_bomb_is_stopped_at_its_ratio():
    packer = zlib.compressobj(9, wbits=-15)
    bomb = packer.compress(bytes(64 << 20)) + packer.flush()
    content = raw(bomb, syntax=DEFLATED.encode())
    assert code(content) == "deflate_bomb"
    assert code(content, limits=Limits(max_inflated=1 << 20)) == "deflate_bomb"


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"Rows": 65535, "Columns": 65535}, "truncated_pixels"),
        ({"Rows": 65535, "Columns": 65535, "NumberOfFrames": "1000000"}, "too_many_pixels"),
        ({"Rows": 0}, "bad_geometry"),
        ({"BitsAllocated": 13}, "bad_geometry"),
        ({"SamplesPerPixel": 7}, "bad_geometry"),
        ({"NumberOfFrames": "1000000000"}, "bad_frames"),
        ({"NumberOfFrames": "-1"}, "bad_frames"),
        ({"NumberOfFrames": "1\\2"}, "bad_frames"),
        ({"NumberOfFrames": "0"}, "bad_frames"),
        ({"NumberOfFrames": "2"}, "truncated_pixels"),
    ],
)
def test_geometry_that_does_not_fit_its_pixels_is_refused_before_decoding(elements: dict[str, Any], expected: str):
    file = written(ct(**elements))
    assert code(file) == expected
    assert read_header(file, pixels=False).modality == "CT"


def test_an_empty_number_of_frames_means_one():
    assert read_header(written(ct(NumberOfFrames=None))).frames == 1


def test_limits_of_size_and_of_elements_hold():
    assert code(PLAIN, limits=Limits(max_bytes=100)) == "too_large"
    assert code(PLAIN, limits=Limits(max_elements=5)) == "too_many_elements"


@pytest.mark.parametrize("start", [128, 132])
def test_only_a_lenient_reading_takes_a_file_without_its_preamble(start: int):
    header = read_header(PLAIN[start:], lenient=True)
    assert header.patient_id == "4711" and header.opened.forgiven == ("not_dicom",)


def test_a_lenient_reading_finds_the_encoding_that_a_file_does_not_say():
    for syntax in (EXPLICIT, IMPLICIT, BIG):
        content = written(ct(), syntax)
        body = content[content.index(b"\0\x08\0" if syntax == BIG else b"\x08\0\x16\0") :]
        assert read_header(body, lenient=True).rows == 8


@pytest.mark.parametrize(
    ("charset", "raw_name", "name"),
    [
        ("ISO_IR 100", "Élodie^Müller".encode("latin-1"), "Élodie^Müller"),
        ("ISO_IR 192", "Élodie^Müller".encode(), "Élodie^Müller"),
        ("ISO_IR 126", "Διονυσιος".encode("iso8859-7"), "Διονυσιος"),
        ("ISO_IR 144", "Люкceмбypг".encode("iso8859-5"), "Люкceмбypг"),
        ("GB18030", "王^小东".encode("gb18030"), "王^小东"),
        ("\\ISO 2022 IR 87", b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B", "Yamada^Tarou=山田^太郎"),
        ("\\ISO 2022 IR 149", b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7", "Hong^Gildong=洪^吉洞"),
        ("ISO 2022 IR 6\\ISO 2022 IR 126\\ISO 2022 IR 144", b"\x1b-F\xc4\xe9\xef=\x1b-L\xbb\xee", "Διο=Лю"),
        ("ISO_IR 192", b"M\xfcller", "Müller"),
        ("NO SUCH SET", b"M\xfcller", "Müller"),
    ],
)
def test_names_are_read_in_their_declared_character_set(charset: str, raw_name: bytes, name: str):
    elements = [
        struct.pack("<HH2sH", 8, 5, b"CS", len(charset) + len(charset) % 2)
        + charset.encode()
        + b" " * (len(charset) % 2),
        struct.pack("<HH2sH", 0x10, 0x10, b"PN", len(raw_name) + len(raw_name) % 2)
        + raw_name
        + b" " * (len(raw_name) % 2),
    ]
    assert read_header(raw(*elements)).patient_name == name


def test_dicom_json_says_what_pydicom_says():
    nested = Dataset()
    nested.CodeValue, nested.CodeMeaning = "T-D0050", "Gewebe"
    file = ct(
        AnatomicRegionSequence=[nested], PixelSpacing=["0.5", "0.25"], InstanceNumber="7", WindowCenter="40.5",
        OtherPatientNames=["CURIE^Eve", "CURIE^Irene"], FrameIncrementPointer=0x00181063, ImageOrientationPatient=["1", "0", "0", "0", "1", "0"],
    )  # fmt: skip
    content = written(file)
    said = dicom_json(content, bulk="/image")
    expected = dcmread(BytesIO(content)).to_json_dict(100, lambda element: "/image/7FE00010")
    assert {tag: one for tag, one in said.items() if tag != "7FE00010"} == {
        tag: one for tag, one in expected.items() if tag != "7FE00010"
    }
    assert said["7FE00010"] == {"vr": "OW", "BulkDataURI": "/image/7FE00010"}
    assert said["00100010"]["Value"] == [{"Alphabetic": "CURIE^Marie"}]


@given(st.lists(st.tuples(st.integers(132, len(PLAIN) - 129), st.integers(0, 255)), max_size=12), st.integers(0, 300))
def test_damaged_bytes_are_read_or_refused_and_nothing_else(changes: list[tuple[int, int]], cut: int):
    damaged = bytearray(PLAIN)
    for at, value in changes:
        damaged[at] = value
    content = bytes(damaged[: len(damaged) - cut if cut > 150 else len(damaged)])
    for lenient in (False, True):
        try:
            header = read_header(content, lenient=lenient)
            assert isinstance(dicom_json(header), dict)
            deidentify(content, policy=POLICIES["longitudinal"], secret=bytes(32), lenient=lenient)
        except NotDicom as refused:
            assert refused.code


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes):
    for file in (content, raw(content), raw(content, syntax=b"1.2.840.10008.1.2\0")):
        try:
            deidentify(file, policy=POLICIES["longitudinal"], secret=bytes(32), lenient=True)
        except NotDicom as refused:
            assert refused.code
