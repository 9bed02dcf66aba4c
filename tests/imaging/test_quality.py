"""Marks of quality on stacks and pictures that were broken on purpose."""

from dataclasses import replace

import numpy as np
import pytest

from epione.imaging.domain.quality import (
    blur_marks,
    clipping_marks,
    ghost_marks,
    range_measures,
    sharpness,
    stack_marks,
    stacked,
)
from epione.imaging.domain.quality.sharpness import ghost_ratio
from epione.inference.domain.contract import Frame

rng = np.random.default_rng(7)


def series(slices=12, distance=3.0, orientation=(1, 0, 0, 0, 1, 0), **changed):
    """Noise in a regular stack along its normal."""
    normal = np.cross(orientation[:3], orientation[3:])
    return [
        Frame(
            rng.normal(100, 20, (64, 64)).astype(np.float32),
            position=tuple(float(one) for one in normal * number * distance),
            orientation=orientation,
            thickness=distance,
            instance_number=number + 1,
            **changed,
        )
        for number in range(slices)
    ]


def codes(stack):
    return {one.code.code: one.measurement.value for one in stack_marks(stack)[0]}


def test_a_whole_stack_is_regular_whatever_the_order_in_which_it_comes():
    frames = series()
    for order in (frames, frames[::-1], sorted(frames, key=lambda one: one.pixels[0, 0])):
        stack = stacked(order)
        assert stack.is_regular
        assert stack.distance == pytest.approx(3.0)
        assert codes(stack) == {"slice-distance": 3.0}


def test_a_tilted_stack_is_measured_along_its_normal():
    tilt = np.radians(20)
    stack = stacked(series(orientation=(1, 0, 0, 0, float(np.cos(tilt)), float(np.sin(tilt)))))
    assert stack.is_regular
    assert stack.distance == pytest.approx(3.0)


def test_missing_slices_are_counted_and_placed():
    frames = series()
    stack = stacked(frames[:4] + frames[6:])
    assert stack.gaps == ((9.0, 2),)
    assert stack.numbers_missing == (5, 6)
    assert codes(stack)["missing-slices"] == 2
    assert not stack.is_regular


def test_an_uneven_distance_is_no_missing_slice():
    frames = series()
    frames[5] = replace(frames[5], position=(0.0, 0.0, 15.9))
    stack = stacked(frames)
    assert (stack.missing, stack.uneven) == (0, 2)


def test_a_slice_sent_twice_is_a_copy_at_a_repeated_place():
    frames = series()
    stack = stacked([*frames, frames[4]])
    assert (stack.copies, stack.repeats) == (1, 1)


def test_two_passes_over_the_same_places_are_no_fault():
    stack = stacked(series() + series())
    assert (stack.passes, stack.repeats, stack.copies, stack.missing) == (2, 0, 0, 0)
    assert not stack.is_regular


def test_mixed_directions_are_told_and_the_largest_group_is_measured():
    stack = stacked(series() + series(3, 10.0, (0, 1, 0, 0, 0, 1)))
    assert (stack.directions, stack.distance) == (2, pytest.approx(3.0))
    assert codes(stack)["mixed-directions"] == 2


def test_thin_slices_that_lie_apart_leave_tissue_unseen():
    frames = [replace(one, thickness=1.0) for one in series()]
    assert codes(stacked(frames))["unseen-between-slices"] == pytest.approx(2.0)


def test_slices_without_a_position_are_told():
    frames = [replace(one, position=None, orientation=None) for one in series()]
    stack = stacked(frames)
    assert (stack.unplaced, stack.distance, stack.is_regular) == (12, None, False)
    assert stacked([]).is_regular is False


def test_empty_slices_are_not_copies_of_each_other():
    frames = [replace(one, pixels=np.zeros((8, 8))) for one in series()]
    assert stacked(frames).copies == 0


def test_a_blurred_slice_stands_apart_in_its_series():
    frames = series(16)
    assert blur_marks(frames)[0] == ()
    soft = sum(np.roll(np.roll(frames[9].pixels, r, 0), c, 1) for r in range(-2, 3) for c in range(-2, 3)) / 25
    frames[9] = replace(frames[9], pixels=soft, number=10)
    marks, evidence = blur_marks(frames)
    assert [one.location.frame for one in marks] == [10]
    assert len(evidence[0].value) == 16


def test_a_few_slices_are_not_compared():
    frames = series(5)
    frames[2] = replace(frames[2], pixels=np.linspace(0, 1, 64 * 64).reshape(64, 64))
    assert blur_marks(frames)[0] == ()


def test_sharpness_does_not_depend_on_contrast():
    frame = series(1)[0]
    assert sharpness(replace(frame, pixels=frame.pixels * 7 - 3)) == pytest.approx(sharpness(frame), rel=1e-4)
    assert sharpness(Frame(np.ones((9, 9)))) is None


def ghosted(ghost):
    """A bright square, with a ghost above and below it."""
    pixels = np.full((128, 128), 10.0)
    pixels[24:104, 24:104] = 1000.0
    pixels[:, 24:104][:24] += ghost
    pixels[:, 24:104][104:] += ghost
    return Frame(pixels)


def test_a_ghost_is_the_difference_of_the_borders_over_the_signal():
    assert ghost_ratio(ghosted(0)) == pytest.approx(0)
    assert ghost_ratio(ghosted(60)) == pytest.approx(100 * 120 / 2000)
    assert ghost_marks([ghosted(0), ghosted(20)]) == ()
    [mark] = ghost_marks([ghosted(0), ghosted(60)])
    assert mark.measurement.value == pytest.approx(6.0)


def test_an_object_that_reaches_the_border_has_no_ghost_ratio():
    pixels = np.full((128, 128), 10.0)
    pixels[40:, 24:104] = 1000.0
    assert ghost_ratio(Frame(pixels)) is None
    assert ghost_ratio(Frame(np.zeros((128, 128)))) is None


def test_clipped_values_are_a_share_of_the_pixels():
    pixels = np.full((100, 100), 500, dtype=np.uint16)
    pixels[:5] = 4095
    pixels[5:20] = 0
    frame = Frame(pixels, stored_range=(0, 4095))
    assert {one.code.code: one.measurement.value for one in clipping_marks(frame, is_ct=False)} == {
        "clipped-high": 5.0,
        "clipped-low": 15.0,
    }
    assert [one.code.code for one in clipping_marks(frame, is_ct=True)] == ["clipped-high"]
    assert clipping_marks(replace(frame, stored_range=None), is_ct=False) == ()


def test_the_range_used_is_that_between_the_percentiles():
    pixels = np.tile(np.linspace(1000, 2000, 1000), (20, 1))
    [used] = range_measures([Frame(pixels), Frame(pixels, stored_range=(0, 4000))])
    assert used.measurement.value == pytest.approx(24.75, abs=0.1)
    assert range_measures([Frame(pixels)]) == ()
