"""Studies, headers and measures as the viewer needs them."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from epione.imaging.domain.facts import dicom_date
from epione.imaging.domain.pixels.presets import PRESETS, presets_of
from epione.imaging.queries import InstanceView, SeriesView, StudyView
from epione.imaging.services import MeasureView
from epione.kernel.kit.formats import day, number

from .words import attribute_words

PRESET_WORDS: dict[str, Any] = {
    "os": gettext_lazy("Bone"),
    "poumon": gettext_lazy("Lung"),
    "mediastin": gettext_lazy("Mediastinum"),
    "abdomen": gettext_lazy("Abdomen"),
    "foie": gettext_lazy("Liver"),
    "cerveau": gettext_lazy("Brain"),
    "cerveau_avc": gettext_lazy("Brain, stroke"),
    "sous_dural": gettext_lazy("Subdural"),
    "rocher": gettext_lazy("Petrous bone"),
    "angio": gettext_lazy("Angiography"),
    "tissus_mous": gettext_lazy("Soft tissue"),
}

LONGEST = 160
THUMBS = 6
_UNITS = {"[px]": "px", "[px]2": "px²", "mm2": "mm²", "deg": "°"}


def presets_shown(modality: str) -> list[dict[str, Any]]:
    """The windows on offer for a modality."""
    windows = [(key, PRESETS[key]) for key in presets_of(modality)]
    return [
        {"key": key, "label": f"{PRESET_WORDS[key]} {number(one.center)} / {number(one.width)}", "c": one.center,
         "w": one.width}
        for key, one in windows
    ]  # fmt: skip


def stacks_of(opened: StudyView) -> list[dict[str, Any]]:
    """The series that can be looked at, each as the list of its frames in the order of the body."""
    return [stack for series in opened.series if (stack := _stack(series))["images"]]


def _stack(series: SeriesView) -> dict[str, Any]:
    shown = [one for one in series.instances if one.frames and not one.pixel_fault]
    if shown and all(one.position is not None for one in shown):
        shown.sort(key=lambda one: (one.position or 0.0, one.number or 0))
    images = [_image(one, frame) for one in shown for frame in range(1, one.frames + 1)]
    return {
        "id": str(series.id),
        "label": series.description or _("Series %(number)s") % {"number": series.number or "?"},
        "modality": series.modality,
        "number": series.number,
        "body_part": series.body_part,
        "images": images,
        "spacing_gap": _gap(shown),
    }


def _image(one: InstanceView, frame: int) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "frame": frame,
        "url": reverse("imaging:picture", args=[one.id, frame]),
        "rows": one.rows,
        "columns": one.columns,
        "spacing": one.geometry.get("spacing"),
        "calibration": one.geometry.get("calibration", ""),
        "window": one.geometry.get("window"),
        "position": one.position,
        "thickness": one.geometry.get("thickness"),
        "waits": one.waits,
    }


def thumbs_of(images: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A few images spread over a stack, for the strip below; none for a stack that fits without it."""
    if len(images) <= THUMBS:
        return []
    step = len(images) / THUMBS
    places = [int((one + 0.5) * step) for one in range(THUMBS)]
    return [{"place": place + 1, "url": images[place]["url"]} for place in places]


def apart(now: date | None, before: date | None) -> str:
    """How long before the examination shown the one beside it was made, "" when a date is missing."""
    if now is None or before is None:
        return ""
    days = (now - before).days
    said = (
        ngettext("%(n)s day earlier", "%(n)s days earlier", days)
        if days >= 0
        else ngettext("%(n)s day later", "%(n)s days later", -days)
    )
    return said % {"n": number(abs(days))}


def _gap(shown: list[InstanceView]) -> float | None:
    """The usual distance between neighbouring slices in mm."""
    places = [one.position for one in shown if one.position is not None]
    steps = sorted(round(after - before, 3) for before, after in pairwise(places))
    return steps[len(steps) // 2] if steps else None


def measure_out(made: MeasureView) -> dict[str, Any]:
    """A measure for the page, its value in words."""
    unit = _UNITS.get(made.unit, made.unit)
    text = f"{number(made.value)}{'' if unit == '°' else ' '}{unit}"
    if made.statistics:
        mean, spread = number(round(made.statistics["mean"], 1)), number(round(made.statistics["deviation"], 1))
        text = f"{mean} ± {spread} {made.statistics['unit']} · {text}".strip()
    return {
        "id": str(made.id),
        "image": str(made.instance_id),
        "frame": made.frame,
        "kind": made.kind,
        "points": [list(point) for point in made.points],
        "text": text,
        "calibration": made.calibration,
        "remove": reverse("imaging:remove-measure", args=[made.id]),
    }


def original_shown(original: Mapping[str, str]) -> list[tuple[str, str]]:
    """The original identifiers in words: DICOM writes names with carets and dates as eight figures."""
    return [(attribute_words(name), _plain(name, value)) for name, value in original.items() if value]


def _plain(name: str, value: str) -> str:
    if name.endswith("_date"):
        found = dicom_date(value)
        return day(found) if found else value
    return " ".join(value.replace("^", " ").split()) if name == "patient_name" else value


def header_rows(header: Mapping[str, Any], depth: int = 0) -> list[dict[str, Any]]:
    """The attributes of a header, nested ones indented; long values cut."""
    rows: list[dict[str, Any]] = []
    for tag in sorted(header):
        element = header[tag]
        row = {"tag": f"({tag[:4]},{tag[4:]})", "keyword": keyword_of(tag), "vr": element.get("vr", ""), "depth": depth}
        items = [one for one in element.get("Value", []) if isinstance(one, Mapping)] if row["vr"] == "SQ" else []
        row["value"] = _("%(count)s items") % {"count": len(items)} if row["vr"] == "SQ" else _value(element)
        rows.append(row)
        for item in items:
            rows += header_rows(item, depth + 1)
    return rows


def keyword_of(tag: str) -> str:
    """The keyword of a tag (PS3.6), empty for one that is not in the dictionary."""
    from pydicom.datadict import keyword_for_tag  # noqa: PLC0415 -- half a second, on this page only

    return str(keyword_for_tag(int(tag, 16)))


def _value(element: Mapping[str, Any]) -> str:
    if "BulkDataURI" in element or "InlineBinary" in element:
        return _("binary data")
    values = [one.get("Alphabetic", "") if isinstance(one, Mapping) else one for one in element.get("Value", [])]
    text = "\\".join("" if one is None else str(one) for one in values)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
