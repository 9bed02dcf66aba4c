"""RLE Lossless (PS3.5 annex G): byte planes packed by runs."""

from struct import unpack_from

import numpy as np

from .faults import PixelFault
from .layout import Array, Layout

HEADER = 64
MOST_SEGMENTS = 15


def unpacked(stream: bytes, layout: Layout) -> Array:
    """Cells of a frame, (rows, columns) or (rows, columns, samples). Raises PixelFault."""
    width = max(layout.bits_allocated, 8) // 8
    size = (layout.rows * layout.columns * min(layout.bits_allocated, 8) + 7) // 8
    starts = _starts(stream, width * layout.samples)
    planes = [
        np.frombuffer(_segment(stream[start:end], size), np.uint8)
        for start, end in zip(starts, [*starts[1:], len(stream)], strict=True)
    ]
    shape = (layout.rows, layout.columns)
    if layout.bits_allocated == 1:
        return np.unpackbits(planes[0], bitorder="little")[: shape[0] * shape[1]].reshape(shape)
    cells = np.empty((*shape, layout.samples, width), np.uint8)
    for index, plane in enumerate(planes):
        sample, byte = divmod(index, width)
        cells[:, :, sample, width - 1 - byte] = plane.reshape(shape)
    whole = cells.view(layout.cell)[..., 0]
    return whole[..., 0] if layout.samples == 1 else whole


def _starts(stream: bytes, expected: int) -> list[int]:
    if len(stream) < HEADER:
        raise PixelFault("truncated_pixels")
    count, *starts = unpack_from("<16I", stream)
    if count != expected or count > MOST_SEGMENTS:
        raise PixelFault("corrupt_pixels")
    used = list(starts[:count])
    if used[0] < HEADER or sorted(set(used)) != used or used[-1] >= len(stream):
        raise PixelFault("corrupt_pixels")
    return used


def _segment(packed: bytes, size: int) -> bytes:
    """At most `size` bytes are unpacked; fewer means that the frame is cut."""
    out = bytearray()
    at, end = 0, len(packed) - 1
    while at < end and len(out) < size:
        head = packed[at]
        if head < 128:
            out += packed[at + 1 : at + 2 + head]
            at += head + 2
        elif head > 128:
            out += packed[at + 1 : at + 2] * (257 - head)
            at += 2
        else:
            at += 1
    if len(out) < size:
        raise PixelFault("truncated_pixels")
    return bytes(out[:size])
