"""DICOM objects made for the tests: invented people, computed pixels."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, UltrasoundImageStorage, generate_uid

PATIENT = {
    "PatientName": "MARTIN^Élodie",
    "PatientID": "P-4711",
    "PatientBirthDate": "19610305",
    "PatientSex": "F",
    "PatientAge": "065Y",
}
NAMES = ("MARTIN", "Élodie", "P-4711", "19610305", "Dr Prescripteur", "HOPITAL-X")
"""What must not be found in anything de-identified."""


def disc(size: int, shift: int = 0) -> np.ndarray:
    """A body of water (0 HU) in air (-1000 HU), stored with an intercept of -1024."""
    y, x = np.mgrid[:size, :size]
    body = (x - size // 2) ** 2 + (y - size // 2 - shift) ** 2 < (size * 0.35) ** 2
    return np.where(body, 1024, 24).astype("<u2")


def image(**changes: Any) -> Dataset:
    """A CT slice of 64 x 64 pixels, with identifiers everywhere they usually stand."""
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.SpecificCharacterSet = "ISO_IR 100"
    made.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    made.SOPClassUID, made.SOPInstanceUID = CTImageStorage, generate_uid()
    made.StudyInstanceUID, made.SeriesInstanceUID = generate_uid(), generate_uid()
    made.StudyDate, made.StudyTime, made.AccessionNumber = "20260214", "101500", "ACC-77"
    made.Modality, made.Manufacturer, made.InstitutionName = "CT", "Example", "HOPITAL-X"
    made.ReferringPhysicianName, made.StudyDescription = "Dr Prescripteur", "TDM thorax"
    made.SeriesDescription, made.BodyPartExamined, made.StudyID = "poumon", "CHEST", "1"
    for keyword, value in PATIENT.items():
        setattr(made, keyword, value)
    made.SeriesNumber, made.InstanceNumber = 1, 1
    made.ImagePositionPatient, made.ImageOrientationPatient = [0, 0, -142.5], [1, 0, 0, 0, 1, 0]
    made.PixelSpacing, made.SliceThickness = [0.7, 0.7], 1
    _pixels(made, disc(64))
    made.RescaleIntercept, made.RescaleSlope, made.RescaleType = -1024, 1, "HU"
    made.WindowCenter, made.WindowWidth = 40, 400
    for keyword, value in changes.items():
        setattr(made, keyword, value)
    return made


def _pixels(made: Dataset, cells: np.ndarray) -> None:
    made.Rows, made.Columns = cells.shape
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 16, 12, 11, 0
    made.PixelData = cells.tobytes()
    made["PixelData"].VR = "OW"


def ultrasound(**changes: Any) -> Dataset:
    """An ultrasound image, which may show a name above the picture."""
    return image(SOPClassUID=UltrasoundImageStorage, Modality="US", StudyDescription="Échographie", **changes)


def encoded(made: Dataset) -> bytes:
    """The Part 10 file of an object."""
    out = BytesIO()
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    made.save_as(out, enforce_file_format=True)
    return out.getvalue()


def series(count: int, change: Callable[[Dataset, int], None] = lambda _made, _number: None) -> list[bytes]:
    """A stack of slices 1 mm apart."""
    study, one = generate_uid(), generate_uid()
    files = []
    for number in range(1, count + 1):
        made = image(StudyInstanceUID=study, SeriesInstanceUID=one, InstanceNumber=number)
        made.ImagePositionPatient = [0, 0, -100 + number]
        made.PixelData = disc(64, number % 5).tobytes()
        change(made, number)
        files.append(encoded(made))
    return files
