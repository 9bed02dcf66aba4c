"""What classifiers have in common, wherever they run: a frame becomes a tensor, numbers become an answer."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from epione.inference.domain.contract import Frame, Request, Result, Status
from epione.inference.domain.interpretation import interpreted
from epione.inference.domain.manifest import Manifest
from epione.inference.domain.preprocessing import UnfitFrame, tensor_of

Tensor = NDArray[np.float32] | NDArray[np.uint8]
Infer = Callable[[Tensor], Sequence[float]]


def middle(frames: Sequence[Frame]) -> Frame:
    """The frame that stands for an image of several."""
    return frames[len(frames) // 2]


def classified(manifest: Manifest, request: Request, infer: Infer) -> Result:
    """The answer about the middle frame, with the seconds of each step; that only one was looked at is said."""
    if manifest.input is None:
        raise ValueError("a classifier needs the description of its input")
    started = time.perf_counter()
    frames = request.frames()
    if not frames:
        return Result(Status.REJECTED, reason="no_frame")
    frame = middle(frames)
    decoded = time.perf_counter()
    try:
        tensor = tensor_of(frame, manifest.input)
    except UnfitFrame as unfit:
        return Result(Status.REJECTED, reason=str(unfit))
    prepared = time.perf_counter()
    numbers = infer(tensor)
    inferred = time.perf_counter()
    result = interpreted(numbers, manifest, image=frame.image, frame=frame.number)
    timings = {"decode": decoded - started, "prepare": prepared - decoded, "infer": inferred - prepared}
    limits = result.limitations if len(frames) == 1 else (*result.limitations, "one-frame-of-several")
    return replace(result, timings=timings, limitations=limits)
