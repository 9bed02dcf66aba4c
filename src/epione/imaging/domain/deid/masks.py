"""Rectangles of native pixels painted black, and the rectangles that an ultrasound image asks for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from epione.imaging.domain.dicom import Geometry, Header, NotDicom

_REGIONS = 0x00186011
_EDGES = (0x00186018, 0x0018601A, 0x0018601C, 0x0018601E)


@dataclass(frozen=True, slots=True)
class Rect:
    """A region in pixels of every frame: left column, top row, width, height."""

    x: int
    y: int
    width: int
    height: int


def masked(native: bytes, geometry: Geometry, rects: Sequence[Rect], *, fill: int = 0) -> bytes:
    """The pixels of all frames with the regions filled. Raises NotDicom bad_mask outside the image."""
    if geometry.bits_allocated < 8 or geometry.halved:
        raise NotDicom("compressed_pixels")
    pixels = np.frombuffer(native, f"<u{geometry.bits_allocated // 8}", geometry.size * 8 // geometry.bits_allocated)
    shape: tuple[int, ...] = (geometry.frames, geometry.rows, geometry.columns, geometry.samples)
    if geometry.planar and geometry.samples > 1:
        shape = (geometry.frames * geometry.samples, geometry.rows, geometry.columns, 1)
    image = pixels.reshape(shape).copy()
    for rect in rects:
        _within(rect, geometry)
        image[:, rect.y : rect.y + rect.height, rect.x : rect.x + rect.width, :] = fill
    return image.tobytes()


def _within(rect: Rect, geometry: Geometry) -> None:
    inside = rect.x >= 0 and rect.y >= 0 and rect.width > 0 and rect.height > 0
    if not inside or rect.x + rect.width > geometry.columns or rect.y + rect.height > geometry.rows:
        raise NotDicom("bad_mask")


def outside_regions(header: Header) -> tuple[Rect, ...]:
    """What lies outside the calibrated regions of an ultrasound image (PS3.3 C.8.5.5), as up to four rectangles.

    Machines write names, dates and institutions there. () when the image declares no region.
    """
    rows, columns = header.rows or 0, header.columns or 0
    boxes = [tuple(item.integer(tag, -1) or 0 for tag in _EDGES) for item in header.items(_REGIONS)]
    boxes = [box for box in boxes if 0 <= box[0] < box[2] < columns and 0 <= box[1] < box[3] < rows]
    if not boxes:
        return ()
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[2] for box in boxes) + 1, max(box[3] for box in boxes) + 1
    strips = (
        Rect(0, 0, columns, top),
        Rect(0, bottom, columns, rows - bottom),
        Rect(0, top, left, bottom - top),
        Rect(right, top, columns - right, bottom - top),
    )
    return tuple(strip for strip in strips if strip.width > 0 and strip.height > 0)
