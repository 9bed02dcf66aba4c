"""Comments inside compressed images: JPEG COM and APPn segments, JPEG 2000 COM, blanked in place so that nothing moves.

Segments: ITU-T T.81 B.1.1 and B.2.4, ITU-T T.87 C.1, ITU-T T.800 A.9.2.
"""

from collections.abc import Iterator
from struct import Struct

_LENGTH = Struct(">H")
_START, _SCAN, _END = 0xD8, 0xDA, 0xD9
_COMMENT = 0xFE
_J2K_START, _J2K_COMMENT, _J2K_TILE = b"\xff\x4f", 0x64, 0x90
_MOST_SEGMENTS = 4096
#: Segments that decoders need: JFIF, SPIFF or HP of JPEG-LS, Adobe. (marker, what the segment begins with)
_NEEDED = {0xE0: b"JFIF\0", 0xE8: b"", 0xEE: b"Adobe"}


def commented(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(begin, end) of each run of bytes to blank in one fragment of a compressed image."""
    if data[start : start + 2] == _J2K_START:
        for marker, begin, stop in _segments(data, start + 2, end, _J2K_TILE):
            if marker == _J2K_COMMENT:
                yield min(begin + 2, stop), stop
    elif data[start : start + 2] == b"\xff\xd8":
        for marker, begin, stop in _segments(data, start + 2, end, _SCAN):
            needed = _NEEDED.get(marker)
            application = 0xE0 <= marker <= 0xEF and (needed is None or data[begin : begin + len(needed)] != needed)
            if marker == _COMMENT or application:
                yield begin, stop


def _segments(data: bytes, at: int, end: int, last: int) -> Iterator[tuple[int, int, int]]:
    """(marker, first byte of the payload, its end) up to the marker after which image data come."""
    for _ in range(_MOST_SEGMENTS):
        if at + 4 > end or data[at] != 0xFF:
            return
        marker = data[at + 1]
        if marker in (last, _END):
            return
        if marker == 0xFF:
            at += 1
            continue
        stop = min(at + 2 + max(2, _LENGTH.unpack_from(data, at + 2)[0]), end)
        yield marker, at + 4, stop
        at = stop
