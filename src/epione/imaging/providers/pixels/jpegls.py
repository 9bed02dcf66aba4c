"""JPEG-LS by CharLS (BSD, pyjpegls)."""

from importlib.util import find_spec

from epione.imaging.domain.pixels.faults import PixelFault
from epione.imaging.domain.pixels.layout import Layout

from .base import Decoded, check_size, through_pydicom

NAME = "pyjpegls"
END_OF_IMAGE = b"\xff\xd9"  # bit stuffing keeps it out of coded data (ISO/IEC 14495-1 A.1)
SYNTAXES = frozenset({"1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"})


def available() -> bool:
    """Whether pyjpegls is here."""
    return find_spec("jpeg_ls") is not None


def decode(stream: bytes, layout: Layout, syntax: str) -> Decoded:
    """Raises PixelFault. A stream without its end would keep CharLS busy for seconds: it is refused before."""
    check_size(stream, layout)
    if END_OF_IMAGE not in stream:
        raise PixelFault("truncated_pixels")
    return through_pydicom(stream, layout, syntax, NAME)
