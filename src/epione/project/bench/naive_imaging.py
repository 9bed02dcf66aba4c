"""The plain way of receiving an image: pydicom walks the table, Pillow draws, AES, three hashes; no HTTP, no rows."""

import hashlib
import os
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from PIL import Image
from pydicom import Dataset, dcmread
from pydicom.pixels.processing import apply_modality_lut, apply_windowing

from epione.imaging.data import rows


def taken(file: bytes, key: bytes) -> int:
    """Receive one file; bytes to store."""
    read = dcmread(BytesIO(file))
    _walk(read, _table())
    out, drawn = BytesIO(), BytesIO()
    read.save_as(out)
    shaded = apply_windowing(apply_modality_lut(read.pixel_array, read), read)
    shaded = np.rint((shaded - shaded.min()) / (shaded.max() - shaded.min()) * 255).astype(np.uint8)
    Image.fromarray(shaded).save(drawn, "PNG")
    sealed = [AESGCM(key).encrypt(os.urandom(12), made.getvalue(), None) for made in (out, drawn)]
    for one in (file, *sealed):
        hashlib.sha256(one).digest()
    return sum(map(len, sealed))


@cache
def _table() -> dict[int, str]:
    plain = (row for row in rows("confidentiality_profile.csv") if "X" not in row["tag"].upper())
    return {int(row["tag"], 16): row["basic"] for row in plain}


def _walk(data: Any, table: dict[int, str]) -> None:
    for element in list(data):
        action = table.get(int(element.tag))
        if element.tag.is_private or (action or "").startswith("X"):
            del data[element.tag]
        elif action == "U":
            element.value = f"2.25.{int.from_bytes(hashlib.sha256(str(element.value).encode()).digest()[:15], 'big')}"
        elif action:
            element.value = None if element.VR == "SQ" else ""
        elif element.VR == "SQ":
            for item in element.value:
                _walk(item, table)
    if isinstance(data, Dataset) and hasattr(data, "file_meta"):
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
