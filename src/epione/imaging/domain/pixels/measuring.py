"""Quantities of a part of a frame, and the distance of its pixels."""

import math
from typing import Any

import numpy as np

from .faults import PixelFault
from .grey import Greys, Said
from .layout import Array, Layout
from .samples import numbers

PIXEL_MEASURES, PIXEL_SPACING = 0x00289110, 0x00280030


def spacing_of(said: Said) -> list[float] | None:
    """Millimetres between rows and between columns, None when the header does not say."""
    stated = said.group(PIXEL_MEASURES).numbers(PIXEL_SPACING)
    return [stated[0], stated[1]] if len(stated) == 2 and min(stated) > 0 else None


def counted_in(
    cells: Array, layout: Layout, greys: Greys, box: tuple[float, float, float, float], *, ellipse: bool
) -> dict[str, Any]:
    """Count, mean, deviation, lowest and highest quantity of the pixels whose centre lies in a box or its ellipse.

    Padding and what is no number are left out; without any pixel the figures are None.
    """
    if not layout.grey:
        raise PixelFault("unsupported_pixels")
    samples = numbers(cells, layout)[_inside(cells.shape, box, ellipse=ellipse)]
    if greys.padding is not None:
        samples = samples[(samples < greys.padding[0]) | (samples > greys.padding[1])]
    values = greys.scale.of(samples)
    values = values[np.isfinite(values)]
    if not values.size:
        return {"count": 0, "mean": None, "deviation": None, "lowest": None, "highest": None}
    return {
        "count": int(values.size),
        "mean": float(values.mean()),
        "deviation": float(values.std()),
        "lowest": float(values.min()),
        "highest": float(values.max()),
    }


def _inside(shape: tuple[int, ...], box: tuple[float, float, float, float], *, ellipse: bool) -> Array:
    if not all(math.isfinite(edge) for edge in box):
        raise PixelFault("bad_view")
    left, right = sorted((box[0], box[2]))
    top, bottom = sorted((box[1], box[3]))
    across, down = np.arange(shape[1]) + 0.5, (np.arange(shape[0]) + 0.5)[:, None]
    if not ellipse or right == left or bottom == top:
        return (across >= left) & (across < right) & (down >= top) & (down < bottom)
    x, y = (across - (left + right) / 2) / (right - left), (down - (top + bottom) / 2) / (bottom - top)
    return np.asarray(x * x + y * y <= 0.25)
