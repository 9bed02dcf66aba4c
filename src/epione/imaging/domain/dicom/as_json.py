"""DICOM JSON of one object (PS3.18 Annex F): values by VR, names by group, binaries as references or base64."""

import base64
import math
from typing import Any

from . import tags
from .header import NUMBERS, DataSet, Header, open_header
from .limits import DEFAULT
from .walk import UNDEFINED

_BINARY = frozenset(b"OB OD OF OL OV OW UN".split())
_INLINE_BYTES = 1024
_PERSON_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")
_WHOLE_TEXT = frozenset(b"LT ST UR UT".split())


def dicom_json(source: bytes | Header, *, bulk: str = "") -> dict[str, Any]:
    """The data set of a file, or of a header already read, as DICOM JSON, without group 2 and group lengths.

    Pixel data and long binaries become BulkDataURI: `bulk` and the path of tags and item numbers, joined by slashes
    (`7FE00010`, `54000100/0/54001010`). Raises NotDicom.
    """
    header = source if isinstance(source, Header) else open_header(source, lenient=False, limits=DEFAULT)
    return _data_set(header, f"{bulk.rstrip('/')}/" if bulk else "")


def _data_set(data_set: DataSet, bulk: str) -> dict[str, Any]:
    return {
        f"{tag:08X}": _attribute(data_set, tag, f"{bulk}{tag:08X}")
        for tag in sorted(data_set.elements)
        if tag & 0xFFFF and tag >> 16 > 0x0007
    }


def _attribute(data_set: DataSet, tag: int, bulk: str) -> dict[str, Any]:
    vr, length = data_set.vr(tag), data_set.elements[tag][3]
    found: dict[str, Any] = {"vr": vr.decode("latin-1")}
    if vr == b"SQ":
        items = data_set.items(tag)
        return found | ({"Value": [_data_set(item, f"{bulk}/{n}/") for n, item in enumerate(items)]} if items else {})
    if length == 0:
        return found
    if vr in _BINARY or length == UNDEFINED:
        if tag in tags.PIXEL_TAGS or length == UNDEFINED or length > _INLINE_BYTES:
            return found | {"BulkDataURI": bulk}
        return found | {"InlineBinary": base64.b64encode(data_set.raw(tag)).decode()}
    values = _values(data_set, tag, vr)
    return found | ({"Value": values} if any(value is not None for value in values) else {})


def _values(data_set: DataSet, tag: int, vr: bytes) -> list[Any]:
    if vr == b"AT":
        return [f"{int(number):08X}" for number in data_set.numbers(tag)]
    if vr in NUMBERS:
        return [_finite(number) for number in data_set.numbers(tag)]
    if vr in _WHOLE_TEXT:
        text = data_set.get(tag).rstrip()
        return [text] if text else []
    texts = data_set.values(tag)
    if vr == b"PN":
        return [_person(text) for text in texts]
    if vr in (b"DS", b"IS"):
        return [_written_number(text) for text in texts]
    return [text or None for text in texts]


def _finite(number: float) -> float | str:
    if isinstance(number, int) or math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _written_number(text: str) -> float | str | None:
    """A number where JSON can hold it as written, else the text (PS3.18 F.2.3 allows both)."""
    try:
        number = float(text)
    except ValueError:
        return text or None
    if not math.isfinite(number):
        return text
    return int(number) if number.is_integer() and "." not in text and "e" not in text.lower() else number


def _person(text: str) -> dict[str, str] | None:
    groups = {name: group for name, group in zip(_PERSON_GROUPS, text.split("="), strict=False) if group}
    return groups or None
