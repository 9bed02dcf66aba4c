"""Portions of stored objects as other systems retrieve them, read in the child processes."""

from collections.abc import Sequence

from .intake import call


def uncompressed(content: bytes) -> bytes:
    """The same object with native pixels, explicit little endian; raises `ImageHasNoPixels` when it cannot be."""
    return call("uncompressed", {}, content)[1][0]


def frame_bytes(content: bytes, numbers: Sequence[int], *, stored: bool) -> list[bytes]:
    """Frames (from 1), compressed as they lie or native; raises the typed refusals of the decoder."""
    return call("portions", {"frames": list(numbers), "compressed": stored}, content)[1]


def element_bytes(content: bytes, path: str) -> bytes:
    """The value at a path of tags and item numbers; raises `ImageHasNoPixels` when there is none."""
    return call("element", {"path": path}, content)[1][0]
