"""Colours: every model, depth and order of planes gives the RGB that PS3.3 C.7.6.3 defines."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydicom.pixels import apply_color_lut, convert_color_space

from epione.imaging.domain.pixels import PixelFault
from epione.imaging.sandboxed import frames, render

from .pixel_files import content, dataset, noise, written


def drawn(file: bytes, **asked: Any) -> Any:
    return np.array(Image.open(BytesIO(render(asked, file)[1][0])))


def ybr_to_rgb(pixel: Any) -> list[float]:
    """ITU-R BT.601 over the full range, one pixel."""
    y, cb, cr = (float(value) for value in pixel)
    rgb = (y + 1.402 * (cr - 128), y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128), y + 1.772 * (cb - 128))
    return [min(max(value, 0), 255) for value in rgb]


@pytest.mark.parametrize("planar", [0, 1])
@pytest.mark.parametrize("photometric", ["RGB", "YBR_FULL"])
@pytest.mark.parametrize("many", [1, 3])
def test_eight_bits_interleaved_or_by_plane(planar: int, photometric: str, many: int) -> None:
    pixels = noise((many, 6, 8, 3), "u1")
    order = np.moveaxis(pixels, -1, 1) if planar else pixels
    file = dataset(pixels, samples=3, PlanarConfiguration=planar, PhotometricInterpretation=photometric)
    file.PixelData = order.tobytes()

    for number in range(many):
        found = drawn(written(file), frame=number + 1).astype(float)
        wanted = pixels[number]
        if photometric == "YBR_FULL":
            wanted = np.array([[ybr_to_rgb(pixel) for pixel in line] for line in pixels[number]])
            assert np.abs(found - convert_color_space(pixels[number], "YBR_FULL", "RGB").astype(float)).max() <= 1
        assert np.abs(found - wanted).max() <= 0.51


def test_sixteen_bits_keep_their_brightness() -> None:
    pixels = noise((5, 5, 3), "<u2")

    assert np.array_equal(drawn(content(pixels, samples=3)), np.rint(pixels / 65_535 * 255).astype("u1"))


def test_shared_chrominance_of_pairs() -> None:
    whole = noise((4, 6, 3), "u1")
    whole[:, 1::2, 1:] = whole[:, ::2, 1:]
    halved = np.concatenate([whole[:, ::2, :1], whole[:, 1::2, :1], whole[:, ::2, 1:]], axis=-1)
    file = dataset(whole, samples=3, PhotometricInterpretation="YBR_FULL_422")
    file.PixelData = halved.tobytes()
    wanted = np.array([[ybr_to_rgb(pixel) for pixel in line] for line in whole])

    assert np.abs(drawn(written(file)).astype(float) - wanted).max() <= 0.51
    about, [raw] = frames({"frames": [1]}, written(file))
    assert raw == whole.tobytes() and about["frames"][0]["photometric"] == "YBR_FULL"


def palette(file: Any, entries: int, first: int, bits: int, tables: Any) -> None:
    for index, colour in enumerate(("Red", "Green", "Blue")):
        setattr(file, f"{colour}PaletteColorLookupTableDescriptor", [entries % 65_536, first, bits])
        setattr(file, f"{colour}PaletteColorLookupTableData", tables[index].tobytes())


@pytest.mark.parametrize("kind", ["u1", "<u2"])
@pytest.mark.parametrize("entry", ["u1", "<u2"])
@pytest.mark.parametrize(("entries", "first"), [(256, 0), (100, 50)])
def test_palettes_of_eight_and_sixteen_bits(kind: str, entry: str, entries: int, first: int) -> None:
    pixels = noise((9, 9), kind, 0, 255)
    file = dataset(pixels, PhotometricInterpretation="PALETTE COLOR")
    bits = np.dtype(entry).itemsize * 8
    tables = noise((3, entries), entry)
    palette(file, entries, first, bits, tables)
    places = np.clip(pixels.astype(int) - first, 0, entries - 1)

    found = drawn(written(file))

    assert np.array_equal(found, np.stack([one[places] >> (bits - 8) for one in tables], axis=-1))
    assert np.array_equal(found, apply_color_lut(pixels, file) >> (bits - 8))


def test_a_palette_of_65536_entries() -> None:
    pixels = noise((20, 20), "<u2")
    file = dataset(pixels, PhotometricInterpretation="PALETTE COLOR")
    tables = noise((3, 65_536), "<u2")
    palette(file, 65_536, 0, 16, tables)

    assert np.array_equal(drawn(written(file)), np.stack([one[pixels] >> 8 for one in tables], axis=-1))


@pytest.mark.parametrize("bits", [8, 16])
def test_segmented_palettes(bits: int) -> None:
    """Words one by one, a line, and both again (PS3.3 C.7.9.2)."""
    top = (1 << bits) - 1
    far = [0, 0, 0, 0] if bits == 8 else [0, 0]
    words = [0, 3, 0, top // 2, 10, 1, 5, top, 2, 2, *far]
    file = dataset(noise((4, 4), "u1", 0, 15), PhotometricInterpretation="PALETTE COLOR")
    for colour in ("Red", "Green", "Blue"):
        setattr(file, f"{colour}PaletteColorLookupTableDescriptor", [16, 0, bits])
        raw = np.array(words, "u1" if bits == 8 else "<u2").tobytes()
        setattr(file, f"Segmented{colour}PaletteColorLookupTableData", raw)
    pixels = np.arange(16, dtype="u1").reshape(4, 4)
    file.PixelData = pixels.tobytes()
    line = [10 + (top - 10) * step / 5 for step in range(1, 6)]
    entries = np.array([0, top // 2, 10, *line] * 2)

    found = drawn(written(file))[..., 0].ravel()

    assert np.abs(found - entries / (1 << (bits - 8))).max() <= 1


@pytest.mark.parametrize("broken", ["short", "no table", "no descriptor", "odd bits", "segments"])
def test_a_broken_palette_is_named(broken: str) -> None:
    file = dataset(noise((4, 4), "u1"), PhotometricInterpretation="PALETTE COLOR")
    palette(file, 256, 0, 16, noise((3, 256), "<u2"))
    if broken == "short":
        file.GreenPaletteColorLookupTableData = b"\0" * 100
    elif broken == "no table":
        del file.BluePaletteColorLookupTableData
    elif broken == "no descriptor":
        del file.RedPaletteColorLookupTableDescriptor
    elif broken == "odd bits":
        file.RedPaletteColorLookupTableDescriptor = [256, 0, 12]
    else:
        del file.RedPaletteColorLookupTableData
        file.SegmentedRedPaletteColorLookupTableData = np.array([2, 1, 0, 0] * 9, "<u2").tobytes()

    with pytest.raises(PixelFault) as fault:
        drawn(written(file))

    assert fault.value.code == "bad_palette"


@pytest.mark.parametrize("photometric", ["HSV", "ARGB", "CMYK", "YBR_PARTIAL_420"])
def test_other_models_are_named_and_not_guessed(photometric: str) -> None:
    with pytest.raises(PixelFault) as fault:
        drawn(content(noise((4, 4, 3), "u1"), samples=3, PhotometricInterpretation=photometric))

    assert fault.value.code == "unsupported_pixels"


def test_inverting_and_smaller_sizes_of_colours() -> None:
    pixels = noise((20, 30, 3), "u1")
    file = content(pixels, samples=3)

    assert np.array_equal(drawn(file, invert=True), 255 - pixels)
    assert np.abs(drawn(file, size=15) - pixels.reshape(10, 2, 15, 2, 3).mean(axis=(1, 3))).max() <= 0.5
