"""Transfer syntaxes: lossless ones of one image give its very samples, lossy ones nearly, broken ones a typed refusal."""

import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epione.imaging.domain.dicom import NotDicom
from epione.imaging.domain.pixels import PixelFault
from epione.imaging.domain.pixels.codestream import stated
from epione.imaging.providers import pixels as providers
from epione.imaging.sandboxed import frames, render
from epione.kernel.sandbox import Sandbox, SandboxError

from .compression import (
    BASELINE,
    DEFLATED_FRAMES,
    EXACT,
    JPEG_2000,
    JPEG_2000_LOSSY,
    JPEG_LS,
    JPEG_LS_NEAR,
    LOSSLESS_FIRST_ORDER,
    RLE,
    compressed,
)
from .pixel_files import dataset, noise, written

NATIVE = ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"]


def smooth(rows: int, columns: int, kind: str) -> Any:
    """A gradient with a bright square: compresses as pictures do."""
    image = np.add.outer(np.arange(rows), np.arange(columns) * 2).astype(kind)
    image[rows // 4 : rows // 2, columns // 4 : columns // 2] += 60
    return image


def samples_of(file: bytes, number: int = 1) -> tuple[dict[str, Any], bytes]:
    about, [made] = frames({"frames": [number]}, file)
    return about["frames"][0], made


def code_of(file: bytes, number: int = 1) -> str:
    with pytest.raises((PixelFault, NotDicom)) as fault:
        samples_of(file, number)
    return str(fault.value.code)


def encoded(image: Any, syntax: str, **options: Any) -> bytes:
    signed = image.dtype.kind == "i"
    return written(dataset(image, **options), syntax, [compressed(image, syntax, signed=signed)])


@pytest.mark.parametrize("syntax", [*NATIVE, *EXACT])
@pytest.mark.parametrize("kind", ["u1", "<u2", "<i2"])
def test_lossless_syntaxes_give_the_very_samples(syntax: str, kind: str) -> None:
    image = noise((33, 47), kind)
    file = written(dataset(image), syntax) if syntax in NATIVE else encoded(image, syntax)

    about, made = samples_of(file)

    assert made == image.tobytes()
    assert (about["signed"], about["bits_stored"]) == (kind == "<i2", image.dtype.itemsize * 8)


def test_big_endian_gives_the_very_samples() -> None:
    image = noise((8, 9), "<i2")
    file = dataset(image)
    file.PixelData = image.astype(">i2").tobytes()

    assert samples_of(written(file, "1.2.840.10008.1.2.2"))[1] == image.tobytes()


@pytest.mark.parametrize("syntax", [*EXACT])
def test_lossless_colours_give_the_very_samples(syntax: str) -> None:
    image = noise((40, 36, 3), "u1")
    file = written(dataset(image, samples=3), syntax, [compressed(image, syntax, samples=3)])

    assert samples_of(file)[1] == image.tobytes()


@pytest.mark.parametrize("syntax", [BASELINE, JPEG_LS_NEAR, JPEG_2000_LOSSY])
def test_lossy_syntaxes_come_near(syntax: str) -> None:
    image = smooth(64, 64, "u1")

    made = np.frombuffer(samples_of(encoded(image, syntax))[1], "u1").astype(int)

    assert np.abs(made - image.ravel()).mean() < 4


def test_colours_of_jpeg_come_as_rgb() -> None:
    image = np.full((16, 16, 3), (200, 30, 40), "u1")
    file = dataset(image, samples=3, PhotometricInterpretation="YBR_FULL_422")

    about, made = samples_of(written(file, BASELINE, [compressed(image, BASELINE)]))

    assert np.abs(np.frombuffer(made, "u1").reshape(16, 16, 3).astype(int) - (200, 30, 40)).max() < 6
    assert about["photometric"] == "RGB"


@pytest.mark.parametrize("syntax", [RLE, JPEG_LS, JPEG_2000])
def test_each_frame_is_decoded_alone(syntax: str) -> None:
    images = noise((4, 34, 40), "<u2")
    file = written(dataset(images), syntax, [compressed(one, syntax) for one in images])

    assert [samples_of(file, number)[1] for number in (4, 1)] == [images[3].tobytes(), images[0].tobytes()]


def test_single_bits_in_rle() -> None:
    image = noise((24, 16), "u1", 0, 1)
    file = dataset(image, BitsAllocated=1, BitsStored=1, HighBit=0)
    packed = np.packbits(image.ravel(), bitorder="little").tobytes()
    stream = struct.pack("<16I", 1, 64, *[0] * 14) + bytes([len(packed) - 1]) + packed

    assert samples_of(written(file, RLE, [stream + b"\0"]))[1] == packed


def test_twelve_bits_in_sixteen() -> None:
    image = noise((48, 48), "<u2", 0, 4095)
    file = dataset(image, BitsStored=12, HighBit=11)

    for syntax in (JPEG_2000, JPEG_LS, LOSSLESS_FIRST_ORDER, RLE):
        assert samples_of(written(file, syntax, [compressed(image, syntax)]))[1] == image.tobytes()


def fragmented(file: bytes, table: bytes, fragments: list[bytes]) -> bytes:
    """The encapsulated pixels of a file replaced by these fragments."""
    start = file.rindex(b"\xe0\x7f\x10\x00OB") + 12
    items = [b"\xfe\xff\x00\xe0" + struct.pack("<I", len(piece)) + piece for piece in [table, *fragments]]
    return file[:start] + b"".join(items) + b"\xfe\xff\xdd\xe0\0\0\0\0"


def test_frames_in_several_fragments_are_found_by_table_or_by_their_starts() -> None:
    images = smooth(32, 32, "u1"), 255 - smooth(32, 32, "u1")
    streams = [compressed(one, JPEG_LS) for one in images]
    streams = [one + b"\0" * (len(one) % 2) for one in streams]
    pieces = [piece for one in streams for piece in (one[:50], one[50:])]
    file = written(dataset(np.stack(images)), JPEG_LS, streams)
    offsets = struct.pack("<2I", 0, len(streams[0]) + 16)

    for table in (offsets, b"", struct.pack("<2I", 0, 7), struct.pack("<I", 0), struct.pack("<2I", 99_999, 0)):
        broken = fragmented(file, table, pieces)
        assert [samples_of(broken, number)[1] for number in (1, 2)] == [one.tobytes() for one in images]


def test_fragments_that_fit_no_frames_are_refused() -> None:
    images = noise((3, 8, 8), "u1")
    streams = [compressed(one, RLE) for one in images]
    file = written(dataset(images), RLE, streams)

    assert code_of(fragmented(file, b"", streams[:2])) == "truncated_pixels"
    assert code_of(fragmented(file, b"", [*streams, streams[0]])) == "corrupt_pixels"
    assert code_of(fragmented(file, b"", [])) == "truncated_pixels"
    assert code_of(fragmented(file, b"", [b"", b"", b""])) == "truncated_pixels"
    assert code_of(file, 4) == code_of(file, -1) == "no_such_frame"


@pytest.mark.parametrize("syntax", [BASELINE, JPEG_LS, JPEG_2000, LOSSLESS_FIRST_ORDER])
def test_a_stream_of_another_size_than_the_header_is_refused(syntax: str) -> None:
    stream = compressed(smooth(32, 40, "u1"), syntax)
    file = dataset(np.zeros((40, 32), "u1"))

    assert code_of(written(file, syntax, [stream])) == "bad_geometry"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox("epione.imaging.sandboxed", processes=1, memory=1 << 30)
    yield made
    made.close()


@pytest.mark.parametrize("syntax", [*EXACT, BASELINE])
def test_streams_cut_or_replaced_by_noise_are_refused(syntax: str, sandbox: Sandbox) -> None:
    image = noise((32, 32), "u1")
    stream, file = compressed(image, syntax), dataset(image)

    for broken in (stream[:40], b"\0" * 500, noise((600,), "u1").tobytes()):
        with pytest.raises(SandboxError) as fault:  # a library may end its process over this: then it has crashed
            sandbox.call("frames", {"frames": [1]}, written(file, syntax, [broken]), seconds=20)
        assert fault.value.code in {"corrupt_pixels", "truncated_pixels", "bad_geometry", "crashed"}


def test_tiles_without_number_are_refused_before_decoding() -> None:
    image = smooth(300, 300, "u1")
    stream = bytearray(compressed(image, JPEG_2000))
    place = stream.index(b"\xff\x51")
    stream[place + 22 : place + 30] = struct.pack(">II", 1, 1)  # tiles of one pixel

    assert code_of(written(dataset(image), JPEG_2000, [bytes(stream)])) == "corrupt_pixels"


def test_a_deflated_frame_never_inflates_beyond_its_size() -> None:
    packer = zlib.compressobj(9, wbits=-15)
    bomb = packer.compress(bytes(200_000_000)) + packer.flush()

    assert samples_of(written(dataset(noise((8, 8), "u1")), DEFLATED_FRAMES, [bomb]))[1] == bytes(64)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.100", "1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.107"])
def test_syntaxes_without_a_decoder_are_named(syntax: str) -> None:
    assert code_of(written(dataset(noise((8, 8), "u1")), syntax, [b"\0" * 64])) == "unsupported_syntax"


def test_jpeg_of_twelve_bits_is_named() -> None:
    stream = bytearray(compressed(smooth(32, 32, "u1"), BASELINE))
    stream[stream.index(b"\xff\xc0") + 4] = 12
    file = dataset(smooth(32, 32, "<u2"), BitsStored=12, HighBit=11)

    assert code_of(written(file, "1.2.840.10008.1.2.4.51", [bytes(stream)])) == "unsupported_syntax"


def test_a_library_that_is_missing_makes_its_syntaxes_unsupported(monkeypatch: pytest.MonkeyPatch) -> None:
    file = encoded(smooth(32, 32, "u1"), JPEG_LS)
    monkeypatch.setattr(providers.jpegls, "available", lambda: False)

    assert JPEG_LS not in providers.syntaxes()
    assert code_of(file) == "unsupported_syntax"


def test_the_syntaxes_that_are_decoded() -> None:
    assert {uid.removeprefix("1.2.840.10008.1.2.") for uid in providers.syntaxes()} == {
        "5", "8.1", "4.50", "4.51", "4.57", "4.70", "4.80", "4.81", "4.90", "4.91", "4.201", "4.202", "4.203",
    }  # fmt: skip


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\xff\xd8", b"\xff\xd8\xff\xc0", b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  "]),
)
def test_the_head_of_a_stream_is_read_or_refused(noise: bytes, start: bytes) -> None:
    try:
        found = stated(start + noise)
    except PixelFault as fault:
        assert fault.code == "corrupt_pixels"
    else:
        assert 0 <= found.rows < 1 << 32 and 0 <= found.columns < 1 << 32


def test_a_picture_of_a_compressed_frame_is_that_of_the_native_one() -> None:
    image = noise((40, 40), "<i2", -1000, 1000)
    asked = {"center": 40, "width": 400}

    assert render(asked, encoded(image, JPEG_2000))[1] == render(asked, written(dataset(image)))[1]
