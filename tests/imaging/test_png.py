"""The PNG writer: Pillow reads back what was written, bit by bit."""

import sys
import zlib
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from epione.imaging.domain.pixels.png import png

from .pixel_files import noise


def read(file: bytes) -> Any:
    with Image.open(BytesIO(file)) as image:
        image.load()
        return np.array(image)


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from(["u1", "<u2", "rgb"]))
def test_what_is_written_is_read_back(rows: int, columns: int, kind: str) -> None:
    image = noise((rows, columns, 3), "u1") if kind == "rgb" else noise((rows, columns), kind)

    assert np.array_equal(read(png(image)), image)


def test_parts_of_an_image_need_no_copy_of_their_own() -> None:
    image = noise((50, 60), "u1")

    assert np.array_equal(read(png(image[3:40:2, 5:50])), image[3:40:2, 5:50])


def test_without_isal_the_pictures_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    image = noise((64, 64), "<u2")
    monkeypatch.setattr(sys.modules[png.__module__], "compress", zlib.compress)

    assert np.array_equal(read(png(image)), image)
