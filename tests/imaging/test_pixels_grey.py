"""Grey images: every depth, sign and window gives the brightness that PS3.3 defines, computed here sample by sample."""

import math
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pydicom import Dataset
from pydicom.pixels import apply_modality_lut, apply_voi_lut

from epione.imaging.sandboxed import frames, render, statistics

from .pixel_files import content, dataset, noise, written


def drawn(file: bytes, **asked: Any) -> Any:
    facts, [made] = render(asked, file)
    picture = np.array(Image.open(BytesIO(made)))
    assert list(picture.shape[1::-1]) == facts["size"]
    return picture


def look(file: bytes, **asked: Any) -> dict[str, Any]:
    return render(asked, file)[0]


def reference(value: float, center: float, width: float, function: str = "LINEAR") -> int:
    """PS3.3 C.11.2.1.2 and C.11.2.1.3, as written there, from 0 to 255."""
    if function == "SIGMOID":
        return round(255 / (1 + math.exp(min(700, -4 * (value - center) / width))))
    if function == "LINEAR_EXACT":
        if value <= center - width / 2:
            return 0
        if value > center + width / 2:
            return 255
        return round(((value - center) / width + 0.5) * 255)
    if value <= center - 0.5 - (width - 1) / 2:
        return 0
    if value > center - 0.5 + (width - 1) / 2:
        return 255
    return round(((value - (center - 0.5)) / (width - 1) + 0.5) * 255)


def table(values: Any, *window: Any) -> Any:
    return np.array([[reference(float(value), *window) for value in line] for line in values], np.uint8)


@pytest.mark.parametrize("kind", ["u1", "i1", "<u2", "<i2", "<u4", "<i4"])
@pytest.mark.parametrize("photometric", ["MONOCHROME2", "MONOCHROME1"])
def test_every_depth_and_sign_is_windowed(kind: str, photometric: str) -> None:
    pixels = noise((9, 7), kind, low=-100 if "i" in kind else 0, high=100)
    file = content(pixels, PhotometricInterpretation=photometric, WindowCenter=20, WindowWidth=90)

    expected = table(pixels, 20, 90)

    assert np.array_equal(drawn(file), 255 - expected if photometric == "MONOCHROME1" else expected)


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
@pytest.mark.parametrize(("center", "width"), [(0, 1), (40, 400), (-600, 1500), (0.5, 2), (1000, 3.5)])
def test_the_three_functions_of_a_window(function: str, center: float, width: float) -> None:
    pixels = np.arange(-1200, 1200, dtype="<i2").reshape(40, 60)
    file = content(pixels, WindowCenter=center, WindowWidth=width, VOILUTFunction=function)

    found = drawn(file).astype(int)

    assert np.abs(found - table(pixels, center, width, function)).max() <= (0 if function != "SIGMOID" else 1)


@given(
    st.integers(-3000, 3000), st.integers(2, 5000), st.sampled_from(["LINEAR", "LINEAR_EXACT"]),
    st.sampled_from([(1, -1024), (0.5, 3), (2.25, 0)]),
)  # fmt: skip
def test_pydicom_agrees(center: int, width: int, function: str, scale: tuple[float, float]) -> None:
    pixels = noise((8, 8), "<i2", -2048, 3071)
    file = dataset(pixels, WindowCenter=center, WindowWidth=width, VOILUTFunction=function)
    file.RescaleSlope, file.RescaleIntercept = scale
    quantities = apply_modality_lut(pixels, file)
    shaded = apply_voi_lut(quantities, file)
    # pydicom spreads over the range of the stored bits after the rescale; brought back to 0-255 here.
    ends = [scale[0] * end + scale[1] for end in (-32768, 32767)]

    expected = (shaded - ends[0]) / (ends[1] - ends[0]) * 255

    assert np.abs(drawn(written(file)) - expected).max() <= 0.5 + 1e-6


@pytest.mark.parametrize(("stored", "high"), [(12, 11), (10, 9), (12, 15), (8, 11), (16, 15)])
@pytest.mark.parametrize("signed", [False, True])
def test_bits_beside_the_stored_ones_are_not_part_of_a_sample(stored: int, high: int, signed: bool) -> None:
    low = -(1 << (stored - 1)) if signed else 0
    values = noise((16, 16), "<i4", low, low + (1 << stored) - 1)
    shift, mask = high + 1 - stored, (1 << stored) - 1
    overlay = noise((16, 16), "<u2").astype("<u4") & ~np.uint32(mask << shift)
    cells = (((values & mask) << shift) | overlay).astype("<u2")
    file = content(
        cells, BitsStored=stored, HighBit=high, PixelRepresentation=int(signed), WindowCenter=10, WindowWidth=200
    )  # fmt: skip

    assert np.array_equal(drawn(file), table(values, 10, 200))


@pytest.mark.parametrize("kind", ["<f4", "<f8"])
def test_floating_samples_are_windowed_and_what_is_no_number_is_black(kind: str) -> None:
    pixels = np.array([[0, 0.25, 0.5], [1, np.nan, np.inf]], kind)
    file = content(pixels, WindowCenter=0.5, WindowWidth=1, VOILUTFunction="LINEAR_EXACT")

    assert drawn(file).tolist() == [[0, 64, 128], [255, 0, 255]]


def test_single_bits_follow_each_other_across_frames() -> None:
    pixels = noise((3, 5, 7), "u1", 0, 1)
    packed = np.packbits(pixels.ravel(), bitorder="little").tobytes()
    file = dataset(pixels, BitsAllocated=1, BitsStored=1, HighBit=0)
    file.PixelData = packed + b"\0" * (len(packed) % 2)

    for number in range(3):
        assert np.array_equal(drawn(written(file), frame=number + 1), pixels[number] * 255)


def test_an_image_of_eight_bits_without_a_window_is_shown_as_it_is() -> None:
    pixels = noise((8, 8), "u1", 30, 90)

    assert np.array_equal(drawn(content(pixels)), pixels)
    assert not drawn(content(np.zeros((4, 4), "u1"))).any()


def test_without_a_window_nearly_all_samples_are_spread() -> None:
    pixels = noise((100, 100), "<u2", 1000, 2000)
    pixels[0, 0], pixels[0, 1] = 65_000, 0  # two defects do not darken the rest
    found = look(content(pixels))

    assert found["window"]["name"] == "auto"
    assert found["window"]["center"] == pytest.approx(1500, abs=10)
    assert found["window"]["width"] == pytest.approx(990, abs=15)


def test_padding_is_black_and_not_counted() -> None:
    pixels = noise((50, 50), "<i2", 0, 100)
    pixels[:25] = -2000
    for photometric in ("MONOCHROME2", "MONOCHROME1"):
        file = content(pixels, PixelPaddingValue=-2000, PhotometricInterpretation=photometric)
        assert not drawn(file)[:25].any()
        assert drawn(file)[25:].max() == 255
        assert look(file)["window"]["center"] == pytest.approx(50, abs=2)
    ranged = content(pixels, PixelPaddingValue=-2000, PixelPaddingRangeLimit=90)
    assert not drawn(ranged, center=50, width=100)[pixels <= 90].any()


@pytest.mark.parametrize("width", ["0", "-5", "NaN", "", "0.5"])
def test_a_window_that_is_none_is_named_and_replaced(width: str) -> None:
    pixels = noise((20, 20), "<i2", -500, 500)
    file = dataset(pixels, WindowCenter="40", WindowWidth="77")
    text = (width + " " * (len(width) % 2)).encode()
    found = look(written(file).replace(b"DS\x02\x0077", b"DS" + len(text).to_bytes(2, "little") + text))

    assert found["window"]["name"] == "auto"
    assert found["ignored"] == ([] if not width else ["window"])


def test_the_next_window_holds_when_the_first_is_none() -> None:
    file = content(
        noise((4, 4), "<i2", 0, 9), WindowCenter=[1, 40], WindowWidth=[0, 400], WindowCenterWidthExplanation=["A", "B"]
    )
    found = look(file)

    assert (found["window"]["center"], found["window"]["width"], found["ignored"]) == (40, 400, ["window"])


def test_a_slope_of_zero_is_named_and_not_followed() -> None:
    pixels = np.arange(100, dtype="<u2").reshape(10, 10)
    file = content(pixels, RescaleSlope=0, RescaleIntercept=5, WindowCenter=50, WindowWidth=100)

    assert np.array_equal(drawn(file), table(pixels, 50, 100))
    assert look(file)["ignored"] == ["slope"]


def test_a_negative_slope_turns_the_order_round() -> None:
    pixels = noise((8, 8), "<i2", -500, 500)

    assert np.array_equal(
        drawn(content(pixels, RescaleSlope=-1, WindowCenter=0, WindowWidth=300)), table(-pixels, 0, 300)
    )


def lut(first: int, entries: list[int], bits: int, kind: str = "US") -> Dataset:
    item = Dataset()
    item.add_new(0x00283002, "US" if first >= 0 else "SS", [len(entries), first, bits])
    item.add_new(0x00283006, "OW", np.array(entries, "<u2").tobytes())
    item.ModalityLUTType = "US"
    return item


def test_a_table_of_the_file_is_followed_and_can_be_left() -> None:
    pixels = np.arange(-4, 12, dtype="<i2").reshape(4, 4)
    file = content(pixels, VOILUTSequence=[lut(-2, [0, 4095, 2000, 1000], 12)], WindowCenter=4, WindowWidth=8)
    entries = [0, 0, 0, 4095, 2000] + [1000] * 11

    assert drawn(file).ravel().tolist() == [round(one / 4095 * 255) for one in entries]
    assert look(file)["table"] is True and look(file)["window"] is None
    assert np.array_equal(drawn(file, center=4, width=8), table(pixels, 4, 8))
    assert look(file, preset="auto")["window"]["name"] == "auto"


def test_a_modality_table_replaces_the_line() -> None:
    pixels = np.array([[0, 1, 2, 3, 200]], "<u2")
    file = content(pixels, ModalityLUTSequence=[lut(1, [10, 400, 30], 16)], WindowCenter=200, WindowWidth=401)

    assert np.array_equal(drawn(file), table([[10, 10, 400, 30, 30]], 200, 401))
    assert frames({"frames": [1]}, file)[0]["frames"][0]["scale_is_table"] is True


def test_frames_of_an_enhanced_object_have_their_own_window_and_scale() -> None:
    pixels = noise((3, 6, 6), "<u2", 0, 4000)
    scales, windows = [(1, 0), (2, -1024), (0.5, 100)], [(2000, 4000), (40, 400), (500, 300)]
    groups = []
    for (slope, intercept), (center, width) in zip(scales, windows, strict=True):
        group, voi, line = Dataset(), Dataset(), Dataset()
        voi.WindowCenter, voi.WindowWidth = center, width
        line.RescaleSlope, line.RescaleIntercept, line.RescaleType = slope, intercept, "HU"
        group.FrameVOILUTSequence, group.PixelValueTransformationSequence = [voi], [line]
        groups.append(group)
    measures, shared = Dataset(), Dataset()
    measures.PixelSpacing = [0.5, 0.25]
    shared.PixelMeasuresSequence = [measures]
    file = content(pixels, PerFrameFunctionalGroupsSequence=groups, SharedFunctionalGroupsSequence=[shared])

    for number in range(3):
        slope, intercept = scales[number]
        assert np.array_equal(
            drawn(file, frame=number + 1), table(pixels[number].astype(float) * slope + intercept, *windows[number])
        )
        assert look(file, frame=number + 1)["spacing"] == [0.5, 0.25]
    assert look(file)["frame"] == 2


@pytest.mark.parametrize(
    ("preset", "center", "width"), [("os", 400, 1800), ("poumon", -600, 1500), ("cerveau", 40, 80)]
)
def test_presets_of_ct(preset: str, center: float, width: float) -> None:
    pixels = noise((12, 12), "<i2", -1024, 2000)
    file = content(pixels, WindowCenter=1, WindowWidth=2)

    assert np.array_equal(drawn(file, preset=preset), table(pixels, center, width))
    assert preset in look(file)["presets"]
    assert look(content(pixels, Modality="MR"))["presets"] == []


def test_inverting_crops_and_smaller_sizes() -> None:
    pixels = noise((40, 60), "<i2", 0, 255)
    file = content(pixels, WindowCenter=128, WindowWidth=256)
    whole = drawn(file)

    assert np.array_equal(drawn(file, invert=True), 255 - whole)
    assert np.array_equal(drawn(file, region=[10, 5, 20, 8]), whole[5:13, 10:30])
    small = drawn(file, size=30)
    blocks = whole.reshape(20, 2, 30, 2).mean(axis=(1, 3))
    assert small.shape == (20, 30) and np.abs(small - blocks).max() <= 0.5
    odd = drawn(file, size=37)
    assert odd.shape == (25, 37) and odd.mean() == pytest.approx(whole.mean(), abs=0.5)
    assert drawn(file, size=4000).shape == (40, 60)


def test_sixteen_bits_carry_the_stored_samples() -> None:
    pixels = noise((10, 10), "<i2")
    facts, [made] = render({"form": "png16"}, content(pixels, RescaleIntercept=-1024, RescaleSlope=2))

    assert np.array_equal(np.array(Image.open(BytesIO(made))).astype(int) - facts["offset"], pixels)
    assert (facts["slope"], facts["intercept"], facts["unit"]) == (2, -1024, "HU")


def test_jpeg_is_near_the_picture() -> None:
    pixels = np.tile(np.arange(256, dtype="u1"), (64, 1))
    made = render({"form": "jpeg", "quality": 95}, content(pixels))[1][0]

    assert np.abs(np.array(Image.open(BytesIO(made))).astype(int) - pixels).max() < 8


def test_raw_frames_come_with_how_they_lie() -> None:
    pixels = noise((3, 4, 5), "<i2")
    about, made = frames({"frames": [3, 1]}, content(pixels, PixelSpacing=[0.7, 0.8]))

    assert made == [pixels[2].tobytes(), pixels[0].tobytes()]
    assert [one["frame"] for one in about["frames"]] == [3, 1]
    first = about["frames"][0]
    assert (first["rows"], first["columns"], first["bits_stored"], first["signed"], first["spacing"]) == (
        4,
        5,
        16,
        True,
        [0.7, 0.8],
    )


def test_quantities_of_a_region() -> None:
    pixels = noise((30, 40), "<i2", 0, 100)
    pixels[0, 0] = -2000
    file = content(pixels, RescaleSlope=2, RescaleIntercept=-10, PixelPaddingValue=-2000)
    found = statistics({"frame": 1, "box": [0, 0, 10, 8]}, file)[0]
    inside = pixels[:8, :10].ravel()[1:] * 2 - 10

    assert (found["count"], found["lowest"], found["highest"]) == (79, inside.min(), inside.max())
    assert (found["mean"], found["deviation"]) == (pytest.approx(inside.mean()), pytest.approx(inside.std()))
    round_one = statistics({"frame": 1, "box": [10, 10, 30, 26], "ellipse": True}, file)[0]
    assert round_one["count"] == pytest.approx(math.pi * 10 * 8, rel=0.03)
    assert statistics({"frame": 1, "box": [500, 500, 600, 600]}, file)[0]["mean"] is None
