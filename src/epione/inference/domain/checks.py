"""The platform's checks: may this be asked of this model, and is what it answered an answer at all."""

import math
from collections.abc import Iterator
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from .contract import Description, Finding, Request, Result, Status

_RESULT: Final[TypeAdapter[Result]] = TypeAdapter(Result)

_TERMS: Final = """
AR AS BI BMD CR CT DG DX ECG EPS ES GM HC HD IO IVOCT IVUS KER KO LEN LS MG MR NM OAM OCT OP OPM OPT OPV OSS OT PLAN
PR PT PX REG RESP RF RG RTDOSE RTIMAGE RTPLAN RTRECORD RTSTRUCT RWV SEG SM SMR SR SRF STAIN TG US VA XA XC
"""
MODALITIES: Final = frozenset(_TERMS.split())
"""Defined terms of Modality (0008,0060), PS3.3 C.7.3.1.1.1."""

ALIASES: Final = {
    "MRI": "MR",
    "XR": "DX",
    "X-RAY": "DX",
    "XRAY": "DX",
    "PET": "PT",
    "ULTRASOUND": "US",
    "SCANNER": "CT",
}
"""Words that clients write for a modality."""

BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "%": (0, 100),
    "[hnsf'U]": (-32_768, 65_535),
    "mL": (0, 1_000_000),
    "mm": (-100_000, 100_000),
    "mm2": (0, 10_000_000),
    "1": (-1e12, 1e12),
    "{slices}": (0, 100_000),
    "{pixels}": (0, 1e10),
    "deg": (-360, 360),
    "kg/m2": (0, 200),
}
"""UCUM unit -> the values that can be meant; a unit that is not here is refused."""


class UnfitAnswer(ValueError):
    """What a provider answered is no answer; `faults` are places and codes, without any value of the answer."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def modality_of(word: str) -> str:
    """The DICOM code of a modality as a client writes it; empty when it is none."""
    code = word.strip().upper()
    code = ALIASES.get(code, code)
    return code if code in MODALITIES else ""


def refusal(described: Description, request: Request) -> str:
    """Why the platform does not even ask: a stable code, or empty."""
    if not request.images:
        return "no_image"
    if request.modality not in MODALITIES:
        return "unknown_modality"
    if described.modalities and request.modality not in described.modalities:
        return "modality_not_supported"
    if described.body_parts and request.body_part not in described.body_parts:
        return "body_part_not_supported" if request.body_part else "body_part_unknown"
    if described.sop_classes and any(image.sop_class not in described.sop_classes for image in request.images):
        return "sop_class_not_supported"
    return ""


def as_dict(result: Result) -> dict[str, Any]:
    """The answer as JSON carries it."""
    made: dict[str, Any] = _RESULT.dump_python(result, mode="json")
    return made


def as_result(raw: Any) -> Result:
    """A checked answer from JSON; raises `UnfitAnswer` with every fault."""
    try:
        result = _RESULT.validate_python(raw)
    except ValidationError as error:
        places = [f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in error.errors(include_input=False)]
        raise UnfitAnswer(places) from None
    faults = list(_faults(result))
    if faults:
        raise UnfitAnswer(faults)
    return result


def _faults(result: Result) -> Iterator[str]:
    """What the shape alone does not tell."""
    if result.status is not Status.OK and result.findings:
        yield "findings: given without status ok"
    if result.status is not Status.OK and not result.reason:
        yield "reason: missing"
    for place, finding in enumerate(result.findings):
        for fault in _finding_faults(finding):
            yield f"findings.{place}.{fault}"


def _finding_faults(finding: Finding) -> Iterator[str]:
    if finding.confidence is not None and not finding.calibration_id:
        yield "confidence: without a calibration"
    if finding.measurement is None:
        return
    bounds = BOUNDS.get(finding.measurement.unit)
    if bounds is None:
        yield "measurement.unit: unknown"
    elif not bounds[0] <= finding.measurement.value <= bounds[1] or not math.isfinite(finding.measurement.value):
        yield "measurement.value: out of range"
