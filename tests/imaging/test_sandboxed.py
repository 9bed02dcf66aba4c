"""The functions of the child process, called through it: reception, pictures, masks, and hostile files."""

import os
import random
import re
import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread

from epione.kernel.sandbox import Crashed, OutOfMemory, Refused, Sandbox, SandboxError, TimedOut

from .compression import BASELINE, JPEG_2000, JPEG_LS, LOSSLESS_FIRST_ORDER, RLE, compressed
from .pixel_files import content, dataset, noise, written

SECRET = "11" * 32
SAMPLES = os.environ.get("EPIONE_DICOM_SAMPLES", "")
CASES = int(os.environ.get("EPIONE_FUZZ_CASES", "300"))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox("epione.imaging.sandboxed", processes=2, memory=1 << 30)
    made.warm()
    yield made
    made.close()


def intake(sandbox: Sandbox, file: bytes, **asked: Any) -> tuple[dict[str, Any], list[bytes]]:
    return sandbox.call("intake", {"policy": "complete", "secret": SECRET, **asked}, file, seconds=30)


def picture(made: bytes) -> Any:
    return np.array(Image.open(BytesIO(made)))


def test_reception_takes_the_name_away_and_draws_the_middle_frame(sandbox: Sandbox) -> None:
    pixels = noise((5, 20, 30), "u1")
    facts, [kept, preview] = intake(sandbox, content(pixels))

    assert np.array_equal(picture(preview), pixels[2])
    assert b"CURIE" not in kept and b"4711" not in kept
    assert np.array_equal(dcmread(BytesIO(kept)).pixel_array, pixels)
    assert facts["original"]["patient_name"] == "CURIE^Marie"
    assert facts["frames"] == 5 and facts["preview"]["frame"] == 3 and facts["pixel_fault"] == ""
    assert facts["report"] and facts["risk"]["level"] == "clean"
    assert facts["header"]["00280010"]["Value"] == [20]


def test_the_same_secret_gives_the_same_identifiers(sandbox: Sandbox) -> None:
    file = content(noise((4, 4), "u1"))
    first, again = intake(sandbox, file)[0], intake(sandbox, file)[0]
    other = intake(sandbox, file, secret="22" * 32)[0]

    assert (first["pseudonym"], first["study_uid"]) == (again["pseudonym"], again["study_uid"])
    assert not {first["pseudonym"], first["study_uid"]} & {other["pseudonym"], other["study_uid"]}


def test_an_object_without_pixels_is_taken_without_a_preview(sandbox: Sandbox) -> None:
    file = dataset(noise((4, 4), "u1"))
    del file.PixelData
    facts, made = intake(sandbox, written(file))

    assert (len(made), facts["frames"], facts["pixel_fault"]) == (1, 0, "")


def test_pixels_that_cannot_be_drawn_are_named_and_the_object_is_taken(sandbox: Sandbox) -> None:
    facts, made = intake(sandbox, written(dataset(noise((8, 8), "u1")), JPEG_2000, [b"no image at all."]))

    assert (len(made), facts["pixel_fault"]) == (1, "corrupt_pixels")


@pytest.mark.parametrize("syntax", ["native", RLE, JPEG_LS, JPEG_2000, LOSSLESS_FIRST_ORDER])
def test_masks_hide_their_regions_in_every_frame_and_nothing_else(sandbox: Sandbox, syntax: str) -> None:
    pixels = np.add.outer(np.arange(3) * 10, np.add.outer(np.arange(40), np.arange(50))).astype("<u2") + 5
    file = dataset(pixels)
    raw = written(file) if syntax == "native" else written(file, syntax, [compressed(one, syntax) for one in pixels])
    kept = intake(sandbox, raw)[1][0]

    facts, [made, preview] = sandbox.call("masked", {"boxes": [[10, 4, 20, 6], [0, 30, 5, 5]]}, kept, seconds=30)

    read = dcmread(BytesIO(made))
    hidden = np.zeros((40, 50), bool)
    hidden[4:10, 10:30] = hidden[30:35, :5] = True
    for number in range(3):
        assert (read.pixel_array[number][hidden] == pixels[number].min()).all()
        assert np.array_equal(read.pixel_array[number][~hidden], pixels[number][~hidden])
    assert facts["transfer_syntax"] == read.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
    assert (read.BurnedInAnnotation, read.PatientIdentityRemoved) == ("NO", "YES")
    assert "113101" in [one.CodeValue for one in read.DeidentificationMethodCodeSequence]
    assert picture(preview).shape == (40, 50)


def test_looking_without_masking_leaves_the_pixels(sandbox: Sandbox) -> None:
    image = noise((40, 40), "u1")
    kept = intake(sandbox, written(dataset(image), JPEG_2000, [compressed(image, JPEG_2000)]))[1][0]
    facts, [made, _] = sandbox.call("masked", {"boxes": []}, kept, seconds=30)

    assert facts["transfer_syntax"] == JPEG_2000
    assert dcmread(BytesIO(made)).PixelData == dcmread(BytesIO(kept)).PixelData
    assert dcmread(BytesIO(made)).BurnedInAnnotation == "NO"


@pytest.mark.parametrize("kind", ["colour", "inverse", "signed", "bits"])
def test_what_is_masked_becomes_the_darkest(sandbox: Sandbox, kind: str) -> None:
    pixels = {"colour": noise((20, 20, 3), "u1", 9), "signed": noise((20, 20), "<i2", -90, 90)}.get(
        kind, noise((20, 20), "u1", 1)
    )
    elements = {"colour": {"samples": 3}, "inverse": {"PhotometricInterpretation": "MONOCHROME1"}}.get(kind, {})
    file = dataset(pixels, **elements)
    if kind == "bits":
        pixels = noise((20, 20), "u1", 1, 1)
        file = dataset(pixels, BitsAllocated=1, BitsStored=1, HighBit=0, PixelData=np.packbits(pixels).tobytes())
    _, [made, _] = sandbox.call("masked", {"boxes": [[5, 5, 10, 10]]}, written(file), seconds=30)
    drawn = picture(sandbox.call("render", {"preset": "auto"}, made, seconds=30)[1][0])

    assert not drawn[5:15, 5:15].any()
    assert drawn[0].any()


def test_masks_outside_of_the_image_are_refused(sandbox: Sandbox) -> None:
    for box in ([0, 0, 30, 1], [-1, 0, 2, 2], [0, 0, 0, 5], [19, 19, 2, 2]):
        with pytest.raises(Refused, match="bad_view"):
            sandbox.call("masked", {"boxes": [box]}, content(noise((20, 20), "u1")), seconds=30)


def test_masks_at_reception_work_on_compressed_pixels(sandbox: Sandbox) -> None:
    image = np.full((40, 40), 200, "u1")
    file = written(dataset(image), JPEG_LS, [compressed(image, JPEG_LS)])
    facts, [kept, preview] = intake(sandbox, file, masks=[[0, 0, 40, 10]], confirmed=True)

    assert facts["transfer_syntax"] == "1.2.840.10008.1.2.1" and facts["identity_removed"]
    assert not picture(preview)[:10].any() and (picture(preview)[10:] == 200).all()
    assert b"CURIE" not in kept


def test_whose_a_file_is(sandbox: Sandbox) -> None:
    found = sandbox.call("identify", {}, content(noise((4, 4), "u1")), seconds=30)[0]

    assert (found["patient_name"], found["patient_id"], found["modality"], found["pixels"]) == (
        "CURIE^Marie",
        "4711",
        "CT",
        True,
    )


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"frame": 2}, "no_such_frame"),
        ({"frame": -3}, "no_such_frame"),
        ({"preset": "lut"}, "bad_view"),
        ({"preset": "nonsense"}, "bad_view"),
        ({"center": 1, "width": 0}, "bad_view"),
        ({"region": [0, 0, 9, 9]}, "bad_view"),
        ({"region": [-1, 0, 2, 2]}, "bad_view"),
    ],
)
def test_views_that_do_not_exist_are_refused(sandbox: Sandbox, asked: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        sandbox.call("render", asked, content(noise((8, 8), "<i2")), seconds=30)

    assert refused.value.code == code


def replaced(file: bytes, name: str, vr: bytes, old: bytes, new: bytes) -> bytes:
    """One element of explicit VR given other bytes, of other length if need be."""
    group, element = int(name[:4], 16), int(name[4:], 16)
    head = struct.pack("<HH", group, element) + vr
    assert head + struct.pack("<H", len(old)) + old in file
    return file.replace(head + struct.pack("<H", len(old)) + old, head + struct.pack("<H", len(new)) + new)


@pytest.mark.parametrize("size", [65_535, 46_341, 0])
def test_sizes_that_do_not_fit_the_pixels_are_refused_at_once(sandbox: Sandbox, size: int) -> None:
    """Hostile inputs 7: 65535 squared, 46341 squared (over 32 bits), nothing."""
    file = content(noise((8, 8), "u1"), Rows=size, Columns=size)

    with pytest.raises(Refused) as refused:
        intake(sandbox, file)

    assert refused.value.code in {"bad_geometry", "too_many_pixels", "truncated_pixels"}


@pytest.mark.parametrize("frames", [b"1000000000", b"-1", b"1\\2 ", b"NaN ", b"99999999999999999999"])
def test_numbers_of_frames_that_are_none_are_refused(sandbox: Sandbox, frames: bytes) -> None:
    """Hostile inputs 8."""
    file = replaced(content(noise((2, 4, 4), "u1")), "00280008", b"IS", b"2 ", frames + b" " * (len(frames) % 2))

    with pytest.raises(Refused) as refused:
        intake(sandbox, file)

    assert refused.value.code in {"bad_frames", "truncated_pixels", "too_many_pixels"}


def test_an_empty_number_of_frames_is_one(sandbox: Sandbox) -> None:
    file = replaced(content(noise((1, 4, 4), "u1")), "00280008", b"IS", b"1 ", b"")

    assert intake(sandbox, file)[0]["frames"] == 1


def test_pixels_that_end_too_early_are_never_filled_up(sandbox: Sandbox) -> None:
    """Hostile inputs 4."""
    whole = content(noise((64, 64), "<u2"))
    for cut in (1, 100, 5000):
        with pytest.raises(Refused) as refused:
            sandbox.call("render", {}, whole[:-cut], seconds=30)
        assert refused.value.code == "truncated_pixels"
    with pytest.raises(Refused) as short:
        sandbox.call("render", {}, content(noise((64, 64), "u1"), PixelData=b"\0" * 4000), seconds=30)
    assert short.value.code == "truncated_pixels"


def test_a_deflated_bomb_is_refused(sandbox: Sandbox) -> None:
    """Hostile inputs 9."""
    bomb = written(dataset(np.zeros((8000, 8000), "<u2")), "1.2.840.10008.1.2.1.99")

    with pytest.raises(Refused) as refused:
        intake(sandbox, bomb)

    assert refused.value.code == "deflate_bomb"


def seeds() -> list[bytes]:
    """Small files of every encoding."""
    grey, colour = noise((40, 40), "<u2", 0, 4095), noise((40, 40, 3), "u1")
    many = noise((3, 36, 36), "u1")
    made = [content(grey, WindowCenter=40, WindowWidth=400), content(many), content(colour, samples=3)]
    made += [
        written(dataset(grey), syntax, [compressed(grey, syntax)]) for syntax in (RLE, JPEG_2000, LOSSLESS_FIRST_ORDER)
    ]
    made += [written(dataset(many), JPEG_LS, [compressed(np.sort(one), JPEG_LS) for one in many])]
    made += [written(dataset(many), BASELINE, [compressed(one, BASELINE) for one in many])]
    made += [written(dataset(grey), syntax) for syntax in ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1.99")]
    return made


def mutated(chance: random.Random, file: bytes) -> bytes:
    """Bytes changed, cut, doubled or moved, often where headers and streams begin."""
    out = bytearray(file)
    for _ in range(chance.choice([1, 1, 2, 4, 16])):
        at = chance.randrange(132, len(out)) if chance.random() < 0.5 else chance.randrange(132, min(len(out), 900))
        kind = chance.randrange(6)
        if kind == 0:
            out[at] = chance.randrange(256)
        elif kind == 1:
            out[at] ^= 1 << chance.randrange(8)
        elif kind == 2:
            out[at : at + 2] = chance.choice([b"\xff\xff", b"\0\0", b"\x00\x80", b"\xff\x7f"])
        elif kind == 3:
            del out[at : at + chance.randrange(1, 64)]
        elif kind == 4:
            out[at:at] = out[at : at + chance.randrange(1, 64)]
        else:
            out[at : at + 4] = struct.pack("<I", chance.choice([0, 1, 0xFFFFFFFF, 0x7FFFFFFF, len(out)]))
        if len(out) < 200:
            break
    return bytes(out)


def test_damaged_files_get_an_answer_or_a_typed_refusal(sandbox: Sandbox) -> None:
    """EPIONE_FUZZ_CASES=10000 makes the long run. None may hang, and no code may be empty or carry content."""
    chance, files = random.Random(20261120), seeds()
    hung = []
    for number in range(CASES):
        damaged = mutated(chance, files[number % len(files)])
        try:
            facts, made = intake(sandbox, damaged, lenient=bool(number % 2))
            assert len(made) == (1 if facts["pixel_fault"] or not facts["frames"] else 2)
        except (Crashed, OutOfMemory):
            continue  # a library ended its process; the next call finds another
        except TimedOut:
            hung.append(number)
        except Refused as refused:
            assert re.fullmatch(r"[a-z_]+", refused.code)
            assert refused.code != "failed", f"case {number}: {refused.kind} at {refused.place}"

    assert hung == []
    assert intake(sandbox, files[0])[0]["frames"] == 1


@pytest.mark.skipif(not SAMPLES, reason="EPIONE_DICOM_SAMPLES names no folder of DICOM files")
def test_every_sample_gets_a_typed_answer(sandbox: Sandbox) -> None:
    """A folder of real files: each is drawn or refused with a code; the process goes on."""
    codes: dict[str, int] = {}
    for path in sorted(path for path in Path(SAMPLES).rglob("*") if path.is_file()):
        try:
            facts, _ = intake(sandbox, path.read_bytes(), lenient=True)
            code = facts["pixel_fault"] or ("drawn" if facts["frames"] else "no pixels")
        except SandboxError as error:
            code = error.code
        codes[code] = codes.get(code, 0) + 1

    assert not set(codes) & {"failed", "timed_out", "crashed", "out_of_memory"}, codes
    assert codes["drawn"] > 100
