"""Answers as FHIR R4: a preliminary DiagnosticReport whose Observations carry number, unit, method and device.

Status of an Observation: preliminary until a person spoke; final when confirmed, corrected when corrected, cancelled
when rejected. A Device states the algorithm and its version.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from epione.inference.domain.contract import Code, Finding, Result, Status

SYSTEMS: Final = {
    "SCT": "http://snomed.info/sct",
    "DCM": "http://dicom.nema.org/resources/ontology/DCM",
    "RADLEX": "http://radlex.org",
    "LN": "http://loinc.org",
    "UCUM": "http://unitsofmeasure.org",
}
STATES: Final = {"confirmed": "final", "corrected": "corrected", "rejected": "cancelled"}
STUDY: Final = {"coding": [{"system": SYSTEMS["LN"], "code": "18748-4", "display": "Diagnostic imaging study"}]}
UNKNOWN: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"


@dataclass(frozen=True, slots=True)
class Told:
    """One answer: which algorithm, what it said, and for each finding the verdict and words of a person, if any."""

    id: str
    name: str
    version: str
    at: datetime
    result: Result
    verdicts: dict[int, tuple[str, str]]


def diagnostic_report(
    told: Sequence[Told], *, report_id: str, subject: dict[str, Any], study_uid: str, language: str, issued: datetime
) -> dict[str, Any]:
    """The report; everything it refers to is contained in it."""
    contained: list[dict[str, Any]] = []
    results = []
    for place, one in enumerate(told):
        device = f"device-{place}"
        contained.append(_device(device, one))
        for observation in _observations(place, one, subject, language, device):
            contained.append(observation)
            results.append({"reference": f"#{observation['id']}"})
    return {
        "resourceType": "DiagnosticReport",
        "id": report_id,
        "language": language,
        "status": "preliminary",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "RAD"}]}],
        "code": STUDY,
        "subject": subject,
        "issued": issued.isoformat(),
        "imagingStudy": [{"identifier": {"system": "urn:dicom:uid", "value": f"urn:oid:{study_uid}"}}],
        "result": results,
        "contained": contained,
    }


def _device(device: str, told: Told) -> dict[str, Any]:
    return {
        "resourceType": "Device",
        "id": device,
        "deviceName": [{"name": told.name, "type": "model-name"}],
        "version": [{"value": told.version}],
    }


def _observations(place: int, told: Told, subject: dict[str, Any], language: str, device: str) -> list[dict[str, Any]]:
    """One for each finding; one that says why there is none, where there is no answer."""
    shared = {"subject": subject, "device": {"reference": f"#{device}"}, "issued": told.at.isoformat()}
    if told.result.status is not Status.OK:
        absent = {"coding": [{"system": UNKNOWN, "code": "unknown"}], "text": told.result.reason}
        return [
            {"resourceType": "Observation", "id": f"o-{place}", "status": "preliminary", "code": {"text": told.name}}
            | shared
            | {"dataAbsentReason": absent}
        ]
    return [
        {"resourceType": "Observation", "id": f"o-{place}-{number}"}
        | _said(one, told.verdicts.get(number), language)
        | shared
        for number, one in enumerate(told.result.findings)
    ]


def _said(one: Finding, verdict: tuple[str, str] | None, language: str) -> dict[str, Any]:
    label = one.label_fr if language == "fr" else one.label_en
    said: dict[str, Any] = {
        "status": STATES[verdict[0]] if verdict else "preliminary",
        "code": {"coding": [_coding(one.code)], "text": label},
    }
    if one.measurement is not None:
        unit = one.measurement.unit
        quantity = {"value": one.measurement.value, "unit": unit, "system": SYSTEMS["UCUM"], "code": unit}
        said["valueQuantity"] = quantity
    else:
        said["valueBoolean"] = True
    if one.method:
        said["method"] = {"text": one.method}
    notes = [{"text": verdict[1]}] if verdict and verdict[1] else []
    if one.confidence is not None:
        notes.append({"text": f"confidence {one.confidence} ({one.calibration_id})"})
    return said | ({"note": notes} if notes else {})


def _coding(code: Code) -> dict[str, str]:
    return {
        "system": SYSTEMS.get(code.system, f"urn:epione:codes:{code.system}"),
        "code": code.code,
        "display": code.display,
    }
