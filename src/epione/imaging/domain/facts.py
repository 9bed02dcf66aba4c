"""What lists, searches and the viewer need of an object, read from its de-identified header (DICOM JSON, PS3.18 F)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

Header = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Geometry:
    """How pixels lie in the body: `spacing` in mm between rows and between columns, None when nothing states it.

    `calibration` says where the spacing comes from: "patient" (PixelSpacing), "detector" (ImagerPixelSpacing: lengths
    on the detector, larger than in the body), "region" (ultrasound). `window` is the first (centre, width) stated;
    `position` the place along the normal of the slice in mm; `orientation` the six direction cosines.
    """

    spacing: tuple[float, float] | None = None
    calibration: str = ""
    window: tuple[float, float] | None = None
    position: float | None = None
    orientation: tuple[float, ...] | None = None
    thickness: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "spacing": self.spacing,
            "calibration": self.calibration,
            "window": self.window,
            "position": self.position,
            "orientation": self.orientation,
            "thickness": self.thickness,
        }


@dataclass(frozen=True, slots=True)
class Facts:
    """What is searched for; empty or None where the object does not say."""

    study_uid: str
    series_uid: str
    sop_uid: str
    sop_class: str
    transfer_syntax: str
    pseudonym: str = ""
    modality: str = ""
    study_date: date | None = None
    study_time: time | None = None
    study_description: str = ""
    series_number: int | None = None
    series_description: str = ""
    body_part: str = ""
    number: int | None = None
    rows: int | None = None
    columns: int | None = None
    frames: int = 0
    geometry: Geometry = Geometry()


def facts_of(header: Header, transfer_syntax: str, *, pixels: bool) -> Facts:
    """The facts of a header; `frames` is 0 for an object without `pixels`, whatever it says of its size."""
    rows, columns = _whole(header, "00280010"), _whole(header, "00280011")
    frames = (_whole(header, "00280008") or 1) if pixels and rows and columns else 0
    return Facts(
        study_uid=_text(header, "0020000D"),
        series_uid=_text(header, "0020000E"),
        sop_uid=_text(header, "00080018"),
        sop_class=_text(header, "00080016"),
        transfer_syntax=transfer_syntax,
        pseudonym=_text(header, "00100020"),
        modality=_text(header, "00080060")[:16],
        study_date=dicom_date(_text(header, "00080020")),
        study_time=_time(_text(header, "00080030")),
        study_description=_text(header, "00081030")[:200],
        series_number=_whole(header, "00200011"),
        series_description=_text(header, "0008103E")[:200],
        body_part=_text(header, "00180015")[:64],
        number=_whole(header, "00200013"),
        rows=rows,
        columns=columns,
        frames=frames,
        geometry=geometry_of(header),
    )


def geometry_of(header: Header) -> Geometry:
    """Spacing, position and window; of an enhanced multi-frame object, those that all frames share."""
    spacing, calibration = _spacing(header)
    orientation = _numbers(header, "00200037") or _shared(header, "00209116", "00200037")
    place = _numbers(header, "00200032")
    center, width = _numbers(header, "00281050"), _numbers(header, "00281051")
    thickness = _numbers(header, "00180050")
    return Geometry(
        spacing=spacing,
        calibration=calibration,
        window=(center[0], width[0]) if center and width and width[0] > 0 else None,
        position=along_normal(place, orientation),
        orientation=orientation if len(orientation) == 6 else None,
        thickness=thickness[0] if thickness else None,
    )


def along_normal(place: tuple[float, ...], orientation: tuple[float, ...]) -> float | None:
    """Where a slice lies along its normal, in mm (PS3.3 C.7.6.2.1.1); None when the header does not say."""
    if len(place) != 3 or len(orientation) != 6:
        return None
    (a, b, c), (d, e, f) = orientation[:3], orientation[3:]
    normal = (b * f - c * e, c * d - a * f, a * e - b * d)
    return round(sum(one * other for one, other in zip(place, normal, strict=True)), 4)


def _spacing(header: Header) -> tuple[tuple[float, float] | None, str]:
    shared = _shared(header, "00289110", "00280030")
    for values, calibration in (
        (_numbers(header, "00280030") or shared, "patient"),
        (_numbers(header, "00181164"), "detector"),
    ):
        if len(values) == 2 and min(values) > 0:
            return (values[0], values[1]), calibration
    return _region_spacing(header)


def _region_spacing(header: Header) -> tuple[tuple[float, float] | None, str]:
    """Of an ultrasound image with one region measured in cm (PS3.3 C.8.5.5): several have no single scale."""
    regions = _items(header, "00186011")
    if len(regions) != 1:
        return None, ""
    region = regions[0]
    centimetres = {_whole(region, "00186024"), _whole(region, "00186026")} == {3}
    across, down = _numbers(region, "0018602C"), _numbers(region, "0018602E")
    if not centimetres or not across or not down or across[0] <= 0 or down[0] <= 0:
        return None, ""
    return (down[0] * 10, across[0] * 10), "region"


def _shared(header: Header, group: str, tag: str) -> tuple[float, ...]:
    """A value of a functional group that all frames share (PS3.3 C.7.6.16)."""
    for shared in _items(header, "52009229"):
        for item in _items(shared, group):
            return _numbers(item, tag)
    return ()


def _items(header: Header, tag: str) -> list[Header]:
    return [item for item in header.get(tag, {}).get("Value", []) if isinstance(item, Mapping)]


def _values(header: Header, tag: str) -> list[Any]:
    values: list[Any] = header.get(tag, {}).get("Value", [])
    return values


def _text(header: Header, tag: str) -> str:
    values = _values(header, tag)
    value = values[0] if values else ""
    if isinstance(value, Mapping):
        value = value.get("Alphabetic", "")
    return "" if value is None else str(value).replace("\0", "").strip()


def _numbers(header: Header, tag: str) -> tuple[float, ...]:
    try:
        return tuple(float(value) for value in _values(header, tag))
    except (TypeError, ValueError):
        return ()


def _whole(header: Header, tag: str) -> int | None:
    numbers = _numbers(header, tag)
    fits = bool(numbers) and numbers[0] == numbers[0] and abs(numbers[0]) < 2**31
    return int(numbers[0]) if fits else None


def dicom_date(text: str) -> date | None:
    """A date as DICOM writes it (YYYYMMDD), None when it is not one."""
    try:
        return date.fromisoformat(text[:8]) if len(text) >= 8 else None
    except ValueError:
        return None


def _time(text: str) -> time | None:
    digits = text.partition(".")[0].ljust(6, "0")
    try:
        return time(int(digits[:2]), int(digits[2:4]), min(int(digits[4:6]), 59)) if text else None
    except ValueError:
        return None
