"""Bytes of native frames to cells, and cells to numbers."""

import numpy as np

from .faults import PixelFault
from .layout import Array, Layout


def native_cells(data: bytes | memoryview, offset: int, layout: Layout, number: int) -> Array:
    """Cells of one native frame: (rows, columns), or (rows, columns, samples) whatever the planar configuration.

    Nothing is copied where the bytes already lie so. `offset` is the first byte of the pixel data.
    """
    if layout.bits_allocated == 1:
        return _bits(data, offset, layout, number)
    size = layout.frame_bits // 8
    start = offset + number * size
    if start + size > len(data):
        raise PixelFault("truncated_pixels")
    flat = np.frombuffer(data, layout.cell, size // layout.cell.itemsize, start)
    return shaped(flat, layout)


def shaped(flat: Array, layout: Layout) -> Array:
    """A frame's cells in the order of the file, as rows and columns."""
    if layout.halved:
        return _doubled(flat, layout)
    if layout.samples == 1:
        return flat.reshape(layout.rows, layout.columns)
    if layout.planar:
        return np.moveaxis(flat.reshape(layout.samples, layout.rows, layout.columns), 0, -1)
    return flat.reshape(layout.rows, layout.columns, layout.samples)


def numbers(cells: Array, layout: Layout) -> Array:
    """The samples themselves: bits beside the stored ones are taken off, signs are extended."""
    if layout.floating:
        return cells
    if layout.bits_stored == layout.bits_allocated and not layout.signed:
        return cells
    width = cells.dtype.itemsize * 8
    left, right = width - layout.shift - layout.bits_stored, width - layout.bits_stored
    kind = cells.dtype.str.replace("u", "i") if layout.signed else cells.dtype
    return (cells << left).view(kind) >> right


def _bits(data: bytes | memoryview, offset: int, layout: Layout, number: int) -> Array:
    """Single bits, lowest first; frames follow each other without padding (PS3.5 8.1.1)."""
    count = layout.rows * layout.columns
    first, skipped = divmod(number * count, 8)
    needed = (skipped + count + 7) // 8
    if offset + first + needed > len(data):
        raise PixelFault("truncated_pixels")
    packed = np.frombuffer(data, np.uint8, needed, offset + first)
    bits = np.unpackbits(packed, bitorder="little")[skipped : skipped + count]
    return bits.reshape(layout.rows, layout.columns)


def _doubled(flat: Array, layout: Layout) -> Array:
    """YBR_FULL_422: Y1 Y2 CB CR for each pair of pixels (PS3.3 C.7.6.3.1.2)."""
    if layout.columns % 2:
        raise PixelFault("unsupported_pixels")
    pairs = flat.reshape(layout.rows, layout.columns // 2, 4)
    cells = np.empty((layout.rows, layout.columns, 3), flat.dtype)
    cells[..., 0] = pairs[..., :2].reshape(layout.rows, layout.columns)
    cells[..., 1:] = np.repeat(pairs[..., 2:], 2, axis=1)
    return cells
