"""The header of one object: elements located in one pass, decoded only when asked for."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct

from . import tags
from .charset import codecs_of, decode
from .limits import DEFAULT, Limits
from .part10 import Opened, open_part10
from .refusals import NotDicom
from .walk import ITEM_VR, UNDEFINED, Head, Walker

NUMBERS = {
    b"US": Struct("<H"), b"SS": Struct("<h"), b"UL": Struct("<I"), b"SL": Struct("<i"), b"UV": Struct("<Q"),
    b"SV": Struct("<q"), b"FL": Struct("<f"), b"FD": Struct("<d"), b"AT": Struct("<HH"),
}  # fmt: skip
_MANY = frozenset(b"AE AS CS DA DS DT IS LO PN SH TM UC UI".split())


@dataclass(frozen=True, slots=True)
class Place:
    """Where one data set lies in its bytes: encoding and nesting."""

    walker: Walker
    implicit: bool
    depth: int


class DataSet:
    """Elements of one level by tag; the last one wins where a tag comes twice. Values are decoded when asked for."""

    __slots__ = ("_codecs", "_place", "elements")

    def __init__(self, place: Place, elements: dict[int, Head], codecs: tuple[str, ...] = ()) -> None:
        self._place = place
        self.elements = elements
        own = self.raw(tags.SPECIFIC_CHARACTER_SET)
        self._codecs = codecs_of(own) if own else codecs or ("latin-1",)

    def __contains__(self, tag: int) -> bool:
        return tag in self.elements

    def raw(self, tag: int) -> bytes:
        """The bytes of a value, b"" when absent; never those of undefined length."""
        head = self.elements.get(tag)
        if head is None or head[3] == UNDEFINED:
            return b""
        return self._place.walker.data[head[2] : head[2] + head[3]]

    def vr(self, tag: int) -> bytes:
        """The VR of an element, b"" when absent; UN gives way to the dictionary."""
        head = self.elements.get(tag)
        if head is None:
            return b""
        if head[1] == b"UN":
            return tags.vr_of(tag) or b"UN"
        return b"SS" if self._signed(head) else head[1]

    def _signed(self, head: Head) -> bool:
        """Whether an implicit file means SS where the dictionary says "US or SS": pixels are signed (PS3.5 A.1)."""
        if head[0] not in tags.SIGNED_AS_PIXELS or not self._place.implicit or self._place.depth:
            return False
        return self.integer(tags.PIXEL_REPRESENTATION) == 1

    def get(self, tag: int) -> str:
        """The decoded text of a value ("" when absent), several values joined by a backslash."""
        vr, raw = self.vr(tag), self.raw(tag)
        if vr in NUMBERS:
            return "\\".join(str(number) for number in self.numbers(tag))
        return decode(raw, vr, self._codecs) if raw else ""

    def values(self, tag: int) -> tuple[str, ...]:
        """The decoded values, each stripped; () when absent or empty."""
        text = self.get(tag)
        if not text:
            return ()
        if self.vr(tag) not in _MANY and self.vr(tag) not in NUMBERS:
            return (text,)
        return tuple(one.strip() for one in text.split("\\"))

    def numbers(self, tag: int) -> tuple[float, ...]:
        """Numeric values, binary or written; what is not a finite number is left out."""
        vr, raw = self.vr(tag), self.raw(tag)
        pack = NUMBERS.get(vr)
        if pack is None:
            return tuple(number for one in self.values(tag) if (number := _number(one)) is not None)
        count = len(raw) // pack.size
        if vr == b"AT":
            return tuple(group << 16 | element for group, element in pack.iter_unpack(raw[: count * 4]))
        return tuple(one for (one,) in pack.iter_unpack(raw[: count * pack.size]))

    def integer(self, tag: int, default: int | None = None) -> int | None:
        """The first number, when it is whole."""
        found = self.numbers(tag)
        return int(found[0]) if found and float(found[0]).is_integer() else default

    def items(self, tag: int) -> "list[DataSet]":
        """The items of a sequence; [] when absent. UN is read as an implicit sequence (PS3.5 6.2.2)."""
        head = self.elements.get(tag)
        if head is None or self.vr(tag) != b"SQ":
            return []
        place = self._place
        inner = Place(place.walker, place.implicit or head[1] != b"SQ", place.depth + 1)
        if inner.depth > place.walker.limits.max_depth:
            raise NotDicom("too_deep", head[2])
        return list(self._items(head, inner))

    def _items(self, head: Head, inner: Place) -> "Iterator[DataSet]":
        walker, at = inner.walker, head[2]
        end = walker.size if head[3] == UNDEFINED else at + head[3]
        while at < end:
            start, length, tag = walker.item(at, end)
            if tag != tags.ITEM:
                return
            stop = end if length == UNDEFINED else start + length
            elements, at = located(inner, start, stop, delimited=length == UNDEFINED)
            yield DataSet(inner, elements, self._codecs)


def located(place: Place, at: int, end: int, *, delimited: bool = False) -> tuple[dict[int, Head], int]:
    """Heads of the elements of one level by tag, and where reading stopped. Raises NotDicom on broken encoding."""
    walker, implicit, depth = place.walker, place.implicit, place.depth
    found: dict[int, Head] = {}
    while at < end:
        head = walker.head(at, end, implicit=implicit)
        if head[1] == ITEM_VR:
            if delimited and head[0] == tags.ITEM_END:
                return found, head[2]
            raise NotDicom("bad_item", at)
        found[head[0]] = head
        at = head[2] + head[3] if head[3] != UNDEFINED else walker.skip(head, end, implicit=implicit, depth=depth)
    if delimited:
        raise NotDicom("truncated", at)
    return found, at


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


class Header(DataSet):
    """The header of one object: the data set, its encoding and what every consumer needs by name."""

    __slots__ = ("opened",)

    def __init__(self, opened: Opened, place: Place, elements: dict[int, Head]) -> None:
        self.opened = opened
        super().__init__(place, elements)

    @property
    def walker(self) -> Walker:
        """What reads `data`, with its limits."""
        return self._place.walker

    @property
    def data(self) -> bytes:
        """The bytes that `pixel_offset` refers to: the file's, or converted ones (deflated, big endian)."""
        return self.opened.data

    @property
    def transfer_syntax(self) -> str:
        """The transfer syntax that the file declares."""
        return self.opened.declared

    @property
    def sop_class_uid(self) -> str:
        """(0008,0016)."""
        return self.get(tags.SOP_CLASS)

    @property
    def sop_instance_uid(self) -> str:
        """(0008,0018)."""
        return self.get(tags.SOP_INSTANCE)

    @property
    def study_uid(self) -> str:
        """(0020,000D)."""
        return self.get(tags.STUDY_INSTANCE)

    @property
    def series_uid(self) -> str:
        """(0020,000E)."""
        return self.get(tags.SERIES_INSTANCE)

    @property
    def modality(self) -> str:
        """(0008,0060)."""
        return self.get(tags.MODALITY)

    @property
    def patient_id(self) -> str:
        """(0010,0020)."""
        return self.get(tags.PATIENT_ID)

    @property
    def patient_name(self) -> str:
        """(0010,0010)."""
        return self.get(tags.PATIENT_NAME)

    @property
    def rows(self) -> int | None:
        """(0028,0010)."""
        return self.integer(tags.ROWS)

    @property
    def columns(self) -> int | None:
        """(0028,0011)."""
        return self.integer(tags.COLUMNS)

    @property
    def frames(self) -> int:
        """(0028,0008), 1 when absent."""
        return self.integer(tags.FRAMES, 1) or 1

    @property
    def samples(self) -> int:
        """(0028,0002), 1 when absent."""
        return self.integer(tags.SAMPLES, 1) or 1

    @property
    def bits_allocated(self) -> int | None:
        """(0028,0100)."""
        return self.integer(tags.BITS_ALLOCATED)

    @property
    def bits_stored(self) -> int | None:
        """(0028,0101)."""
        return self.integer(tags.BITS_STORED)

    @property
    def photometric(self) -> str:
        """(0028,0004)."""
        return self.get(tags.PHOTOMETRIC)

    @property
    def compressed(self) -> bool:
        """Whether the pixel data are encapsulated."""
        return self.pixel_length == UNDEFINED

    @property
    def pixel_tag(self) -> int | None:
        """Which of the three pixel data elements is there."""
        return next((tag for tag in (tags.PIXELS, tags.FLOAT_PIXELS, tags.DOUBLE_PIXELS) if tag in self.elements), None)

    @property
    def pixel_offset(self) -> int | None:
        """First byte of the pixel data in `data`; of its first item when encapsulated."""
        tag = self.pixel_tag
        return None if tag is None else self.elements[tag][2]

    @property
    def pixel_length(self) -> int | None:
        """Bytes of the pixel data; 0xFFFFFFFF when encapsulated, None without."""
        tag = self.pixel_tag
        return None if tag is None else self.elements[tag][3]


def header_of(opened: Opened, limits: Limits = DEFAULT) -> Header:
    """The header of an opened file. Raises NotDicom: truncated, bad_length, too_deep, bad_item..."""
    place = Place(Walker(opened.data, limits), opened.implicit, 0)
    elements, _ = located(place, opened.start, len(opened.data))
    return Header(opened, place, elements)


def open_header(content: bytes, *, lenient: bool, limits: Limits) -> Header:
    """Open a file and locate its elements, without checking pixels."""
    return header_of(open_part10(content, lenient=lenient, limits=limits), limits)
