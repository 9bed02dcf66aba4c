"""From frames to tensors, and from scores to findings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from epione.inference.domain.contract import Frame, Status
from epione.inference.domain.interpretation import activated, interpreted
from epione.inference.domain.manifest import Input, Manifest
from epione.inference.domain.preprocessing import letterboxed, resized, tensor_of

from .conftest import CALIBRATION, LABELS, manifest_of


def input_of(**changed):
    return Input(**({"rows": 8, "columns": 8} | changed))


@given(st.integers(2, 40), st.integers(2, 40), st.integers(8, 40), st.integers(8, 40))
def test_a_constant_picture_stays_constant_at_any_size(rows, columns, to_rows, to_columns):
    assert resized(np.full((rows, columns), 0.25, np.float32), to_rows, to_columns) == pytest.approx(0.25, abs=1e-5)


@given(arrays.arrays(np.float32, (24, 16), elements=st.floats(0, 1, width=32)))
def test_shrinking_by_a_whole_number_takes_the_mean_of_each_block(values):
    blocks = values.reshape(8, 3, 8, 2).mean(axis=(1, 3))
    assert resized(values, 8, 8) == pytest.approx(blocks, abs=1e-5)


def test_growing_interpolates_between_centres():
    grown = resized(np.array([[0.0, 1.0]] * 2, np.float32), 2, 4)
    assert grown[0].tolist() == pytest.approx([0.0, 0.25, 0.75, 1.0])


def test_proportions_are_kept_on_black_when_asked():
    wide = letterboxed(np.ones((10, 20), np.float32), 16, 16)
    assert wide[4:12].min() == 1
    assert wide[:4].max() == wide[12:].max() == 0


def test_a_window_shows_its_range_and_inverts_what_is_stored_inverted():
    pixels = np.array([[-1000.0, 40.0], [240.0, 3000.0]] * 4).repeat(4, axis=1)
    plain = tensor_of(Frame(pixels, window=(40, 400)), input_of())
    assert (plain.min(), plain.max()) == (0, 1)
    assert plain[0, 0, 0, 7] == pytest.approx(0.5)
    inverted = tensor_of(Frame(pixels, window=(40, 400), photometric="MONOCHROME1"), input_of())
    assert inverted == pytest.approx(1 - plain)


def test_modality_values_are_clipped_and_never_inverted():
    pixels = np.linspace(-1000, 1000, 64).reshape(8, 8)
    given_ = input_of(values="modality", clip=(-500, 500))
    values = tensor_of(Frame(pixels, window=(0, 10), photometric="MONOCHROME1"), given_)
    assert values.reshape(-1) == pytest.approx(np.clip((pixels.reshape(-1) + 500) / 1000, 0, 1), abs=1e-5)


def test_layout_channels_and_normalisation_follow_the_description():
    frame = Frame(np.full((8, 8, 3), (255, 0, 0), np.uint8))
    colour = tensor_of(frame, input_of(channels=3, layout="NHWC", mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)))
    assert colour.shape == (1, 8, 8, 3)
    assert colour[0, 0, 0].tolist() == [1, -1, -1]
    grey = tensor_of(frame, input_of(scale=255, dtype="uint8"))
    assert (grey.dtype, grey.shape, int(grey[0, 0, 0, 0])) == (np.uint8, (1, 1, 8, 8), round(0.299 * 255))


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=8), st.floats(0.1, 10))
def test_a_softmax_sums_to_one_and_a_higher_temperature_is_less_sure(logits, temperature):
    scores = activated(np.array(logits), "softmax", temperature)
    assert scores.sum() == pytest.approx(1)
    assert activated(np.array(logits), "softmax", temperature * 2).max() <= scores.max() + 1e-9


def of(activation="sigmoid", **output):
    return Manifest.model_validate(
        manifest_of(output={"name": "logits", "activation": activation, "labels": LABELS} | output)
    )


def test_several_labels_may_hold_at_once_and_only_those_above_their_threshold():
    labels = [LABELS[0] | {"threshold": 0.5}, LABELS[1] | {"threshold": 0.5}]
    result = interpreted([3.0, 2.0], of(labels=labels))
    assert [one.label_en for one in result.findings] == ["Bright", "Dark"]
    assert [one.label_en for one in interpreted([3.0, -2.0], of(labels=labels)).findings] == ["Bright"]
    assert interpreted([-3.0, -2.0], of(labels=labels)).findings == ()


def test_a_label_that_is_not_to_be_reported_is_evidence_only():
    labels = [LABELS[0] | {"report": False}, LABELS[1]]
    result = interpreted([9.0, -9.0], of("softmax", labels=labels))
    assert (result.status, result.findings, len(result.evidence)) == (Status.OK, (), 2)


@pytest.mark.parametrize(
    ("numbers", "activation", "reason"),
    [
        ([1.0], "softmax", "unexpected_output_size"),
        ([np.nan, 1.0], "softmax", "output_not_finite"),
        ([1.5, 0.0], "none", "output_out_of_range"),
    ],
)
def test_numbers_that_are_no_scores_are_an_error(numbers, activation, reason):
    result = interpreted(numbers, of(activation))
    assert (result.status, result.reason) == (Status.ERROR, reason)


def test_a_temperature_makes_the_score_a_confidence_with_its_calibration():
    manifest = Manifest.model_validate(manifest_of(calibration=CALIBRATION | {"temperature": 2.0}))
    [finding] = interpreted([2.0, 0.0], manifest).findings
    assert finding.confidence == pytest.approx(1 / (1 + np.exp(-1)), abs=1e-4)
    assert finding.calibration_id == "cal-1"
