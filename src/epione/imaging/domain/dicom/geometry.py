"""Declared image geometry against the pixel data that are there, before anything is decoded (PS3.3 C.7.6.3)."""

from dataclasses import dataclass

from . import tags
from .header import Header
from .limits import Limits
from .refusals import NotDicom
from .walk import UNDEFINED

_BITS = frozenset({1, 8, 16, 32, 64})


@dataclass(frozen=True, slots=True)
class Geometry:
    """Shape of native pixel data: pixels, samples, bits."""

    rows: int
    columns: int
    frames: int
    samples: int
    bits_allocated: int
    planar: bool
    halved: bool  # YBR_FULL_422: two pixels share their chrominance

    @property
    def frame_bits(self) -> int:
        """Bits of one native frame."""
        samples = 2 if self.halved else self.samples
        return self.rows * self.columns * samples * self.bits_allocated

    @property
    def size(self) -> int:
        """Bytes of all native frames; frames of single bits follow each other without padding (PS3.5 8.1.1)."""
        return (self.frame_bits * self.frames + 7) // 8


def geometry_of(header: Header, limits: Limits) -> Geometry | None:
    """The checked geometry; None for an object without pixel data.

    Raises NotDicom: bad_frames, bad_geometry, too_many_pixels, truncated_pixels.
    """
    if header.pixel_tag is None:
        return None
    geometry = Geometry(
        rows=_positive(header, tags.ROWS),
        columns=_positive(header, tags.COLUMNS),
        frames=_frames(header, limits),
        samples=_samples(header),
        bits_allocated=_bits(header),
        planar=header.integer(tags.PLANAR, 0) == 1,
        halved=header.photometric == "YBR_FULL_422" and not header.compressed,
    )
    if geometry.rows * geometry.columns * geometry.frames * geometry.samples > limits.max_pixels:
        raise NotDicom("too_many_pixels", header.pixel_offset)
    length = header.pixel_length
    if length != UNDEFINED and length is not None and length < geometry.size:
        raise NotDicom("truncated_pixels", header.pixel_offset)
    return geometry


def _positive(header: Header, tag: int) -> int:
    number = header.integer(tag)
    if number is None or number < 1:
        raise NotDicom("bad_geometry", header.pixel_offset)
    return number


def _frames(header: Header, limits: Limits) -> int:
    """An empty or absent number means one frame; several, negative or huge ones mean a broken file."""
    values = header.values(tags.FRAMES)
    if not values or values == ("",):
        return 1
    try:
        number = int(values[0])
    except ValueError as error:
        raise NotDicom("bad_frames") from error
    if len(values) > 1 or not 1 <= number <= limits.max_frames:
        raise NotDicom("bad_frames")
    return number


def _samples(header: Header) -> int:
    number = header.integer(tags.SAMPLES, 1)
    if number not in (1, 3, 4):
        raise NotDicom("bad_geometry", header.pixel_offset)
    return number


def _bits(header: Header) -> int:
    number = header.integer(tags.BITS_ALLOCATED)
    if number not in _BITS:
        raise NotDicom("bad_geometry", header.pixel_offset)
    return number
