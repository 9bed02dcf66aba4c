"""From stored samples to quantities, and which windows a header proposes (PS3.3 C.11.1, C.11.2, C.7.6.16.2)."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from struct import unpack_from

import numpy as np

from epione.imaging.domain.dicom import DataSet, Header

from .layout import Array, Layout

SHARED, PER_FRAME = 0x52009229, 0x52009230
FRAME_VOI, TRANSFORMATION = 0x00289132, 0x00289145
CENTER, WIDTH, EXPLANATION, FUNCTION = 0x00281050, 0x00281051, 0x00281055, 0x00281056
INTERCEPT, SLOPE, RESCALE_TYPE = 0x00281052, 0x00281053, 0x00281054
MODALITY_LUT, VOI_LUT, DESCRIPTOR, DATA = 0x00283000, 0x00283010, 0x00283002, 0x00283006
PADDING, PADDING_LIMIT = 0x00280120, 0x00280121
SHAPE, INVERSE = 0x20500020, "INVERSE"
FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID")


@dataclass(frozen=True, slots=True)
class Window:
    """Which quantities are spread from black to white; `name` is what the file or the preset calls it."""

    center: float
    width: float
    function: str = "LINEAR"
    name: str = ""

    @property
    def valid(self) -> bool:
        """LINEAR needs a width of at least 1, the others one above 0 (PS3.3 C.11.2.1.2)."""
        finite = math.isfinite(self.center) and math.isfinite(self.width)
        return finite and self.width > 0 and (self.function != "LINEAR" or self.width >= 1)


@dataclass(frozen=True, slots=True)
class Table:
    """A lookup table: `entries` for the inputs from `first`; beyond them the outer entries hold. `top` is white."""

    first: int
    entries: bytes  # little endian words of 16 bits
    top: int

    def of(self, values: Array) -> Array:
        """The entries for these inputs."""
        words = np.frombuffer(self.entries, "<u2")
        return words[np.clip(np.rint(values).astype(np.int64) - self.first, 0, len(words) - 1)]


@dataclass(frozen=True, slots=True)
class Scale:
    """Stored samples to quantities (HU of a CT, counts, ...): a line, or a table."""

    slope: float = 1.0
    intercept: float = 0.0
    table: Table | None = None
    unit: str = ""

    def of(self, samples: Array) -> Array:
        """The quantities, as float64."""
        if self.table is not None:
            return self.table.of(samples).astype(np.float64)
        return np.asarray(samples, np.float64) * self.slope + self.intercept


@dataclass(frozen=True, slots=True)
class Greys:
    """What the header says of the brightness of one frame. `padding` is the lowest and highest sample that is none.

    `ignored` names what the header says and no one can follow (a width of 0, a slope of 0).
    """

    scale: Scale = Scale()
    windows: tuple[Window, ...] = ()
    tables: tuple[Table, ...] = ()
    padding: tuple[float, float] | None = None
    inverse: bool = False
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What a header says of one frame; `levels` are what an enhanced object says of it, then of all its frames."""

    header: Header
    number: int  # of the frame, from 0
    levels: tuple[DataSet, ...] = ()

    def group(self, tag: int) -> DataSet:
        """Where this kind of thing is said: for the frame, for all frames, or at the root."""
        return next((found[0] for level in self.levels if (found := level.items(tag))), self.header)


def said_of(header: Header, numbers: Iterable[int]) -> list[Said]:
    """What is said of these frames, counted from 0; an enhanced object of thousands of frames is read once."""
    frames, shared = header.items(PER_FRAME), header.items(SHARED)[:1]
    return [Said(header, number, (*frames[number : number + 1], *shared)) for number in numbers]


def greys_of(said: Said, layout: Layout) -> Greys:
    """Scale, windows and tables of a frame."""
    header, ignored = said.header, list[str]()
    scale = _scale(said.group(TRANSFORMATION), ignored, signed=layout.signed)
    voi = said.group(FRAME_VOI)
    stated = _windows(voi)
    windows = [one for one in stated if one.valid]
    if len(windows) < len(stated):
        ignored.append("window")
    signed = layout.signed or (scale.table is None and scale.intercept < 0)
    tables = (_table(item, signed=signed) for item in voi.items(VOI_LUT))
    return Greys(
        scale=scale,
        windows=tuple(windows),
        tables=tuple(one for one in tables if one is not None),
        padding=_padding(header, layout),
        inverse=layout.photometric == "MONOCHROME1" or header.get(SHAPE).strip() == INVERSE,
        ignored=tuple(dict.fromkeys(ignored)),
    )


def _scale(said: DataSet, ignored: list[str], *, signed: bool) -> Scale:
    for item in said.items(MODALITY_LUT):
        if (table := _table(item, signed=signed)) is not None:
            return Scale(table=table, unit=item.get(0x00283004).strip())
    slope, intercept = (said.numbers(SLOPE) or (1.0,))[0], (said.numbers(INTERCEPT) or (0.0,))[0]
    if slope == 0:
        ignored.append("slope")
        slope, intercept = 1.0, 0.0
    return Scale(slope, intercept, unit=said.get(RESCALE_TYPE).strip())


def _windows(said: DataSet) -> list[Window]:
    centers, widths, names = said.values(CENTER), said.values(WIDTH), said.values(EXPLANATION)
    function = said.get(FUNCTION).strip()
    function = function if function in FUNCTIONS else "LINEAR"
    named = [*names, *[""] * len(centers)]
    return [
        Window(_number(center), _number(width), function, name)
        for center, width, name in zip(centers, widths, named, strict=False)
    ]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _table(item: DataSet, *, signed: bool) -> Table | None:
    """A table of 8 or 16 bits; None when its data are not those that its descriptor announces."""
    descriptor, raw = item.raw(DESCRIPTOR), item.raw(DATA)
    if len(descriptor) < 6:
        return None
    kind = "<HhH" if signed or item.vr(DESCRIPTOR) == b"SS" else "<HHH"
    count, first, bits = unpack_from(kind, descriptor)
    count = count or 65_536
    if not 1 <= bits <= 16 or len(raw) < count:
        return None
    words = np.frombuffer(raw, "<u2" if len(raw) >= 2 * count else "u1", count)
    return Table(first, words.astype("<u2").tobytes(), (1 << bits) - 1)


def _padding(header: Header, layout: Layout) -> tuple[float, float] | None:
    values = [_cell_number(header.raw(tag), layout) for tag in (PADDING, PADDING_LIMIT)]
    said = [value for value in values if value is not None]
    return (min(said), max(said)) if said and values[0] is not None else None


def _cell_number(raw: bytes, layout: Layout) -> float | None:
    """Two bytes, signed as the samples are, whatever VR an old file gives them."""
    if len(raw) != 2 or layout.floating:
        return None
    return float(int.from_bytes(raw, "little", signed=layout.signed))
