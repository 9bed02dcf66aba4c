"""PALETTE COLOR (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6, and C.7.9.2 for segmented tables)."""

from dataclasses import dataclass
from struct import unpack_from

import numpy as np

from epione.imaging.domain.dicom import DataSet

from .faults import PixelFault
from .layout import Array

DESCRIPTORS = (0x00281101, 0x00281102, 0x00281103)
TABLES = (0x00281201, 0x00281202, 0x00281203)
SEGMENTED = (0x00281221, 0x00281222, 0x00281223)
MOST_ENTRIES = 65_536
DISCRETE, LINEAR, INDIRECT = 0, 1, 2


def coloured(samples: Array, header: DataSet, *, signed: bool) -> Array:
    """(rows, columns, 3) uint8 of samples looked up in the palette of the header. Raises PixelFault (bad_palette)."""
    entries, first, bits = _descriptor(header, DESCRIPTORS[0], signed=signed)
    table = np.stack([_plane(header, index, entries, bits) for index in range(3)], axis=-1)
    places = np.clip(samples.astype(np.int64) - first, 0, entries - 1)
    return table[places]


def _descriptor(header: DataSet, tag: int, *, signed: bool) -> tuple[int, int, int]:
    raw = header.raw(tag)
    if len(raw) < 6:
        raise PixelFault("bad_palette")
    entries, first, bits = unpack_from("<HhH" if signed else "<HHH", raw)
    if bits not in (8, 16):
        raise PixelFault("bad_palette")
    return entries or MOST_ENTRIES, first, bits


def _plane(header: DataSet, index: int, entries: int, bits: int) -> Array:
    """One colour as bytes; entries of 16 bits keep their upper half."""
    raw, segments = header.raw(TABLES[index]), header.raw(SEGMENTED[index])
    if segments and not raw:
        values = _expanded(_words(segments, len(segments) * 8 // bits, bits), entries, far=32 // bits)
        return np.asarray(values >> (bits - 8)).astype(np.uint8)
    if len(raw) in (entries, entries + 1) and entries > 1:
        return np.frombuffer(raw, np.uint8, entries)
    values = _words(raw, entries, 16)
    # Tables declared with 8 bits in 16-bit words: some writers fill the upper half, most the lower.
    return np.asarray(values >> 8 if bits == 16 or int(values.max()) > 255 else values).astype(np.uint8)


def _words(raw: bytes, count: int, bits: int) -> Array:
    if len(raw) < count * bits // 8 or not count:
        raise PixelFault("bad_palette")
    return np.frombuffer(raw, np.uint8 if bits == 8 else np.dtype("<u2"), count)


def _expanded(codes: Array, entries: int, *, far: int) -> Array:
    """A segmented table written out; `far` words make the address of a repetition."""
    out: list[int] = []
    _Segments([int(word) for word in codes], far, entries).write(out, 0, entries)
    if len(out) != entries:
        raise PixelFault("bad_palette")
    return np.array(out, np.uint16)


@dataclass(frozen=True, slots=True)
class _Segments:
    """Segments of a table: words given one by one, straight lines, and repetitions of earlier segments."""

    words: list[int]
    far: int
    entries: int

    def write(self, out: list[int], at: int, left: int, *, nested: bool = False) -> None:
        """Write `left` segments (or as many as there are) from the word `at`."""
        words = self.words
        while at + 2 < len(words) and left > 0 and len(out) < self.entries:
            kind, length = words[at], words[at + 1]
            if kind == DISCRETE:
                out += words[at + 2 : at + 2 + length]
                at += 2 + length
            elif kind == LINEAR and out and length:
                start, end = out[-1], words[at + 2]
                out += [round(start + (end - start) * step / length) for step in range(1, length + 1)]
                at += 3
            elif kind == INDIRECT and not nested:
                self.write(out, self._address(at + 2), length, nested=True)
                at += 2 + self.far
            else:
                raise PixelFault("bad_palette")
            left -= 1

    def _address(self, at: int) -> int:
        size = 32 // self.far
        return sum(word << size * index for index, word in enumerate(self.words[at : at + self.far]))
