"""Broken and hostile DICOM files, byte by byte where no library would write them."""

import struct
import zlib
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pydicom.encaps import encapsulate

from .synthetic import encoded, image

EXPLICIT, IMPLICIT = b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2\0"
DEFLATED, BIG_ENDIAN = b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2.2\0"
JPEG_2000, JPEG, RLE = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.5"
LONG = frozenset({b"OB", b"OW", b"SQ", b"UN", b"UT", b"UC"})
OPEN_ITEM = b"\xfe\xff\0\xe0\xff\xff\xff\xff"
PIXELS = b"\xe0\x7f\x10\0OW\0\0"


def element(tag: int, vr: bytes, value: bytes, length: int | None = None) -> bytes:
    """An explicit little endian element; `length` is what it states, if not the truth."""
    value += (b"\0" if vr in (b"UI", b"OB", b"UN") else b" ") * (len(value) % 2)
    stated = len(value) if length is None else length
    head = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, vr)
    return head + (struct.pack("<HI", 0, stated) if vr in LONG else struct.pack("<H", stated)) + value


def part10(*elements: bytes, syntax: bytes = EXPLICIT, preamble: bytes = bytes(128)) -> bytes:
    """A file of these elements under a syntax."""
    meta = element(0x00020010, b"UI", syntax) if syntax else b""
    return preamble + b"DICM" + element(0x00020000, b"UL", struct.pack("<I", len(meta))) + meta + b"".join(elements)


def body_of(file: bytes) -> bytes:
    """The data set of a file, without preamble and meta information."""
    return file[file.index(b"\x08\0\x05\0CS") :]


def with_element(added: bytes, before: bytes = b"\x10\0\x10\0PN", **changes: Any) -> bytes:
    """A good CT slice with an element put before another one (by default the patient's name)."""
    file = encoded(image(**changes))
    at = file.index(before)
    return file[:at] + added + file[at:]


def nested(levels: int) -> bytes:
    """Sequences within sequences, none of them closed."""
    return with_element((element(0x00081115, b"SQ", b"", 0xFFFFFFFF) + OPEN_ITEM) * levels)


def deflate_bomb(size: int = 256 << 20) -> bytes:
    """A quarter of a megabyte that inflates to as much as `size`."""
    packer = zlib.compressobj(9, wbits=-15)
    head = element(0x00080060, b"CS", b"CT") + element(0x00204000, b"UT", b"", size)
    pieces = [packer.compress(head), *(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)), packer.flush()]
    return part10(b"".join(pieces), syntax=DEFLATED)


def encapsulated(syntax: str, frames: list[bytes], **changes: Any) -> bytes:
    """A slice whose pixels are these compressed frames, whatever the header says of them."""
    made = image(**changes)
    made.file_meta.TransferSyntaxUID = syntax
    made.PixelData = encapsulate(frames) if frames else b""
    made["PixelData"].VR, made["PixelData"].is_undefined_length = "OB", True
    return encoded(made)


def raw_fragments(syntax: str, fragments: bytes) -> bytes:
    """A slice whose encapsulated pixels are these bytes, items and all."""
    file = encapsulated(syntax, [b"\xff\xd8\xff\xd9"])
    at = file.index(b"\xe0\x7f\x10\0OB\0\0") + 12
    return file[:at] + fragments


def fragment(value: bytes, length: int | None = None) -> bytes:
    """One item of encapsulated pixels."""
    return b"\xfe\xff\0\xe0" + struct.pack("<I", len(value) if length is None else length) + value


DELIMITER = b"\xfe\xff\xdd\xe0\0\0\0\0"


def codestream_of(width: int, height: int, tile: int) -> bytes:
    """The head of a JPEG 2000 picture that states this size and tiles (ITU-T T.800 A.5.1), and nothing of it."""
    size = struct.pack(">HIIIIIIIIH", 0, width, height, 0, 0, tile, tile, 0, 0, 1) + bytes([11, 1, 1])
    coding = bytes([0, 0, 0, 1, 0, 5, 4, 4, 0, 1])
    quantised = bytes([0x40, *[0x40] * 16])
    parts = [(0x51, size), (0x52, coding), (0x5C, quantised)]
    body = b"".join(bytes([0xFF, mark]) + struct.pack(">H", len(part) + 2) + part for mark, part in parts)
    tiles = b"".join(b"\xff\x90\0\x0a" + struct.pack(">HIBB", n, 14, 0, 1) + b"\xff\x93" for n in range(3))
    return b"\xff\x4f" + body + tiles + b"\xff\xd9"


def zipped(files: dict[str, bytes]) -> bytes:
    """An archive of these files."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def zipped_link(target: str) -> bytes:
    """An archive whose only member is a symbolic link."""
    out, info = BytesIO(), ZipInfo("link.dcm")
    info.external_attr = 0o120777 << 16
    with ZipFile(out, "w") as archive:
        archive.writestr(info, target)
    return out.getvalue()
