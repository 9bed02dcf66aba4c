"""JPEG-LS by CharLS (BSD, pyjpegls)."""

from importlib.util import find_spec

from epione.imaging.domain.pixels.layout import Layout

from .base import Decoded, check_size, through_pydicom

NAME = "pyjpegls"
SYNTAXES = frozenset({"1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"})


def available() -> bool:
    """Whether pyjpegls is here."""
    return find_spec("jpeg_ls") is not None


def decode(stream: bytes, layout: Layout, syntax: str) -> Decoded:
    """Raises PixelFault."""
    check_size(stream, layout)
    return through_pydicom(stream, layout, syntax, NAME)
