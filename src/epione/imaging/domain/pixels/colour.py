"""Colours to RGB of 8 bits."""

import numpy as np

from .faults import PixelFault
from .layout import Array, Layout

YBR = frozenset({"YBR_FULL", "YBR_FULL_422"})
DECODED = frozenset({"RGB", "YBR_RCT", "YBR_ICT"})  # the decoder of JPEG 2000 has undone the last two
# R, G and B of Y, CB - 128, CR - 128 (PS3.3 C.7.6.3.1.2).
_FROM_YBR = np.array([[1, 0, 1.402], [1, -0.344136, -0.714136], [1, 1.772, 0]], np.float32)


def to_rgb(samples: Array, layout: Layout) -> Array:
    """(rows, columns, 3) uint8. Raises PixelFault for other colour models."""
    if samples.shape[-1] != 3 or layout.signed or layout.floating:
        raise PixelFault("unsupported_pixels")
    eight = eight_bits(samples, layout.bits_stored)
    if layout.photometric in YBR:
        return from_ybr(eight)
    if layout.photometric in DECODED:
        return eight
    raise PixelFault("unsupported_pixels")


def from_ybr(samples: Array) -> Array:
    """Full-range YCbCr of ITU-R BT.601 to RGB, rounded to the nearest."""
    moved = samples.astype(np.float32)
    moved[..., 1:] -= 128
    rgb = moved @ _FROM_YBR.T
    return np.clip(np.rint(rgb, out=rgb), 0, 255, out=rgb).astype(np.uint8)


def eight_bits(samples: Array, bits: int) -> Array:
    """Samples of `bits` bits spread over 0 to 255."""
    if bits == 8:
        return samples.astype(np.uint8, copy=False)
    scaled = samples.astype(np.float64) * (255 / ((1 << bits) - 1))
    return np.rint(scaled).astype(np.uint8)
