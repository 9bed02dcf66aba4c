"""Codes and words of what the deterministic analyses say; SNOMED CT codes are those of PS3.16 CID 7464 and CID 7461."""

from epione.inference.domain.contract import Code, Finding, Kind, Location, Measurement, Severity

MEAN = Code("SCT", "373098007", "Mean")
DEVIATION = Code("SCT", "386136009", "Standard Deviation")
MINIMUM = Code("SCT", "255605001", "Minimum")
MAXIMUM = Code("SCT", "56851009", "Maximum")
MEDIAN = Code("SCT", "373099004", "Median")
VOLUME = Code("SCT", "118565006", "Volume")
AREA = Code("SCT", "42798000", "Area")
HOUNSFIELD = "[hnsf'U]"


def own(code: str, display: str) -> Code:
    """A code of ours, where no terminology has one."""
    return Code("99EPIONE", code, display)


def measure(
    code: Code, fr: str, en: str, value: float, unit: str, method: str, where: Location | None = None
) -> Finding:
    """A number with its unit and its method."""
    return Finding(
        code=code, label_fr=fr, label_en=en, kind=Kind.MEASURE, location=where,
        measurement=Measurement(round(float(value), 4), unit), method=method,
    )  # fmt: skip


def mark(
    code: Code,
    fr: str,
    en: str,
    method: str,
    measured: Measurement | None = None,
    severity: Severity = Severity.MILD,
    where: Location | None = None,
) -> Finding:
    """Something to know about the image itself before it is read."""
    return Finding(
        code=code, label_fr=fr, label_en=en, kind=Kind.QUALITY, severity=severity, location=where,
        measurement=measured, method=method,
    )  # fmt: skip
