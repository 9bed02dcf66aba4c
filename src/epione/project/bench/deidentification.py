"""De-identification of a CT slice of 512 x 512 x 16 bits, beside two libraries of the same purpose in the same run."""

import importlib
import importlib.util
import secrets
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pydicom
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from epione.imaging.domain.deid import POLICIES, deidentify
from epione.imaging.domain.dicom import read_header

FILES = 40
ROUNDS = 5
TARGET_MS = 1.5
TARGET_RATIO = 10.0

Act = Callable[[bytes], object]


def run() -> list[dict[str, Any]]:
    """CPU time per file, in rounds where each takes its turn; peers read, change and write files with pydicom."""
    files, secret = [_slice(number) for number in range(FILES)], secrets.token_bytes(32)
    acts: dict[str, Act] = {
        policy.name: lambda content, policy=policy: deidentify(content, policy=policy, secret=secret)  # type: ignore[misc]
        for policy in POLICIES.values()
    }
    acts["read_header"] = read_header
    acts |= {name: act for name, make in _PEERS.items() if (act := make()) is not None}
    spent = _measured(acts, files)
    rows = [_row("CT of 512x512x16", f"policy {name}", spent[name], TARGET_MS) for name in POLICIES]
    rows.append(_row("CT of 512x512x16", "header read and checked", spent["read_header"], 0.5))
    return rows + [_beside(name, spent) for name in _PEERS]


def _measured(acts: dict[str, Act], files: list[bytes]) -> dict[str, float]:
    """Best of the rounds, in ms of CPU per file; caches are warm, as in a server."""
    best = dict.fromkeys(acts, float("inf"))
    for act in acts.values():
        act(files[0])
    for _ in range(ROUNDS):
        for name, act in acts.items():
            begin = time.process_time()
            for content in files:
                act(content)
            best[name] = min(best[name], (time.process_time() - begin) / len(files) * 1e3)
    return best


def _slice(number: int) -> bytes:
    """A slice as a scanner writes it: usual header, nested sequences, private attributes, noise."""
    file = Dataset()
    file.file_meta = FileMetaDataset()
    file.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    for keyword, value in _HEADER.items():
        setattr(file, keyword, value)
    file.SOPInstanceUID = generate_uid(entropy_srcs=["bench", str(number)])
    file.InstanceNumber, file.SliceLocation = str(number), str(number * 1.25)
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = CTImageStorage, "1.2.3.4"
    file.ReferencedImageSequence = [reference] * 3
    block = file.private_block(0x0019, "BENCH HEADER", create=True)
    for element in range(20):
        block.add_new(element, "LO", f"VALUE {element}")
    file.PixelData = np.random.default_rng(number).integers(0, 4096, (512, 512), "<u2").tobytes()
    out = BytesIO()
    file.file_meta.MediaStorageSOPClassUID, file.file_meta.MediaStorageSOPInstanceUID = (
        CTImageStorage,
        file.SOPInstanceUID,
    )
    file.save_as(out, enforce_file_format=True)
    return out.getvalue()


_HEADER: dict[str, Any] = {
    "SpecificCharacterSet": "ISO_IR 100", "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"], "SOPClassUID": CTImageStorage,
    "StudyDate": "20240312", "SeriesDate": "20240312", "AcquisitionDate": "20240312", "ContentDate": "20240312",
    "StudyTime": "101500", "SeriesTime": "101700", "AcquisitionTime": "101705", "ContentTime": "101705",
    "AccessionNumber": "A20240312", "Modality": "CT", "Manufacturer": "BENCH", "InstitutionName": "CENTRE",
    "ReferringPhysicianName": "HOUSE^GREGORY", "StationName": "CT1", "StudyDescription": "THORAX",
    "SeriesDescription": "LUNG",
    "PatientName": "DURAND^CLAIRE", "PatientID": "4711-22", "PatientBirthDate": "19600415", "PatientSex": "F",
    "PatientAge": "063Y", "PatientWeight": "60", "BodyPartExamined": "CHEST", "SliceThickness": "1.25", "KVP": "120",
    "DeviceSerialNumber": "SN123", "SoftwareVersions": "1.0", "ProtocolName": "CHEST", "ConvolutionKernel": "B70",
    "StudyInstanceUID": "1.2.3.1", "SeriesInstanceUID": "1.2.3.2", "FrameOfReferenceUID": "1.2.3.3", "StudyID": "7",
    "SeriesNumber": "2", "ImagePositionPatient": ["0", "0", "0"],
    "ImageOrientationPatient": ["1", "0", "0", "0", "1", "0"],
    "SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2", "Rows": 512, "Columns": 512,
    "PixelSpacing": ["0.7", "0.7"], "BitsAllocated": 16, "BitsStored": 12, "HighBit": 11, "PixelRepresentation": 0,
    "WindowCenter": "40", "WindowWidth": "400", "RescaleIntercept": "-1024", "RescaleSlope": "1", "RescaleType": "HU",
}  # fmt: skip


def _dicom_anonymizer() -> Act | None:
    if importlib.util.find_spec("dicomanonymizer") is None:
        return None
    anonymize = importlib.import_module("dicomanonymizer").anonymize_dataset
    return lambda content: _through_pydicom(content, anonymize)


def _dicognito() -> Act | None:
    if importlib.util.find_spec("dicognito") is None:
        return None
    anonymizer = importlib.import_module("dicognito.anonymizer").Anonymizer()
    return lambda content: _through_pydicom(content, anonymizer.anonymize)


_PEERS: dict[str, Callable[[], Act | None]] = {"dicom-anonymizer": _dicom_anonymizer, "dicognito": _dicognito}


def _through_pydicom(content: bytes, change: Callable[[Dataset], object]) -> bytes:
    file, out = pydicom.dcmread(BytesIO(content)), BytesIO()
    change(file)
    file.save_as(out)
    return out.getvalue()


def _row(case: str, metric: str, value: float, target: float) -> dict[str, Any]:
    return {
        "case": case,
        "metric": metric,
        "unit": "ms CPU",
        "value": round(value, 3),
        "target": target,
        "met": value <= target,
    }


def _beside(peer: str, spent: dict[str, float]) -> dict[str, Any]:
    """How many files the complete policy does while the peer does one."""
    row = {"case": "CT of 512x512x16", "metric": f"complete, beside {peer}", "unit": "times", "target": TARGET_RATIO}
    if peer not in spent:
        return row | {"value": None, "met": None, "peer": peer, "why": f"{peer} is not installed"}
    ratio = spent[peer] / spent["complete"]
    figures = {"value": round(ratio, 1), "peer": peer, "peer_value": round(spent[peer], 3), "ratio": round(ratio, 1)}
    return row | figures | {"met": ratio >= TARGET_RATIO}
