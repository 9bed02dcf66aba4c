"""Frames compressed in every transfer syntax for which an encoder is among our packages."""

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image
from pydicom.pixels import get_encoder
from pydicom.uid import UID

RLE = "1.2.840.10008.1.2.5"
BASELINE = "1.2.840.10008.1.2.4.50"
LOSSLESS, LOSSLESS_FIRST_ORDER = "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70"
JPEG_LS, JPEG_LS_NEAR = "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"
JPEG_2000, JPEG_2000_LOSSY = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"
DEFLATED_FRAMES = "1.2.840.10008.1.2.8.1"
EXACT = [RLE, LOSSLESS, LOSSLESS_FIRST_ORDER, JPEG_LS, JPEG_2000, DEFLATED_FRAMES]


def compressed(frame: Any, syntax: str, *, samples: int = 1, signed: bool = False) -> bytes:
    """One frame of (rows, columns) or (rows, columns, 3)."""
    if syntax == DEFLATED_FRAMES:
        packer = zlib.compressobj(wbits=-15)
        return packer.compress(frame.tobytes()) + packer.flush()
    if syntax == BASELINE:
        out = BytesIO()
        Image.fromarray(frame).save(out, "JPEG", quality=95)
        return out.getvalue()
    if syntax in (LOSSLESS, LOSSLESS_FIRST_ORDER):
        return jpeg_lossless(frame)
    bits = frame.dtype.itemsize * 8
    options: dict[str, Any] = {"jls_error": 2} if syntax == JPEG_LS_NEAR else {}
    if syntax == RLE:
        options = {"encoding_plugin": "pydicom"}
    if syntax == JPEG_2000_LOSSY:
        options = {"j2k_cr": [4]}
    return bytes(
        get_encoder(UID(syntax)).encode(
            frame.tobytes(), rows=frame.shape[0], columns=frame.shape[1], samples_per_pixel=samples, bits_allocated=bits,
            bits_stored=bits, pixel_representation=int(signed), number_of_frames=1, planar_configuration=0,
            photometric_interpretation="RGB" if samples == 3 else "MONOCHROME2", **options,
        )
    )  # fmt: skip


def jpeg_lossless(frame: Any) -> bytes:
    """ITU-T T.81 process 14, predictor 1 (the sample to the left), one table in which every code has 5 bits."""
    lines = np.atleast_3d(frame.view(frame.dtype.str.replace("i", "u"))).astype(int)
    rows, columns, samples = lines.shape
    bits = frame.dtype.itemsize * 8
    before = np.empty_like(lines)
    before[:, 1:], before[1:, 0], before[0, 0] = lines[:, :-1], lines[:-1, 0], 1 << (bits - 1)
    differences = (lines - before + 32_768) % 65_536 - 32_768
    coded = "".join(_coded(int(one)) for one in differences.ravel())
    coded += "1" * (-len(coded) % 8)
    body = int(coded, 2).to_bytes(len(coded) // 8, "big").replace(b"\xff", b"\xff\0")
    ids = range(1, samples + 1)
    parts = [
        (0xC4, bytes([0, 0, 0, 0, 0, 17, *[0] * 11, *range(17)])),
        (0xC3, struct.pack(">BHHB", bits, rows, columns, samples) + bytes(b for one in ids for b in (one, 0x11, 0))),
        (0xDA, bytes([samples, *(b for one in ids for b in (one, 0)), 1, 0, 0])),
    ]
    head = b"".join(bytes([0xFF, marker]) + struct.pack(">H", len(part) + 2) + part for marker, part in parts)
    return b"\xff\xd8" + head + body + b"\xff\xd9"


def _coded(difference: int) -> str:
    size = abs(difference).bit_length()
    if not size or difference == -32_768:
        return f"{size:05b}"
    value = difference if difference > 0 else difference + (1 << size) - 1
    return f"{size:05b}{value:0{size}b}"
