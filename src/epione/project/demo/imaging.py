"""Examinations of the demo: made by computation, received through the same door as those of a modality.

A nodule that grew between two scanners, a radiograph, a head, an ultrasound picture that shows a name and therefore
waits, an examination that nobody has linked to a record, a file that is refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import (
    CTImageStorage,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    MRImageStorage,
    UltrasoundImageStorage,
    generate_uid,
)

from epione.imaging.public import Outcome, Received, link_study, receive
from epione.imaging.services import add_measure
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.patients.public import PatientCard

from . import anatomy
from .people import PATIENTS, DemoPatient
from .pictures import fan, head

STEP = 1.1
CHEST = anatomy.centred((STEP, STEP, 5.0), (320, 320, 40), (0, 8, 2.5))
"""The slices of a scanner of the chest; one passes through the middle of the nodule."""
BETWEEN = 279
"""Days between both scanners."""
GREW = (6.1, 8.2)
"""Widths of the nodule in mm, before and now."""
UNKNOWN = DemoPatient("Simone", "Delattre", (1957, 7, 19), "female", ())
"""Whom no record names."""


@dataclass(frozen=True, slots=True)
class Examination:
    """One study of somebody: what all its objects say."""

    of: DemoPatient
    days_ago: int
    modality: str
    sop_class: str
    description: str
    series: str
    part: str
    facts: Mapping[str, Any]


def _open(study: Examination, number: int, uids: tuple[str, str]) -> Dataset:
    """An object without pixels yet."""
    day, person = clock.today() - timedelta(days=study.days_ago), study.of
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.SpecificCharacterSet = "ISO_IR 192"
    made.ImageType = ["ORIGINAL", "PRIMARY", *(["AXIAL"] if study.modality in {"CT", "MR"} else [])]
    made.SOPClassUID, made.SOPInstanceUID = study.sop_class, generate_uid()
    made.StudyInstanceUID, made.SeriesInstanceUID = uids
    made.StudyDate = made.SeriesDate = made.AcquisitionDate = day.strftime("%Y%m%d")
    made.StudyTime, made.AccessionNumber, made.StudyID = "101800", f"A{day:%y%j}", "1"
    made.Modality, made.Manufacturer = study.modality, "Epione (computed)"
    made.InstitutionName, made.ReferringPhysicianName = "Imagerie des Tilleuls", "Sall^Youssef"
    made.StudyDescription, made.SeriesDescription = study.description, study.series
    made.BodyPartExamined, made.SeriesNumber, made.InstanceNumber = study.part, 1, number
    made.PatientName = f"{person.last_name.upper()}^{person.first_name}"
    made.PatientID = f"T-{person.born[0]}{len(person.last_name):02d}"
    made.PatientBirthDate = date(*person.born).strftime("%Y%m%d")
    made.PatientSex = {"female": "F", "male": "M"}.get(person.sex, "O")
    for keyword, value in study.facts.items():
        setattr(made, keyword, value)
    return made


def _closed(made: Dataset, cells: npt.NDArray[Any], stored: int) -> bytes:
    """The Part 10 file of an object with these samples."""
    made.Rows, made.Columns = cells.shape
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.BitsAllocated = cells.itemsize * 8
    made.BitsStored, made.HighBit, made.PixelRepresentation = stored, stored - 1, 0
    made.PixelData = cells.tobytes()
    made["PixelData"].VR = "OW" if cells.itemsize == 2 else "OB"
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    out = BytesIO()
    made.save_as(out, enforce_file_format=True)
    return out.getvalue()


def _named(last_name: str) -> DemoPatient:
    return next(one for one in PATIENTS if one.last_name == last_name)


def _slices(study: Examination, stack: npt.NDArray[Any], grid: anatomy.Grid) -> Iterator[bytes]:
    """The axial slices of a stack of samples, from the feet to the head."""
    uids = (generate_uid(), generate_uid())
    for number, cells in enumerate(stack, 1):
        made = _open(study, number, uids)
        place = [grid.first[0], grid.first[1], grid.first[2] + (number - 1) * grid.step[2]]
        made.ImagePositionPatient = [f"{value:.2f}" for value in place]
        made.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        made.PixelSpacing, made.SliceThickness = [grid.step[1], grid.step[0]], grid.step[2]
        yield _closed(made, np.ascontiguousarray(cells), 12)


def scanners() -> list[list[bytes]]:
    """Both chest scanners of one person: before, and today."""
    grid = CHEST
    chest = anatomy.thorax(grid)
    facts = {
        "RescaleIntercept": -1024, "RescaleSlope": 1, "RescaleType": "HU", "WindowCenter": -450, "WindowWidth": 1250,
        "KVP": 120, "ConvolutionKernel": "B57f", "FrameOfReferenceUID": generate_uid(),
    }  # fmt: skip
    made = []
    for days_ago, width, noise in ((BETWEEN, GREW[0], 16.0), (0, GREW[1], 13.0)):
        study = Examination(
            _named("Martins"), days_ago, "CT", CTImageStorage, "TDM thorax sans injection", "Poumon", "CHEST", facts
        )
        seen = anatomy.scanned(anatomy.with_nodule(chest, grid, width), grid, noise=noise, seed=days_ago)
        made.append(list(_slices(study, np.clip(np.rint(seen + 1024), 0, 4095).astype("<u2"), grid)))
    return made


def radiographs() -> list[bytes]:
    """A chest from the front, and that of somebody whom no record names."""
    grid = anatomy.centred((1.2, 4.0, 1.2), (262, 62, 262), (0, 0, -4))
    facts = {
        "ImagerPixelSpacing": [0.4, 0.4], "BurnedInAnnotation": "NO", "PresentationLUTShape": "IDENTITY",
        "PixelIntensityRelationship": "LOG", "WindowCenter": 2048, "WindowWidth": 4096, "ViewPosition": "PA",
        "RescaleIntercept": 0, "RescaleSlope": 1, "RescaleType": "US",
    }  # fmt: skip
    view = anatomy.projected(anatomy.thorax(grid), grid.step[1])
    made = []
    for person, days_ago, crop in ((_named("Martins"), 322, 0), (UNKNOWN, 2, 9)):
        study = Examination(
            person,
            days_ago,
            "DX",
            DigitalXRayImageStorageForPresentation,
            "Radiographie du thorax",
            "Face",
            "CHEST",
            facts,
        )
        part = Image.fromarray(view[crop or None : -crop or None, crop or None : -crop or None]).resize((786, 786))
        grain = np.random.default_rng(days_ago).normal(0, 14, (786, 786))
        cells = np.clip(np.asarray(part) * 3900 + 90 + grain, 0, 4095).astype("<u2")
        made.append(_closed(_open(study, 1, (generate_uid(), generate_uid())), cells, 12))
    return made


def heads() -> list[bytes]:
    """An MR of the head, T2-weighted."""
    depths = np.linspace(-0.75, 0.9, 16)
    grid = anatomy.centred((1.0, 1.0, 7.5), (224, 224, len(depths)))
    facts = {
        "WindowCenter": 520,
        "WindowWidth": 1040,
        "RepetitionTime": 4200,
        "EchoTime": 98,
        "MagneticFieldStrength": 1.5,
    }
    study = Examination(_named("Kowalski"), 41, "MR", MRImageStorage, "IRM encéphale", "Axial T2", "BRAIN", facts)
    stack = np.stack([head(float(depth), seed=place) for place, depth in enumerate(depths)])
    return list(_slices(study, np.clip(stack * 1000, 0, 4095).astype("<u2"), grid))


def ultrasound() -> bytes:
    """A picture above which the machine wrote a name."""
    region = Dataset()
    region.RegionSpatialFormat, region.RegionDataType, region.RegionFlags = 1, 1, 0
    region.RegionLocationMinX0, region.RegionLocationMinY0 = 0, 60
    region.RegionLocationMaxX1, region.RegionLocationMaxY1 = 639, 479
    region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = 3
    region.PhysicalDeltaX = region.PhysicalDeltaY = 0.028
    person = _named("Nguyen")
    facts = {"SequenceOfUltrasoundRegions": [region]}
    study = Examination(person, 6, "US", UltrasoundImageStorage, "Échographie hépatique", "Foie", "ABDOMEN", facts)
    born = date(*person.born).strftime("%d/%m/%Y")
    cells = fan(f"{person.last_name} {person.first_name}".upper(), born, seed=1)
    return _closed(_open(study, 1, (generate_uid(), generate_uid())), cells, 8)


def fill_images(patients: Mapping[str, PatientCard], by: Actor) -> None:
    """Receive everything and link what has a record; `patients` are the demo's records by family name."""
    before, now = scanners()
    chest, unknown = radiographs()
    truncated = now[0][: len(now[0]) // 3]
    came = (("Martins", [chest]), ("Martins", before), ("Kowalski", heads()), ("Nguyen", [ultrasound()]),
            ("", [unknown, truncated]), ("Martins", now))  # fmt: skip
    taken: dict[bytes, Outcome] = {}
    for name, files in came:
        taken |= zip(files, receive(contents=files, source="upload", by=by), strict=True)
        study = taken[files[0]]
        if name and isinstance(study, Received):
            link_study(study_id=study.study_id, patient_id=patients[name].id, by=by)
    through = int(np.argmin(np.abs(CHEST.axis(2) - anatomy.NODULE_AT[2])))
    for slices, width in ((before, GREW[0]), (now, GREW[1])):
        _measure(taken[slices[through]], width, by)


def _measure(outcome: object, width: float, by: Actor) -> None:
    """The width of the nodule, as the radiologist drew it."""
    if not isinstance(outcome, Received):
        return
    across, down = ((anatomy.NODULE_AT[axis] - CHEST.first[axis]) / STEP for axis in (0, 1))
    reach = width / STEP / 2
    ends = [(across - reach, down), (across + reach, down)]
    add_measure(instance_id=outcome.instance_id, frame=1, kind="length", points=ends, by=by)
