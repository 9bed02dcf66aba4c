"""Decoded frames for analyses: quantities of the modality where the file says how, with the geometry of each."""

import io
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from epione.imaging.domain.placing import position_of
from epione.imaging.errors import ImageHasNoPixels
from epione.inference.public import Frame

from .intake import draw, samples

GREY: Final = {"MONOCHROME1", "MONOCHROME2"}
SHORT: Final = np.iinfo(np.int16)


def frames_of(
    content: bytes, header: Mapping[str, Any], geometry: Mapping[str, Any], *, numbers: list[int], image: str, view: Any
) -> list[Frame]:
    """The frames of an object (numbers from 1). Colour comes as the viewer draws it (`view` asks for a PNG of a frame);
    grey values are those of the modality.

    Raises the typed refusals of the decoder.
    """
    said, made = samples(content, numbers)
    return [
        _frame(about, native, content, header, geometry, image, view) for about, native in zip(said, made, strict=True)
    ]


def _frame(
    about: Mapping[str, Any],
    native: bytes,
    content: bytes,
    header: Mapping[str, Any],
    geometry: Mapping[str, Any],
    image: str,
    view: Any,
) -> Frame:
    number = int(about["frame"])
    grey = about["samples"] == 1 and about["photometric"] in GREY
    pixels, limits = _grey(about, native) if grey else (_colour(content, view(number)), (0.0, 255.0))
    position, orientation = position_of(header, number)
    window = geometry.get("window") or next(((one["center"], one["width"]) for one in about["windows"]), None)
    numbered = header.get("00200013", {}).get("Value") or [None]
    return Frame(
        pixels=pixels,
        image=image,
        number=number,
        spacing=_pair(about["spacing"]) or _pair(geometry.get("spacing")),
        thickness=geometry.get("thickness"),
        position=position,
        orientation=orientation,
        window=_pair(window),
        stored_range=limits,
        photometric=about["photometric"] if grey else "RGB",
        instance_number=int(numbered[0]) if about["frames"] == 1 and numbered[0] is not None else None,
    )


def _pair(values: Any) -> tuple[float, float] | None:
    return (float(values[0]), float(values[1])) if values and len(values) >= 2 else None


def _grey(about: Mapping[str, Any], native: bytes) -> tuple[NDArray[Any], tuple[float, float] | None]:
    """Quantities and the range that the format can hold; whole numbers stay whole where the scale is."""
    bits, stored, signed = int(about["bits_allocated"]), int(about["bits_stored"]), bool(about["signed"])
    shape = (int(about["rows"]), int(about["columns"]))
    if about["floating"]:
        return np.frombuffer(native, f"<f{bits // 8}").reshape(shape), None
    if bits not in {8, 16, 32}:
        raise ImageHasNoPixels(reason="unsupported_bits")
    stored_cells = np.frombuffer(native, f"<u{bits // 8}").reshape(shape)
    cells: NDArray[Any] = stored_cells.astype(np.int64 if bits == 32 else np.int32)
    cells = (cells >> int(about["shift"])) & ((1 << stored) - 1)
    if signed:
        cells = cells - ((cells >> (stored - 1)) << stored)
    low, high = (-(1 << (stored - 1)), (1 << (stored - 1)) - 1) if signed else (0, (1 << stored) - 1)
    if about["scale_is_table"]:
        return cells, (float(low), float(high))
    slope, intercept = float(about["slope"]), float(about["intercept"])
    ends = sorted((low * slope + intercept, high * slope + intercept))
    if slope == 1 and intercept.is_integer():
        # Two bytes for each voxel where they suffice: a series is held as a whole.
        fits = ends[0] >= SHORT.min and ends[1] <= SHORT.max
        whole = cells + int(intercept)
        return whole.astype(np.int16) if fits else whole, (ends[0], ends[1])
    return (cells * slope + intercept).astype(np.float32), (ends[0], ends[1])


def _colour(content: bytes, view: Any) -> NDArray[np.uint8]:
    """Red, green and blue as drawn; our own PNG, made by the child that decoded the file."""
    with Image.open(io.BytesIO(draw(content, view).content)) as opened:
        return np.asarray(opened.convert("RGB"))
