"""Explicit VR big endian (retired) to little endian: heads, lengths and values swapped by VR, pixels included."""

from struct import Struct

import numpy as np

from .limits import Limits
from .refusals import NotDicom
from .tags import ITEM, ITEM_END, PIXELS, SEQUENCE_END
from .walk import LONG_VRS, SHORT_VRS, UNDEFINED

_HEAD = Struct(">HH2sH")
_LENGTH = Struct(">I")
_WIDTHS = {
    b"AT": 2, b"OW": 2, b"SS": 2, b"US": 2,
    b"FL": 4, b"OF": 4, b"OL": 4, b"SL": 4, b"UL": 4,
    b"FD": 8, b"OD": 8, b"OV": 8, b"SV": 8, b"UV": 8,
}  # fmt: skip
_SHORT_OUT = Struct("<HH2sH")
_LONG_OUT = Struct("<HH2sHI")
_ITEM_OUT = Struct("<HHI")


def to_little_endian(content: bytes, start: int, limits: Limits) -> bytes:
    """The data set that begins at `start`, as explicit VR little endian."""
    turned = _Turned(content, limits)
    turned.data_set(start, len(content), 0, delimited=False)
    return b"".join(turned.out)


class _Turned:
    """One conversion: what is read, what is written."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.data = data
        self.limits = limits
        self.left = limits.max_elements
        self.out: list[bytes] = []

    def data_set(self, at: int, end: int, depth: int, *, delimited: bool) -> int:
        """Elements up to `end`, or up to the delimiter of an item; returns where reading stopped."""
        if depth > self.limits.max_depth:
            raise NotDicom("too_deep", at)
        while at < end:
            group, element, vr, length = self._head(at, end)
            if group == 0xFFFE:
                if delimited and group << 16 | element == ITEM_END:
                    return at + 8
                raise NotDicom("bad_item", at)
            at = self._element((group, element, vr, length), at + (12 if vr in LONG_VRS else 8), end, depth)
        if delimited:
            raise NotDicom("truncated", at)
        return at

    def _head(self, at: int, end: int) -> tuple[int, int, bytes, int]:
        if at + 8 > end:
            raise NotDicom("truncated", at)
        self.left -= 1
        if self.left < 0:
            raise NotDicom("too_many_elements", at)
        group, element, vr, length = _HEAD.unpack_from(self.data, at)
        if group == 0xFFFE or vr in SHORT_VRS:
            return group, element, vr, length
        if vr not in LONG_VRS:
            raise NotDicom("syntax_mismatch", at)
        if at + 12 > end:
            raise NotDicom("truncated", at)
        return group, element, vr, _LENGTH.unpack_from(self.data, at + 8)[0]

    def _element(self, head: tuple[int, int, bytes, int], start: int, end: int, depth: int) -> int:
        group, element, vr, length = head
        if length != UNDEFINED and start + length > end:
            pixels = group << 16 | element == PIXELS and end == len(self.data)
            raise NotDicom("truncated_pixels" if pixels else "bad_length", start)
        if vr == b"SQ" or length == UNDEFINED:
            if vr not in (b"SQ", b"UN"):
                raise NotDicom("bad_length", start)
            self.out.append(_LONG_OUT.pack(group, element, b"SQ", 0, UNDEFINED))
            stop = end if length == UNDEFINED else start + length
            return self._items(start, stop, depth + 1, delimited=length == UNDEFINED)
        if vr in LONG_VRS:
            self.out.append(_LONG_OUT.pack(group, element, vr, 0, length))
        else:
            self.out.append(_SHORT_OUT.pack(group, element, vr, length))
        self.out.append(_turned(self.data[start : start + length], vr, start))
        return start + length

    def _items(self, at: int, end: int, depth: int, *, delimited: bool) -> int:
        while at < end or delimited:
            if at + 8 > end:
                raise NotDicom("truncated", at)
            group, element, _, _ = _HEAD.unpack_from(self.data, at)
            length, tag, at = _LENGTH.unpack_from(self.data, at + 4)[0], group << 16 | element, at + 8
            if tag == SEQUENCE_END and delimited:
                break
            if tag != ITEM:
                raise NotDicom("bad_item", at)
            if length != UNDEFINED and at + length > end:
                raise NotDicom("bad_length", at)
            self.out.append(_ITEM_OUT.pack(0xFFFE, 0xE000, UNDEFINED))
            stop = end if length == UNDEFINED else at + length
            at = self.data_set(at, stop, depth, delimited=length == UNDEFINED)
            self.out.append(_ITEM_OUT.pack(0xFFFE, 0xE00D, 0))
        self.out.append(_ITEM_OUT.pack(0xFFFE, 0xE0DD, 0))
        return at


def _turned(value: bytes, vr: bytes, at: int) -> bytes:
    width = _WIDTHS.get(vr, 1)
    if len(value) % width:
        raise NotDicom("bad_length", at)
    return value if width == 1 else np.frombuffer(value, f">u{width}").astype(f"<u{width}").tobytes()
