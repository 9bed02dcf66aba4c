"""JPEG of 8 bits by Pillow (libjpeg-turbo)."""

from importlib.util import find_spec

from epione.imaging.domain.pixels.codestream import stated
from epione.imaging.domain.pixels.faults import PixelFault
from epione.imaging.domain.pixels.layout import Layout

from .base import Decoded, check_size, through_pydicom

NAME = "pillow"
BASELINE = "1.2.840.10008.1.2.4.50"
EXTENDED = "1.2.840.10008.1.2.4.51"
SYNTAXES = frozenset({BASELINE, EXTENDED})


def available() -> bool:
    """Whether Pillow is here."""
    return find_spec("PIL") is not None


def decode(stream: bytes, layout: Layout, syntax: str) -> Decoded:
    """Raises PixelFault, unsupported_syntax for 12 bits: pydicom distrusts GDCM with them, and we have no other."""
    check_size(stream, layout)
    if stated(stream).bits != 8:
        raise PixelFault("unsupported_syntax")
    return through_pydicom(stream, layout, syntax, NAME)
