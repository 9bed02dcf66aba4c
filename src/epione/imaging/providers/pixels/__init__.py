"""Decoding of frames, one at a time: each library has its file; which are installed is asked when needed."""

from dataclasses import replace

import numpy as np

from epione.imaging.domain.dicom import Header
from epione.imaging.domain.pixels.encapsulated import frame_bytes
from epione.imaging.domain.pixels.faults import PixelFault
from epione.imaging.domain.pixels.layout import Layout
from epione.imaging.domain.pixels.samples import native_cells

from . import deflated, gdcm, jpegls, openjpeg, pillow, rle
from .base import Decoded, Decoder
from .encoding import jpeg as jpeg

DECODERS: tuple[Decoder, ...] = (rle, deflated, pillow, gdcm, jpegls, openjpeg)
"""In order of preference: of several that know a syntax, the first that takes the stream."""


def decoded(header: Header, layout: Layout, number: int) -> Decoded:
    """Cells of the frame `number`, counted from 0, and how they lie (colours may have become RGB).

    Raises PixelFault: unsupported_syntax, corrupt_pixels, truncated_pixels, bad_geometry.
    """
    if not header.compressed:
        cells = native_cells(header.data, header.pixel_offset or 0, layout, number)
        return cells, replace(layout, photometric="YBR_FULL") if layout.halved else layout
    stream, syntax = frame_bytes(header, number, layout.frames), header.transfer_syntax
    fault = PixelFault("unsupported_syntax")
    for decoder in DECODERS:
        if syntax not in decoder.SYNTAXES or not decoder.available():
            continue
        try:
            found: Decoded = decoder.decode(stream, layout, syntax)
        except PixelFault as refusal:
            fault = refusal
        else:
            return found
    raise fault


def syntaxes() -> dict[str, str]:
    """Transfer syntaxes that are decoded here, each with the library that does it."""
    return {uid: one.NAME for one in reversed(DECODERS) if one.available() for uid in sorted(one.SYNTAXES)}


def native_bytes(header: Header, layout: Layout, number: int) -> tuple[bytes, Layout]:
    """A frame as native little endian bytes, interleaved by pixel; how its samples lie comes with it."""
    cells, lies = decoded(header, layout, number)
    if lies.bits_allocated == 1:
        return np.packbits(cells, bitorder="little").tobytes(), lies
    return np.ascontiguousarray(cells).tobytes(), lies
