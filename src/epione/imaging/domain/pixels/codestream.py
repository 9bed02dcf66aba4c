"""What compressed images say of themselves at their head, read before any decoder sees them.

JPEG: ISO/IEC 10918-1 B.2.2; JPEG-LS: ISO/IEC 14495-1 C.2.2; JPEG 2000: ISO/IEC 15444-1 A.5.1.
"""

from dataclasses import dataclass
from struct import Struct

from .faults import PixelFault

_SIZE = Struct(">BHHB")
_SIZ = Struct(">HIIIIIIIIH")
_STANDALONE = {0x01, *range(0xD0, 0xDA)}
_NOT_FRAMES = {0xC4, 0xC8, 0xCC}
JPEG_LS = 0xF7
MAX_TILES = 65_535


@dataclass(frozen=True, slots=True)
class Stated:
    """Size of the image, samples per pixel, bits per sample."""

    rows: int
    columns: int
    samples: int
    bits: int


def stated(stream: bytes) -> Stated:
    """What a JPEG, JPEG-LS or JPEG 2000 stream announces. Raises PixelFault (corrupt_pixels)."""
    if stream[:4] == b"\xff\x4f\xff\x51":
        return _jpeg_2000(stream, 4)
    if stream[:2] == b"\xff\xd8":
        return _jpeg(stream)
    if stream[4:8] == b"jP  ":
        start = stream.find(b"\xff\x4f\xff\x51", 0, 65_536)
        if start > 0:
            return _jpeg_2000(stream, start + 4)
    raise PixelFault("corrupt_pixels")


def _jpeg(stream: bytes) -> Stated:
    at, end = 2, len(stream)
    while at + 4 <= end and stream[at] == 0xFF:
        marker = stream[at + 1]
        if marker == 0xFF or marker in _STANDALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if at + 10 <= end and (marker == JPEG_LS or (0xC0 <= marker <= 0xCF and marker not in _NOT_FRAMES)):
            bits, rows, columns, samples = _SIZE.unpack_from(stream, at + 4)
            return Stated(rows, columns, samples, bits)
        at += 2 + (stream[at + 2] << 8 | stream[at + 3])
    raise PixelFault("corrupt_pixels")


def _jpeg_2000(stream: bytes, at: int) -> Stated:
    if len(stream) < at + 2 + _SIZ.size + 1:
        raise PixelFault("corrupt_pixels")
    _, right, bottom, left, top, across, down, tile_left, tile_top, samples = _SIZ.unpack_from(stream, at + 2)
    columns, rows = right - left, bottom - top
    if min(columns, rows, across, down) < 1 or tile_left > left or tile_top > top:
        raise PixelFault("corrupt_pixels")
    if -(-(right - tile_left) // across) * -(-(bottom - tile_top) // down) > MAX_TILES:
        raise PixelFault("corrupt_pixels")
    return Stated(rows, columns, samples, (stream[at + 2 + _SIZ.size] & 0x7F) + 1)
