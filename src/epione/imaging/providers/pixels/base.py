"""What the decoders share: the way into pydicom's plug-ins, for one frame at a time, and one typed error out of it."""

import struct
import warnings
import zlib
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID

from epione.imaging.domain.pixels.codestream import stated
from epione.imaging.domain.pixels.faults import PixelFault
from epione.imaging.domain.pixels.layout import Array, Layout

# Everything that these libraries raise on bytes that they cannot read; a MemoryError is none of it.
LIBRARY_FAILURES = (
    ArithmeticError, AttributeError, EOFError, LookupError, NotImplementedError, OSError, RuntimeError, TypeError,
    ValueError, struct.error, zlib.error,
)  # fmt: skip
_ITEM, _END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0\x00\x00\x00\x00"

Decoded = tuple[Array, Layout]


class Decoder(Protocol):
    """A library that decodes some transfer syntaxes."""

    NAME: str
    SYNTAXES: frozenset[str]

    def available(self) -> bool:
        """Whether the library is installed here."""

    def decode(self, stream: bytes, layout: Layout, syntax: str, /) -> Decoded:
        """Cells of one compressed frame and how they lie now. Raises PixelFault."""


def check_size(stream: bytes, layout: Layout) -> None:
    """Refuse a stream whose own head differs from the header, before a decoder reserves memory for it."""
    found = stated(stream)
    if (found.rows, found.columns, found.samples) != (layout.rows, layout.columns, layout.samples):
        raise PixelFault("bad_geometry")
    if found.bits > layout.bits_allocated:
        raise PixelFault("bad_geometry")


def through_pydicom(stream: bytes, layout: Layout, syntax: str, plugin: str) -> Decoded:
    """Decode with one plug-in of pydicom; colours come out as RGB, samples where the header says them to be."""
    item = _ITEM + struct.pack("<I", len(stream) + len(stream) % 2) + stream + b"\0" * (len(stream) % 2)
    options: Any = {
        "rows": layout.rows, "columns": layout.columns, "samples_per_pixel": layout.samples, "number_of_frames": 1,
        "photometric_interpretation": layout.photometric, "bits_allocated": layout.bits_allocated,
        "bits_stored": layout.bits_stored, "pixel_representation": int(layout.signed), "pixel_keyword": "PixelData",
        "planar_configuration": 0,
    }  # fmt: skip
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it forgives is judged by the result
            array, meta = get_decoder(UID(syntax)).as_array(
                _ITEM + b"\0\0\0\0" + item + _END, index=0, decoding_plugin=plugin, **options
            )
    except LIBRARY_FAILURES as fault:
        raise PixelFault("corrupt_pixels") from fault
    return settled(array, replace(layout, photometric=str(meta["photometric_interpretation"])))


def settled(array: Array, layout: Layout) -> Decoded:
    """Decoded samples as cells without unused bits. Raises PixelFault when the shape is not the declared one."""
    shape = (layout.rows, layout.columns) if layout.samples == 1 else (layout.rows, layout.columns, layout.samples)
    if array.shape != shape or array.dtype.itemsize * 8 < layout.bits_stored:
        raise PixelFault("bad_geometry")
    cells = np.ascontiguousarray(array)
    plain = cells.view(cells.dtype.str.replace("i", "u").replace(">", "<"))
    bits = plain.dtype.itemsize * 8
    return plain, replace(layout, bits_allocated=bits, shift=0, planar=False)
