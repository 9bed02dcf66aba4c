"""Portions of an object for those who retrieve it: frames as the header describes them, values by their path."""

import re
from collections.abc import Sequence

from epione.imaging.domain.dicom import Header
from epione.imaging.domain.dicom.header import DataSet
from epione.imaging.domain.dicom.walk import UNDEFINED
from epione.imaging.domain.pixels import PixelFault, layout_of
from epione.imaging.domain.pixels.encapsulated import frame_bytes

from . import native_bytes

_TAG, _ITEM = re.compile(r"[0-9A-Fa-f]{8}"), re.compile(r"\d{1,6}")


def frames_as_they_lie(header: Header, numbers: Sequence[int], *, compressed: bool) -> list[bytes]:
    """Frames counted from 1. Native ones lie as the header says (planes, colour model); decoded ones by pixel.

    Raises PixelFault (no_such_frame, truncated_pixels, corrupt_pixels, unsupported_syntax).
    """
    layout = layout_of(header)
    if any(not 1 <= number <= layout.frames for number in numbers):
        raise PixelFault("no_such_frame")
    if header.compressed:
        if compressed:
            return [frame_bytes(header, number - 1, layout.frames) for number in numbers]
    elif not layout.frame_bits % 8:
        start, size = header.pixel_offset or 0, layout.frame_bits // 8
        return [bytes(header.data[start + (number - 1) * size : start + number * size]) for number in numbers]
    return [native_bytes(header, layout, number - 1)[0] for number in numbers]


def element_at(header: Header, path: str) -> bytes:
    """The bytes of a value; the pixels of a compressed object are retrieved as frames. Raises PixelFault (no_value)."""
    steps = path.split("/")
    data_set: DataSet = header
    while len(steps) > 2:
        data_set = _item(data_set, steps.pop(0), steps.pop(0))
    if len(steps) != 1 or not _TAG.fullmatch(steps[0]):
        raise PixelFault("no_value")
    tag = int(steps[0], 16)
    if tag not in data_set or data_set.elements[tag][3] == UNDEFINED:
        raise PixelFault("no_value")
    return data_set.raw(tag)


def _item(data_set: DataSet, tag: str, number: str) -> DataSet:
    if not _TAG.fullmatch(tag) or not _ITEM.fullmatch(number):
        raise PixelFault("no_value")
    items = data_set.items(int(tag, 16))
    if int(number) >= len(items):
        raise PixelFault("no_value")
    return items[int(number)]
