"""JPEG lossless by GDCM (python-gdcm)."""

from importlib.util import find_spec

from epione.imaging.domain.pixels.layout import Layout

from .base import Decoded, check_size, through_pydicom

NAME = "gdcm"
LOSSLESS = "1.2.840.10008.1.2.4.57"
LOSSLESS_FIRST_ORDER = "1.2.840.10008.1.2.4.70"
SYNTAXES = frozenset({LOSSLESS, LOSSLESS_FIRST_ORDER})


def available() -> bool:
    """Whether python-gdcm is here."""
    return find_spec("gdcm") is not None


def decode(stream: bytes, layout: Layout, syntax: str) -> Decoded:
    """Raises PixelFault."""
    check_size(stream, layout)
    return through_pydicom(stream, layout, syntax, NAME)
