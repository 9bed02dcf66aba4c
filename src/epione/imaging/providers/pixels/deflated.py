"""Deflated Image Frame Compression (PS3.5 A.4.12): each frame a raw Deflate stream of its native bytes."""

import zlib
from dataclasses import replace

import numpy as np

from epione.imaging.domain.pixels.faults import PixelFault
from epione.imaging.domain.pixels.layout import Layout
from epione.imaging.domain.pixels.samples import native_cells

from .base import Decoded

NAME = "zlib"
SYNTAXES = frozenset({"1.2.840.10008.1.2.8.1"})


def available() -> bool:
    """Always."""
    return True


def decode(stream: bytes, layout: Layout, _syntax: str) -> Decoded:
    """Never inflates beyond the frame that the header announces."""
    size = (layout.frame_bits + 7) // 8
    try:
        native = zlib.decompressobj(-zlib.MAX_WBITS).decompress(stream, size)
    except zlib.error as fault:
        raise PixelFault("corrupt_pixels") from fault
    if len(native) < size:
        raise PixelFault("truncated_pixels")
    return np.array(native_cells(native, 0, layout, 0)), replace(layout, planar=False)
