"""Answers as DICOM JSON (PS3.18 Annex F): searches, what became of stored objects, headers with their addresses."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any

from .attributes import ATTRIBUTES, AVAILABILITY, CHARSET, RETRIEVE_URL, Attribute, Level

Json = dict[str, Any]
PROCESSING_FAILURE, NO_SUCH_CLASS, DUPLICATE = 0x0110, 0x0122, 0x0111
OUT_OF_RESOURCES, NOT_THE_STUDY, CANNOT_UNDERSTAND, NO_SUCH_SYNTAX = 0xA700, 0xA900, 0xC000, 0xC122
REASONS = {
    "other_content": DUPLICATE,
    "other_study": NOT_THE_STUDY,
    "unsupported_syntax": NO_SUCH_SYNTAX,
    "encapsulated_document": NO_SUCH_CLASS,
    "directory": NO_SUCH_CLASS,
    "too_large": OUT_OF_RESOURCES,
    "out_of_memory": OUT_OF_RESOURCES,
    "timed_out": OUT_OF_RESOURCES,
    "crashed": PROCESSING_FAILURE,
    "failed": PROCESSING_FAILURE,
}
"""Code of a refusal -> reason of failure (PS3.18 Annex I, PS3.7 Annex C); any other means that we cannot understand."""


def reason_of(code: str) -> int:
    """The status or failure reason by which DICOM names a refusal."""
    return REASONS.get(code, CANNOT_UNDERSTAND)


def element(vr: str, *values: Any) -> Json:
    """An element, without values that are empty."""
    kept = [value for value in values if value not in ("", None)]
    return {"vr": vr, "Value": kept} if kept else {"vr": vr}


def found(values: Mapping[str, Any], wanted: Iterable[Attribute], *, address: str = "") -> Json:
    """One answer of a search from the values of its columns by tag, in the order of tags.

    `address` is where the object is retrieved over DICOMweb, "" for an answer over an association.
    """
    answer: Json = {one.tag: element(one.vr, *_written(one, values.get(one.tag))) for one in wanted}
    answer[CHARSET] = element("CS", "ISO_IR 192")
    answer[AVAILABILITY] = element("CS", "ONLINE")
    if address:
        answer[RETRIEVE_URL] = element("UR", address)
    return dict(sorted(answer.items()))


def _written(attribute: Attribute, value: Any) -> list[Any]:
    if value is None:
        return []
    if attribute.vr == "PN":
        return [{"Alphabetic": value}] if value else []
    if isinstance(value, date):
        return [value.strftime("%Y%m%d")]
    if isinstance(value, time):
        return [value.strftime("%H%M%S")]
    return value.split() if attribute.keyword == "ModalitiesInStudy" else [value]


def default_attributes(level: Level, above: bool) -> list[Attribute]:
    """What an answer holds unless more is asked for: its level and, unless the question named them, those above."""
    return [one for one in ATTRIBUTES if one.level is level or (above and one.level < level) or _names(one, level)]


def _names(one: Attribute, level: Level) -> bool:
    """The identifiers of the levels above, with which an answer is always told."""
    return one.level < level and one.keyword in {"StudyInstanceUID", "SeriesInstanceUID"}


def stored(accepted: Sequence[Json], failed: Sequence[Json], *, address: str = "") -> Json:
    """The answer of a storage (PS3.18 10.5.3): what is kept under which identifier, what failed and why."""
    answer: Json = {}
    if address:
        answer[RETRIEVE_URL] = element("UR", address)
    if failed:
        answer["00081198"] = {"vr": "SQ", "Value": list(failed)}
    if accepted:
        answer["00081199"] = {"vr": "SQ", "Value": list(accepted)}
    return answer


def accepted_item(sop_class: str, sop_uid: str, address: str, sent_uid: str, at: str) -> Json:
    """One object that is kept; `sent_uid` is the identifier that it came with, which the sender knows it by."""
    item = {
        "00081150": element("UI", sop_class),
        "00081155": element("UI", sop_uid),
        RETRIEVE_URL: element("UR", address),
    }
    if sent_uid and sent_uid != sop_uid:
        item["04000561"] = {"vr": "SQ", "Value": [_coerced(sent_uid, at)]}
    return item


def _coerced(sent_uid: str, at: str) -> Json:
    """An item of Original Attributes Sequence (PS3.3 C.12.1.1.9): the value before de-identification."""
    return {
        "04000550": {"vr": "SQ", "Value": [{"00080018": element("UI", sent_uid)}]},
        "04000562": element("DT", at),
        "04000563": element("LO", "Epione"),
        "04000564": {"vr": "LO"},
        "04000565": element("CS", "COERCE"),
    }


def failed_item(sop_class: str, sent_uid: str, code: str) -> Json:
    """One object that is not kept; its own identifier and class when they could be read."""
    return {
        "00081150": element("UI", sop_class),
        "00081155": element("UI", sent_uid),
        "00081197": element("US", reason_of(code)),
    }


def addressed(header: Mapping[str, Any], bulk: str) -> Json:
    """A header whose references to large values are addresses under `bulk`; its text is UTF-8, as JSON is."""
    answer = {tag: _pointed(value, bulk) for tag, value in header.items()}
    if CHARSET in answer:
        answer[CHARSET] = element("CS", "ISO_IR 192")
    return answer


def _pointed(value: Any, bulk: str) -> Any:
    if not isinstance(value, dict):
        return value
    if "BulkDataURI" in value:
        return {**value, "BulkDataURI": f"{bulk}/{value['BulkDataURI']}"}
    if value.get("vr") == "SQ" and "Value" in value:
        items = [{tag: _pointed(one, bulk) for tag, one in item.items()} for item in value["Value"]]
        return {**value, "Value": items}
    return value
