"""The description of a model: each fault is named, nothing breaks its reading."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epione.inference.domain.manifest import BadManifest, read_manifest

from .conftest import manifest_of


def test_a_whole_description_is_read():
    read = read_manifest(json.dumps(manifest_of()))
    assert (read.id, read.version, read.describe().modalities) == ("bright", "1.0", ("CR", "DX"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"engine": "pickle"}, "engine"),
        ({"weights_sha256": None}, "weights_sha256"),
        ({"weights_sha256": "abc"}, "weights_sha256"),
        ({"input": None}, "input"),
        ({"modalities": ["CT", "QQ"]}, "QQ"),
        ({"surprise": 1}, "surprise"),
        ({"body_parts": ["\0"]}, "U+0000"),
        ({"id": "Not A Name"}, "id"),
        ({"input": {"rows": 16, "columns": 16, "values": "modality"}}, "clip"),
        ({"input": {"rows": 16, "columns": 16, "mean": [1, 2]}}, "mean"),
        ({"engine": "openai", "endpoint": None}, "endpoint"),
        ({"endpoint": {"url": "https://x", "model": "m", "credential": "HOME"}}, "credential"),
    ],
)
def test_a_description_says_each_of_its_faults(changed, said):
    with pytest.raises(BadManifest) as bad:
        read_manifest(json.dumps(manifest_of(**changed)))
    assert said in str(bad.value)


@given(st.one_of(st.binary(), st.text().map(str.encode)))
def test_no_bytes_break_the_reading_of_a_description(content):
    with pytest.raises(BadManifest):
        read_manifest(content)


def test_the_example_of_the_documents_is_a_whole_description():
    page = (Path(__file__).parents[2] / "docs" / "models.md").read_text()
    [example] = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    read = read_manifest(example)
    assert (read.id, read.calibration.temperature) == ("chest-opacity", 1.4)
