"""Measures on phantoms whose truth is known."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from epione.imaging.domain.analyses import SHIPPED, chest_symmetry, ct_tissues, image_quality, value_statistics
from epione.imaging.domain.measures import (
    lung_symmetry,
    region_statistics,
    statistics_of,
    tissue_volumes,
    value_measures,
)
from epione.imaging.domain.measures.lungs import dark_fields
from epione.imaging.domain.measures.tissues import reached_from_border
from epione.imaging.domain.quality import stacked
from epione.inference.domain.checks import as_dict, as_result
from epione.inference.domain.contract import Frame, ImageRef, Kind, Request, Status

SIZE, SPACING, DISTANCE = 128, (0.8, 0.8), 2.5
VOXEL = SPACING[0] * SPACING[1] * DISTANCE / 1000


def disc(radius, row=SIZE / 2, column=SIZE / 2, size=SIZE):
    """A disc as a mask."""
    rows, columns = np.mgrid[0:size, 0:size]
    return (rows - row) ** 2 + (columns - column) ** 2 <= radius**2


def phantom(slices=20, distance=DISTANCE, **changed):
    """A cylinder of 40 HU with a hole of -800 HU, a rod of 700 HU and another of -100 HU, in air of -1000 HU."""
    pixels = np.full((SIZE, SIZE), -1000, dtype=np.int16)
    pixels[disc(50)] = 40
    pixels[disc(20, row=50)] = -800
    pixels[disc(5, row=100)] = 700
    pixels[disc(6, column=30)] = -100
    frame = Frame(pixels, spacing=SPACING, orientation=(1, 0, 0, 0, 1, 0), thickness=distance, instance_number=1)
    made = []
    for number in range(slices):
        own = pixels.copy()
        own[0, 0] -= number  # no two slices of a scanner have the same noise
        place = (0.0, 0.0, number * distance)
        made.append(replace(frame, pixels=own, position=place, instance_number=number + 1, **changed))
    return made


def request_of(frames, modality="CT", body_part=""):
    return Request((ImageRef("x", "0" * 64),), modality, lambda: frames, body_part=body_part)


def test_volumes_of_a_phantom_are_those_that_were_drawn():
    frames = phantom()
    found = tissue_volumes(frames, stacked(frames))
    hole, rod, fat = disc(20, row=50), disc(5, row=100), disc(6, column=30)
    assert found.voxel == pytest.approx(VOXEL)
    assert found.air == pytest.approx(hole.sum() * 20 * VOXEL)
    assert found.bone == pytest.approx(rod.sum() * 20 * VOXEL)
    assert found.fat == pytest.approx(fat.sum() * 20 * VOXEL)
    assert found.soft == pytest.approx((disc(50).sum() - hole.sum() - rod.sum() - fat.sum()) * 20 * VOXEL)
    assert found.air == pytest.approx(math.pi * (20 * 0.8) ** 2 * 20 * DISTANCE / 1000, rel=0.02)


def test_air_around_the_body_is_not_in_it_even_when_it_is_open_to_the_border_by_a_winding_way():
    open_ = np.zeros((9, 9), dtype=bool)
    open_[0, 4] = open_[1, 4] = open_[1, 3] = open_[1, 2] = open_[2, 2] = open_[3, 2] = open_[3, 3] = open_[3, 4] = True
    open_[6, 6] = True
    reached = reached_from_border(open_)
    assert reached[3, 4]
    assert not reached[6, 6]
    assert reached.sum() == open_.sum() - 1


@given(arrays.arrays(np.bool_, (12, 9)))
def test_what_is_reached_from_the_border_is_what_a_walk_reaches(open_):
    todo = [(r, c) for r in range(12) for c in range(9) if open_[r, c] and (r in {0, 11} or c in {0, 8})]
    walked = set(todo)
    while todo:
        r, c = todo.pop()
        for near in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
            if 0 <= near[0] < 12 and 0 <= near[1] < 9 and open_[near] and near not in walked:
                walked.add(near)
                todo.append(near)
    assert {tuple(map(int, one)) for one in np.argwhere(reached_from_border(open_))} == walked


@pytest.mark.parametrize(
    "broken",
    [
        lambda frames: frames[:5] + frames[7:],
        lambda frames: [*frames, frames[3]],
        lambda frames: [replace(one, spacing=None) for one in frames],
        lambda frames: [replace(one, position=None) for one in frames],
        lambda frames: [*frames[:-1], replace(frames[-1], orientation=(0, 1, 0, 0, 0, 1))],
        lambda frames: [*frames[:-1], replace(frames[-1], spacing=(0.7, 0.7))],
        lambda frames: frames[:1],
        lambda frames: [],
    ],
)
def test_no_volume_is_given_when_the_geometry_does_not_allow_it(broken):
    frames = broken(phantom())
    assert tissue_volumes(frames, stacked(frames)) is None


def test_the_analysis_says_that_it_cannot_tell():
    answer = ct_tissues(request_of(phantom(slices=1)))
    assert (answer.status, answer.reason, answer.findings) == (Status.ABSTAIN, "stack_not_regular", ())


@given(arrays.arrays(np.int16, st.tuples(st.integers(2, 20), st.integers(2, 20))))
def test_statistics_over_frames_are_those_of_all_their_pixels(pixels):
    found, evidence = value_measures([Frame(pixels), Frame(pixels[::-1])], is_ct=False)
    both = np.concatenate([pixels.ravel(), pixels.ravel()]).astype(np.float64)
    expected = [both.mean(), both.std(), both.min(), both.max(), np.median(both)]
    assert [one.measurement.value for one in found] == pytest.approx(expected, abs=1e-3)
    assert sum(evidence[0].value) == both.size
    assert evidence[4].value == pytest.approx(np.percentile(both, (5, 95)), abs=1e-2)


def test_padding_of_a_scanner_is_left_out():
    pixels = np.full((10, 10), 100, dtype=np.int16)
    pixels[:5] = -2000
    found, evidence = value_measures([Frame(pixels)], is_ct=True)
    assert found[0].measurement.value == 100
    assert found[0].measurement.unit == "[hnsf'U]"
    assert {one.label: one.value for one in evidence}["padding left out"] == 50


def test_nothing_is_measured_of_nothing():
    assert value_measures([], is_ct=True) == ((), ())
    assert statistics_of(np.zeros(0)) is None
    assert statistics_of(np.array([np.nan, 1.0])) is None
    assert value_statistics(request_of([])).status is Status.REJECTED


def test_statistics_of_a_region_are_those_inside_its_corners():
    pixels = np.zeros((20, 20), dtype=np.int16)
    pixels[5:10, 5:15] = 7
    found = region_statistics(Frame(pixels, spacing=(0.5, 0.5)), [(4.5, 4.5), (14.5, 4.5), (14.5, 9.5), (4.5, 9.5)])
    assert (found.count, found.mean, found.deviation, found.area) == (50, 7.0, 0.0, 12.5)
    assert region_statistics(Frame(pixels), [(1, 1), (2, 2)]) is None
    assert region_statistics(Frame(pixels), [(30, 30), (31, 30), (31, 31)]) is None


def chest(left=30, right=30, **changed):
    """A bright chest with two dark fields of these radii on a black, directly exposed border."""
    pixels = np.full((256, 256), 0.0, dtype=np.float32)
    pixels[20:236, 20:236] = 0.9
    pixels[disc(left, 120, 80, 256)] = 0.2
    pixels[disc(right, 120, 176, 256)] = 0.2
    return Frame(pixels * 4095, **changed)


def test_equal_fields_are_symmetrical():
    found = dark_fields(chest())
    assert found.area_symmetry == pytest.approx(100, abs=1)
    assert found.brightness_difference == pytest.approx(0, abs=0.5)


def test_the_ratio_of_areas_is_the_one_drawn():
    found = dark_fields(chest(left=24))
    assert found.area_symmetry == pytest.approx(100 * (24 / 30) ** 2, abs=3)
    assert found.left_area < found.right_area


def test_an_inverted_radiograph_measures_the_same():
    plain = chest(left=24)
    inverted = replace(plain, pixels=4095 - plain.pixels, photometric="MONOCHROME1")
    assert dark_fields(inverted).area_symmetry == pytest.approx(dark_fields(plain).area_symmetry, abs=0.5)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((256, 256)),
        np.full((256, 256), 5.0),
        np.ones((8, 8)),
        np.full((256, 256), np.nan),
        np.ones((256, 256, 3)),
    ],
)
def test_no_symmetry_where_there_are_no_two_fields(pixels):
    assert lung_symmetry(Frame(pixels)) == ()


def test_one_field_alone_is_no_symmetry():
    frame = chest()
    frame.pixels[disc(31, 120, 80, 256)] = 0.9 * 4095
    assert chest_symmetry(request_of([frame], "DX", "CHEST")).status is Status.ABSTAIN


@pytest.mark.parametrize("analysis", [run for _manifest, run in SHIPPED])
def test_every_answer_is_one_of_the_contract(analysis):
    for frames in (phantom(), phantom(slices=1), [chest()], [], [Frame(np.zeros((4, 4, 3), np.uint8))]):
        answer = analysis(request_of(frames))
        assert as_result(as_dict(answer)) == answer
        assert all(one.confidence is None for one in answer.findings)
        assert all(one.kind is not Kind.FINDING for one in answer.findings)
        assert all(one.method and one.label_fr and one.label_en for one in answer.findings)


def test_quality_of_a_whole_series_has_no_mark():
    answer = image_quality(request_of(phantom()))
    assert [one for one in answer.findings if one.kind is Kind.QUALITY] == []
