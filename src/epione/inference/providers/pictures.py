"""A frame as a PNG for a model that looks at pictures: windowed, 8 bits, no text, no metadata."""

import io

import numpy as np
from PIL import Image

from epione.inference.domain.contract import Frame
from epione.inference.domain.manifest import Input
from epione.inference.domain.preprocessing import tensor_of

LARGEST = 1024
"""Pixels of the longer side."""


def png_of(frame: Frame) -> bytes:
    """The picture; raises `UnfitFrame` as any preprocessing."""
    height, width = np.asarray(frame.pixels).shape[:2]
    ratio = min(1.0, LARGEST / max(height, width))
    colour = np.asarray(frame.pixels).ndim == 3
    wanted = Input(
        layout="NHWC", dtype="uint8", scale=255.0, channels=3 if colour else 1,
        rows=max(8, round(height * ratio)), columns=max(8, round(width * ratio)),
    )  # fmt: skip
    pixels = tensor_of(frame, wanted)[0]
    buffer = io.BytesIO()
    Image.fromarray(pixels if colour else pixels[:, :, 0]).save(buffer, "PNG")
    return buffer.getvalue()
