"""One picture of one frame: which window, which part, how large."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from epione.imaging.domain.dicom import Header

from .colour import to_rgb
from .faults import PixelFault
from .grey import Greys, Said, Window, greys_of
from .layout import Array, Layout
from .palette import coloured
from .presets import PRESETS
from .samples import numbers
from .scaling import within
from .windowing import Look, automatic, drawn

STORED, AUTO, LUT = "", "auto", "lut"


@dataclass(frozen=True, slots=True)
class View:
    """What is asked for. `frame` counts from 1, as DICOM does; 0 is the middle one.

    The window is `center` and `width` in the units of the modality, or a `preset`: the name of a CT window, "auto",
    "lut" (the table of the file) or "" (what the file proposes, else automatic). `region` is left, top, width, height
    in pixels of the image; `size` the longest side of the picture (0: as it is); `form` png, png16 (the stored samples)
    or jpeg.
    """

    frame: int = 0
    center: float | None = None
    width: float | None = None
    preset: str = STORED
    invert: bool = False
    region: tuple[int, int, int, int] | None = None
    size: int = 0
    form: str = "png"
    quality: int = 90

    @classmethod
    def from_dict(cls, asked: Mapping[str, Any]) -> Self:
        """From JSON; names that are none of a view's are not taken."""
        region = asked.get("region")
        known = {name: asked[name] for name in cls.__dataclass_fields__ if name in asked and name != "region"}
        return cls(**known, region=tuple(region) if region else None)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture of 8 bits, grey or RGB; `look` is how it was windowed (None for colours)."""

    image: Array
    look: Look | None
    ignored: tuple[str, ...] = ()


def frame_number(view: View, layout: Layout) -> int:
    """The frame counted from 0. Raises PixelFault (no_such_frame)."""
    if view.frame == 0:
        return layout.frames // 2 if layout.frames > 1 else 0
    if not 1 <= view.frame <= layout.frames:
        raise PixelFault("no_such_frame")
    return view.frame - 1


def picture(cells: Array, layout: Layout, said: Said, view: View) -> Drawn:
    """Draw a decoded frame. Raises PixelFault (unsupported_pixels, bad_palette, bad_view)."""
    part = cropped(cells, view)
    if not layout.grey:
        image = colours(part, layout, said.header)
        return Drawn(within(255 - image if view.invert else image, view.size or max(image.shape)), None)
    greys = greys_of(said, layout)
    look = chosen(view, greys, cells, layout)
    image = drawn(part, layout, greys, look, invert=view.invert)
    return Drawn(within(image, view.size or max(image.shape)), look, greys.ignored)


def colours(cells: Array, layout: Layout, header: Header) -> Array:
    """RGB of 8 bits of a frame in colours."""
    if layout.photometric == "PALETTE COLOR":
        return coloured(numbers(cells, layout), header, signed=layout.signed)
    return to_rgb(numbers(cells, layout), layout)


def chosen(view: View, greys: Greys, cells: Array, layout: Layout) -> Look:
    """The window asked for. Raises PixelFault (bad_view) for one that does not exist."""
    if view.center is not None and view.width is not None:
        asked = Window(view.center, view.width, greys.windows[0].function if greys.windows else "LINEAR")
        if not asked.valid:
            raise PixelFault("bad_view")
        return asked
    if view.preset in PRESETS:
        return PRESETS[view.preset]
    if view.preset == LUT and not greys.tables:
        raise PixelFault("bad_view")
    if view.preset not in (STORED, AUTO, LUT):
        raise PixelFault("bad_view")
    proposed: list[Look] = [*greys.tables, *greys.windows]
    if view.preset != AUTO and proposed:
        return proposed[0]
    return automatic(cells, layout, greys)


def cropped(cells: Array, view: View) -> Array:
    """The part of the frame that is asked for. Raises PixelFault (bad_view) outside the image."""
    if view.region is None:
        return cells
    left, top, width, height = view.region
    rows, columns = cells.shape[:2]
    if min(left, top) < 0 or min(width, height) < 1 or left + width > columns or top + height > rows:
        raise PixelFault("bad_view")
    return cells[top : top + height, left : left + width]


def sixteen_bits(cells: Array, layout: Layout) -> tuple[Array, int]:
    """Stored samples moved so that none is negative, and by how much; for a window chosen in the browser."""
    if not layout.grey or layout.floating or layout.bits_stored > 16:
        raise PixelFault("unsupported_pixels")
    offset = 1 << (layout.bits_stored - 1) if layout.signed else 0
    return (numbers(cells, layout).astype(np.int32) + offset).astype(np.uint16), offset
