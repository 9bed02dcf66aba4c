"""From one frame to the tensor that a manifest asks for: pure numpy, the same bytes each time."""

import numpy as np
from numpy.typing import NDArray

from .contract import Frame
from .manifest import Input

Pixels = NDArray[np.float32]
GREY = np.array([0.299, 0.587, 0.114], dtype=np.float32)
"""Luma weights of ITU-R BT.601."""


class UnfitFrame(ValueError):
    """The frame cannot become the input; the text is a stable code."""


def tensor_of(frame: Frame, wanted: Input) -> NDArray[np.float32] | NDArray[np.uint8]:
    """The batch of one that the model takes; raises `UnfitFrame`."""
    pixels = np.asarray(frame.pixels)
    if pixels.ndim not in {2, 3} or (pixels.ndim == 3 and pixels.shape[2] != 3) or min(pixels.shape[:2]) < 2:
        raise UnfitFrame("unsupported_shape")
    values = pixels.astype(np.float32)
    if not np.isfinite(values).all():
        raise UnfitFrame("values_not_finite")
    scaled = _scaled(values, frame, wanted)
    sized = letterboxed(scaled, wanted.rows, wanted.columns) if wanted.keep_aspect else resized(
        scaled, wanted.rows, wanted.columns
    )  # fmt: skip
    return _batched(_channels(sized, wanted.channels), wanted)


def _scaled(values: Pixels, frame: Frame, wanted: Input) -> Pixels:
    """Values in 0..1, white is bright."""
    if values.ndim == 3:
        if wanted.values == "modality":
            raise UnfitFrame("colour_without_modality_values")
        colour: Pixels = np.clip(values / np.float32(255), 0, 1)
        return colour
    if wanted.values == "modality" and wanted.clip is not None:
        low, high = wanted.clip
    elif frame.window is not None and frame.window[1] > 0:
        low, high = frame.window[0] - frame.window[1] / 2, frame.window[0] + frame.window[1] / 2
    else:
        low, high = float(values.min()), float(values.max())
    if not high > low:
        raise UnfitFrame("no_contrast")
    shown: Pixels = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    inverted = frame.photometric == "MONOCHROME1" and wanted.values == "display"
    return np.float32(1) - shown if inverted else shown


def resized(values: Pixels, rows: int, columns: int) -> Pixels:
    """Bilinear, pixel centres aligned; when it shrinks, each new pixel is the mean of the area that it covers."""
    return _along(_along(values, rows, 0), columns, 1)


def _along(values: Pixels, size: int, axis: int) -> Pixels:
    now = values.shape[axis]
    if now == size:
        return values
    moved = np.moveaxis(values, axis, 0)
    weights = _area(now, size) if size < now else _linear(now, size)
    made = np.tensordot(weights, moved, axes=(1, 0)).astype(np.float32)
    return np.moveaxis(made, 0, axis)


def _linear(now: int, size: int) -> Pixels:
    """Weights of the interpolation, `size` x `now`."""
    centres = np.clip((np.arange(size) + 0.5) * now / size - 0.5, 0, now - 1)
    low = np.minimum(centres.astype(np.int64), max(now - 2, 0))
    weights = np.zeros((size, now), dtype=np.float32)
    rows = np.arange(size)
    weights[rows, low] = 1 - (centres - low)
    weights[rows, np.minimum(low + 1, now - 1)] += centres - low
    return weights


def _area(now: int, size: int) -> Pixels:
    """Share of each old pixel in each new one, `size` x `now`; rows sum to 1."""
    edges = np.arange(size + 1) * now / size
    starts, ends = edges[:-1, None], edges[1:, None]
    cells = np.arange(now)[None, :]
    covered = np.clip(np.minimum(ends, cells + 1) - np.maximum(starts, cells), 0, 1)
    shares: Pixels = (covered / (now / size)).astype(np.float32)
    return shares


def letterboxed(values: Pixels, rows: int, columns: int) -> Pixels:
    """Resized with its proportions, centred on black."""
    ratio = min(rows / values.shape[0], columns / values.shape[1])
    height, width = max(1, round(values.shape[0] * ratio)), max(1, round(values.shape[1] * ratio))
    small = resized(values, height, width)
    canvas = np.zeros((rows, columns, *values.shape[2:]), dtype=np.float32)
    top, left = (rows - height) // 2, (columns - width) // 2
    canvas[top : top + height, left : left + width] = small
    return canvas


def _channels(values: Pixels, channels: int) -> Pixels:
    """Rows x columns x channels."""
    if values.ndim == 3:
        return values if channels == 3 else (values @ GREY)[:, :, None]
    return np.repeat(values[:, :, None], channels, axis=2)


def _batched(values: Pixels, wanted: Input) -> NDArray[np.float32] | NDArray[np.uint8]:
    mean, std = (np.array(row, dtype=np.float32) for row in (wanted.mean, wanted.std))
    normal = (values * np.float32(wanted.scale) - mean) / std
    ordered = np.moveaxis(normal, 2, 0) if wanted.layout == "NCHW" else normal
    batch = np.ascontiguousarray(ordered[None])
    if wanted.dtype == "uint8":
        return np.clip(np.rint(batch), 0, 255).astype(np.uint8)
    return batch.astype(np.float32)
