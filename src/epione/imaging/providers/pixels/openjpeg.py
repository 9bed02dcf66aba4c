"""JPEG 2000 and High-Throughput JPEG 2000 by OpenJPEG (BSD, pylibjpeg-openjpeg)."""

from importlib.util import find_spec

from epione.imaging.domain.pixels.layout import Layout

from .base import Decoded, check_size, through_pydicom

NAME = "pylibjpeg"
JPEG_2000 = frozenset({"1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"})
HIGH_THROUGHPUT = frozenset(f"1.2.840.10008.1.2.4.{number}" for number in (201, 202, 203))
SYNTAXES = JPEG_2000 | HIGH_THROUGHPUT


def available() -> bool:
    """Whether pylibjpeg and pylibjpeg-openjpeg are here."""
    return find_spec("openjpeg") is not None and find_spec("pylibjpeg") is not None


def decode(stream: bytes, layout: Layout, syntax: str) -> Decoded:
    """Raises PixelFault."""
    check_size(stream, layout)
    return through_pydicom(stream, layout, syntax, NAME)
