"""RLE Lossless: no library needed."""

from dataclasses import replace

from epione.imaging.domain.pixels.layout import Layout
from epione.imaging.domain.pixels.rle import unpacked

from .base import Decoded

NAME = "epione"
SYNTAXES = frozenset({"1.2.840.10008.1.2.5"})


def available() -> bool:
    """Always."""
    return True


def decode(stream: bytes, layout: Layout, _syntax: str) -> Decoded:
    """Cells as they were before compression."""
    return unpacked(stream, layout), replace(layout, planar=False)
