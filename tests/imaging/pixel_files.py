"""Small DICOM files with chosen pixels, written with pydicom for the tests."""

from io import BytesIO
from typing import Any

import numpy as np
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

DEFLATED_FRAMES, JPEG_BASELINE = "1.2.840.10008.1.2.8.1", "1.2.840.10008.1.2.4.50"
CT = "1.2.840.10008.5.1.4.1.1.2"


def dataset(pixels: Any, **elements: Any) -> Dataset:
    """A CT of these samples: (rows, columns), (frames, rows, columns) or (rows, columns, 3) with samples=3."""
    samples = elements.pop("samples", 1)
    shape = pixels.shape[:-1] if samples > 1 else pixels.shape
    file = Dataset()
    file.file_meta = FileMetaDataset()
    file.SOPClassUID, file.SOPInstanceUID = CT, generate_uid(entropy_srcs=["one"])
    file.StudyInstanceUID, file.SeriesInstanceUID = generate_uid(entropy_srcs=["s"]), generate_uid(entropy_srcs=["t"])
    file.PatientName, file.PatientID, file.Modality = "CURIE^Marie", "4711", "CT"
    file.Rows, file.Columns, file.SamplesPerPixel = shape[-2], shape[-1], samples
    if len(shape) > 2:
        file.NumberOfFrames = shape[0]
    bits = pixels.dtype.itemsize * 8
    file.BitsAllocated = file.BitsStored = bits
    file.HighBit = bits - 1
    file.PixelRepresentation = int(pixels.dtype.kind == "i")
    file.PhotometricInterpretation = "RGB" if samples == 3 else "MONOCHROME2"
    if samples > 1:
        file.PlanarConfiguration = 0
    if pixels.dtype.kind == "f":
        file.FloatPixelData = None
        for name in ("FloatPixelData", "BitsStored", "HighBit", "PixelRepresentation"):
            delattr(file, name)
        setattr(file, "FloatPixelData" if bits == 32 else "DoubleFloatPixelData", pixels.tobytes())
    else:
        raw = pixels.tobytes()
        file.PixelData = raw + b"\0" * (len(raw) % 2)
    for name, value in elements.items():
        setattr(file, name, value)
    return file


def written(file: Dataset, syntax: str = ExplicitVRLittleEndian, frames: list[bytes] | None = None) -> bytes:
    """The Part 10 file; with `frames`, those compressed frames instead of the pixels."""
    if syntax == DEFLATED_FRAMES:  # pydicom 3.0 does not know this one
        return written(file, JPEG_BASELINE, frames).replace(JPEG_BASELINE.encode(), DEFLATED_FRAMES.encode() + b"\0")
    file.file_meta.TransferSyntaxUID = syntax
    file.file_meta.MediaStorageSOPClassUID = file.SOPClassUID
    file.file_meta.MediaStorageSOPInstanceUID = file.SOPInstanceUID
    if "PixelData" in file:
        if frames is not None:
            file.PixelData = encapsulate(frames)
            file["PixelData"].is_undefined_length = True
        file["PixelData"].VR = "OB" if frames is not None or file.BitsAllocated <= 8 else "OW"
    out = BytesIO()
    implicit = syntax == "1.2.840.10008.1.2"
    file.save_as(out, implicit_vr=implicit, little_endian=syntax != "1.2.840.10008.1.2.2", enforce_file_format=True)
    return out.getvalue()


def content(pixels: Any, **elements: Any) -> bytes:
    """The bytes of `dataset(...)`."""
    return written(dataset(pixels, **elements))


def noise(shape: tuple[int, ...], kind: str, low: int | None = None, high: int | None = None) -> Any:
    """Samples that differ, the same in every run."""
    info = np.iinfo(kind)
    random = np.random.default_rng(1)
    return random.integers(info.min if low is None else low, (info.max if high is None else high) + 1, shape, kind)
