"""What runs in a child process to write DICOM: structured reports (TID 1500) and segmentations, by highdicom.

Headers come as DICOM JSON without their pixels. Nothing here is verified by a person: reports are PRELIMINARY and
UNVERIFIED, and say which algorithm wrote what. No Django here.
"""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import highdicom as hd
import numpy as np
from highdicom import sr
from highdicom.seg import Segmentation, SegmentDescription
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

Asked = Mapping[str, Any]
Answer = tuple[dict[str, Any], list[bytes]]
BINARY: Final = {"OB", "OW", "OD", "OF", "OL", "OV", "UN"}
NEEDED: Final = (
    *("PatientID", "PatientName", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "AccessionNumber"),
    *("StudyID", "ReferringPhysicianName"),
)
"""Type 2 attributes that a derived object repeats: empty where the de-identified source has none."""
PROCEDURES: Final = {
    "CT": Code("77477000", "SCT", "Computed tomography"),
    "MR": Code("113091000", "SCT", "Magnetic resonance imaging"),
    "US": Code("16310003", "SCT", "Ultrasonography"),
    "CR": Code("168537006", "SCT", "Plain radiography"),
    "DX": Code("168537006", "SCT", "Plain radiography"),
}
IMAGING: Final = Code("363679005", "SCT", "Imaging")
FINDING: Final = Code("121071", "DCM", "Finding")
LONGEST_MEANING = 64
TISSUE: Final = Code("85756007", "SCT", "Body tissue structure")


def report(asked: Asked, *headers: bytes) -> Answer:
    """A Comprehensive 3D SR of the answers: `modality`, `language`, `groups` of one algorithm each, `release`."""
    sources = [_source(header) for header in headers]
    groups = [_group(group, sources) for group in asked["groups"]]
    title = codes.DCM.ImagingMeasurementReport
    content = sr.MeasurementReport(
        observation_context=sr.ObservationContext(observer_device_context=_observer(asked["device_uid"])),
        procedure_reported=PROCEDURES.get(asked["modality"], IMAGING),
        imaging_measurements=groups,
        title=title,
        language_of_content_item_and_descendants=_language(asked["language"]),
    )
    made = sr.Comprehensive3DSR(
        evidence=sources,
        content=content[0],
        series_number=900,
        series_instance_uid=asked["series_uid"],
        sop_instance_uid=asked["sop_uid"],
        instance_number=1,
        manufacturer="Epione",
        is_complete=True,
        is_final=False,
        is_verified=False,
        series_description="Epione analysis",
    )
    return {}, [_written(made)]


def _observer(uid: str) -> sr.ObserverContext:
    attributes = sr.DeviceObserverIdentifyingAttributes(uid=uid, name="Epione", manufacturer_name="Epione")
    return sr.ObserverContext(observer_type=codes.DCM.Device, observer_identifying_attributes=attributes)


def _language(name: str) -> sr.LanguageOfContentItemAndDescendants:
    french = sr.CodedConcept("fr-FR", "RFC5646", "French (France)")
    english = sr.CodedConcept("en-GB", "RFC5646", "English (United Kingdom)")
    return sr.LanguageOfContentItemAndDescendants(french if name == "fr" else english)


def _group(group: Asked, sources: Sequence[Dataset]) -> sr.MeasurementsAndQualitativeEvaluations:
    """What one algorithm says: numbers as measurements, statements as evaluations."""
    algorithm = sr.AlgorithmIdentification(name=group["name"][:64], version=group["version"][:64])
    numbers = [one for one in group["findings"] if one["value"] is not None]
    statements = [one for one in group["findings"] if one["value"] is None]
    return sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(uid=group["uid"], identifier=group["name"][:64]),
        finding_type=FINDING,
        algorithm_id=algorithm,
        measurements=[_measurement(one) for one in numbers],
        qualitative_evaluations=[sr.QualitativeEvaluation(name=FINDING, value=_concept(one)) for one in statements],
        source_images=[sr.SourceImageForMeasurementGroup(one.SOPClassUID, one.SOPInstanceUID) for one in sources[:200]],
    )


def _measurement(one: Asked) -> sr.Measurement:
    return sr.Measurement(name=_concept(one), value=float(one["value"]), unit=Code(one["unit"], "UCUM", one["unit"]))


def _concept(one: Asked) -> sr.CodedConcept:
    return sr.CodedConcept(one["code"], one["system"], one["label"][:LONGEST_MEANING])


def segmentation(asked: Asked, masks: bytes, *headers: bytes) -> Answer:
    """A binary SEG: `masks` are bytes 0 or 1, frames x rows x columns x segments; `segments` have label and code."""
    sources = [_source(header) for header in headers]
    shape = (len(sources), int(asked["rows"]), int(asked["columns"]), len(asked["segments"]))
    algorithm = hd.AlgorithmIdentificationSequence(
        name=asked["name"][:64], version=asked["version"][:64], family=codes.cid7162.HistogramAnalysis
    )
    made = Segmentation(
        source_images=sources,
        pixel_array=np.frombuffer(masks, np.uint8).reshape(shape),
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[
            SegmentDescription(
                segment_number=place,
                segment_label=one["label"][:LONGEST_MEANING],
                segmented_property_category=TISSUE,
                segmented_property_type=Code(one["code"], one["system"], one["meaning"][:LONGEST_MEANING]),
                algorithm_type=hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC,
                algorithm_identification=algorithm,
            )
            for place, one in enumerate(asked["segments"], start=1)
        ],
        series_instance_uid=asked["series_uid"],
        series_number=901,
        sop_instance_uid=asked["sop_uid"],
        instance_number=1,
        manufacturer="Epione",
        manufacturer_model_name="Epione",
        software_versions=asked["release"],
        device_serial_number="0",
        content_label="THRESHOLDS",
        content_description="Ranges of Hounsfield units",
        series_description="Epione thresholds",
    )
    return {}, [_written(made)]


def _source(header: bytes) -> Dataset:
    """The attributes of an image, without anything binary."""
    said = {tag: element for tag, element in json.loads(header).items() if _is_plain(element)}
    made = Dataset.from_json(said)
    for keyword in NEEDED:
        if keyword not in made:
            setattr(made, keyword, "")
    return made


def _is_plain(element: Mapping[str, Any]) -> bool:
    return "BulkDataURI" not in element and "InlineBinary" not in element and element.get("vr") not in BINARY


def _written(made: Dataset) -> bytes:
    out = io.BytesIO()
    made.save_as(out, enforce_file_format=True)
    return out.getvalue()
