"""Quantities to brightness of 8 bits (PS3.3 C.11.2.1.2), by a table of all cells where samples have at most 16 bits."""

from functools import lru_cache

import numpy as np

from .grey import Greys, Scale, Table, Window
from .layout import Array, Layout
from .samples import numbers

WHITE = 255.0
LOW, HIGH = 0.005, 0.995
"""Shares of the samples left darker than black and lighter than white when nothing says how to window."""
Look = Window | Table


def brightness(values: Array, look: Look) -> Array:
    """0 to 255, as float64 and not rounded."""
    if isinstance(look, Table):
        return look.of(values) * (WHITE / look.top)
    center, width = look.center, look.width
    if look.function == "SIGMOID":
        return WHITE / (1 + np.exp(np.clip(-4 * (values - center) / width, -700, 700)))
    if look.function == "LINEAR_EXACT":
        return np.clip(((values - center) / width + 0.5) * WHITE, 0, WHITE)
    if width == 1:  # a step: above centre - 0.5 all is white
        return np.where(values > center - 0.5, WHITE, 0.0)
    return np.clip(((values - (center - 0.5)) / (width - 1) + 0.5) * WHITE, 0, WHITE)


def drawn(cells: Array, layout: Layout, greys: Greys, look: Look, *, invert: bool = False) -> Array:
    """(rows, columns) uint8; samples that are padding are black, whatever is inverted."""
    inverse = greys.inverse != invert
    if layout.floating or layout.bits_allocated > 16:
        return _shade(numbers(cells, layout), greys.scale, greys.padding, look, inverse=inverse)
    table = _table(_cell_bits(layout), layout, greys.scale, greys.padding, look, inverse)
    return np.take(table, cells)


def automatic(cells: Array, layout: Layout, greys: Greys) -> Window:
    """From dark to light over nearly all samples that are finite and no padding."""
    if layout.bits_stored <= 8 and not layout.signed:
        return _whole_range(layout, greys)
    samples, counts = _counted(cells, layout, greys)
    values = greys.scale.of(samples)
    if not values.size:
        return Window(0, 1, "LINEAR_EXACT", "auto")
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(counts[order]) / counts.sum()
    low, high = (float(values[order][np.searchsorted(reached, share)]) for share in (LOW, HIGH))
    if low == high:
        low, high = float(values.min()), float(values.max())
    return Window((low + high) / 2, (high - low) or 1.0, "LINEAR_EXACT", "auto")


def _whole_range(layout: Layout, greys: Greys) -> Window:
    """Samples of up to 8 bits are brightness already: none of them is moved."""
    ends = greys.scale.of(np.array([0, (1 << layout.bits_stored) - 1]))
    low, high = float(ends.min()), float(ends.max())
    return Window((low + high) / 2, (high - low) or 1.0, "LINEAR_EXACT", "auto")


def _counted(cells: Array, layout: Layout, greys: Greys) -> tuple[Array, Array]:
    """Samples that occur and how often; of long ones, a part."""
    if layout.floating or layout.bits_allocated > 16:
        samples, counts = np.unique(numbers(cells, layout).ravel()[:: max(1, cells.size >> 20)], return_counts=True)
    else:
        tally = np.bincount(cells.ravel(), minlength=1)
        found = np.flatnonzero(tally)
        samples, counts = numbers(found.astype(cells.dtype), layout), tally[found]
    keep = np.isfinite(samples)
    if greys.padding is not None:
        keep &= (samples < greys.padding[0]) | (samples > greys.padding[1])
    return samples[keep], counts[keep]


def _cell_bits(layout: Layout) -> int:
    return max(layout.bits_allocated, 8)


@lru_cache(maxsize=16)
def _table(
    bits: int, layout: Layout, scale: Scale, padding: tuple[float, float] | None, look: Look, inverse: bool
) -> Array:
    """The brightness of every cell: slices of a series share it."""
    cells = np.arange(1 << bits, dtype=np.uint32).astype(layout.cell)
    return _shade(numbers(cells, layout), scale, padding, look, inverse=inverse)


def _shade(samples: Array, scale: Scale, padding: tuple[float, float] | None, look: Look, *, inverse: bool) -> Array:
    light = brightness(scale.of(samples), look)
    light = np.nan_to_num(light, copy=False, nan=0.0, posinf=WHITE, neginf=0.0)
    eight = np.rint(WHITE - light if inverse else light).astype(np.uint8)
    if padding is not None:
        eight[(samples >= padding[0]) & (samples <= padding[1])] = 0
    return eight
