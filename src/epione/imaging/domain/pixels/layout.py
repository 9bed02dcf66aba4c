"""How the samples of an image lie in its bytes (PS3.3 C.7.6.3, PS3.5 8)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from epione.imaging.domain.dicom import DEFAULT, Header, Limits, geometry_of, tags

from .faults import PixelFault

HIGH_BIT = 0x00280102
MAX_FRAME_BYTES = 1 << 30
Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Layout:
    """Shape and bits of one object's frames.

    A *cell* is what holds one sample: `bits_allocated` bits, of which `bits_stored` are the sample, `shift` bits above
    the lowest; what lies in the others (old overlays) is not part of it. `floating` samples are IEEE 754 numbers.
    """

    rows: int
    columns: int
    frames: int
    samples: int
    bits_allocated: int
    bits_stored: int
    shift: int
    signed: bool
    planar: bool
    photometric: str
    floating: bool = False

    @property
    def cell(self) -> np.dtype[Any]:
        """The type of a cell, little endian; single bits are unpacked into bytes."""
        kind = "f" if self.floating else "u"
        return np.dtype(f"<{kind}{max(self.bits_allocated, 8) // 8}")

    @property
    def halved(self) -> bool:
        """Whether native pixels share their chrominance two by two."""
        return self.photometric == "YBR_FULL_422"

    @property
    def frame_bits(self) -> int:
        """Bits of one native frame."""
        return self.rows * self.columns * (2 if self.halved else self.samples) * self.bits_allocated

    @property
    def grey(self) -> bool:
        """Whether one sample is a brightness."""
        return self.samples == 1 and self.photometric != "PALETTE COLOR"


def layout_of(header: Header, limits: Limits = DEFAULT) -> Layout:
    """The layout that the header declares, already checked against the pixel data that are there.

    Raises NotDicom as `geometry_of` does, PixelFault (no_pixels, unsupported_pixels, too_large).
    """
    geometry = geometry_of(header, limits)
    if geometry is None:
        raise PixelFault("no_pixels")
    allocated = geometry.bits_allocated
    stored = header.integer(tags.BITS_STORED, allocated) or allocated
    high = header.integer(HIGH_BIT, stored - 1)
    layout = Layout(
        rows=geometry.rows,
        columns=geometry.columns,
        frames=geometry.frames,
        samples=geometry.samples,
        bits_allocated=allocated,
        bits_stored=stored,
        shift=(stored - 1 if high is None else high) + 1 - stored,
        signed=header.integer(tags.PIXEL_REPRESENTATION, 0) == 1,
        planar=geometry.planar and geometry.samples > 1,
        photometric=header.photometric.strip() or ("RGB" if geometry.samples == 3 else "MONOCHROME2"),
        floating=header.pixel_tag != tags.PIXELS,
    )
    _check(layout)
    return layout


def _check(layout: Layout) -> None:
    fits = 0 < layout.bits_stored <= layout.bits_allocated and layout.shift >= 0
    if not fits or layout.shift + layout.bits_stored > layout.bits_allocated:
        raise PixelFault("unsupported_pixels")
    if layout.floating and layout.bits_allocated < 32:
        raise PixelFault("unsupported_pixels")
    if layout.halved and (layout.samples != 3 or layout.bits_allocated != 8):
        raise PixelFault("unsupported_pixels")
    if layout.bits_allocated == 1 and layout.samples != 1:
        raise PixelFault("unsupported_pixels")
    if layout.rows * layout.columns * layout.samples * layout.cell.itemsize > MAX_FRAME_BYTES:
        raise PixelFault("too_large")
