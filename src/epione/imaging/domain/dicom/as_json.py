"""A data set as DICOM JSON (PS3.18 Annex F): what QIDO-RS and WADO-RS metadata answer."""

import base64
import re
from typing import Any

from . import tags
from .header import DataSet, Header
from .walk import UNDEFINED

INLINE = 1024
"""Bytes of a binary value that stand in the JSON itself; longer ones are fetched from their address."""
_BINARY = frozenset(b"OB OD OF OL OV OW UN".split())
_WHOLE = frozenset(b"US SS UL SL UV SV".split())
_REAL = frozenset(b"FL FD".split())
_TEXT = frozenset(b"LT ST UT UR".split())
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")
_GROUP_LENGTH = 0xFFFF
_CHARSET = tags.SPECIFIC_CHARACTER_SET


def dicom_json(header: Header, *, bulk: str = "") -> dict[str, Any]:
    """The whole data set; pixels and long binary values become a `BulkDataURI` of `bulk` and the path of their tag."""
    return _data_set(header, bulk)


def _data_set(data: DataSet, bulk: str) -> dict[str, Any]:
    return {
        f"{tag:08X}": _element(data, tag, f"{bulk}/{tag:08X}")
        for tag in sorted(data.elements)
        if tag & _GROUP_LENGTH and tag != _CHARSET
    } | {f"{_CHARSET:08X}": {"vr": "CS", "Value": ["ISO_IR 192"]}}


def _element(data: DataSet, tag: int, where: str) -> dict[str, Any]:
    vr = data.vr(tag)
    if vr == b"SQ":
        items = [_data_set(item, f"{where}/{number}") for number, item in enumerate(data.items(tag), 1)]
        return {"vr": "SQ", "Value": items} if items else {"vr": "SQ"}
    if vr in _BINARY or tag in tags.PIXEL_TAGS:
        return _binary(data, tag, vr, where)
    values = _values(data, tag, vr)
    found: dict[str, Any] = {"vr": vr.decode("ascii", "replace")}
    if any(value not in (None, "") for value in values):
        found["Value"] = values
    return found


def _binary(data: DataSet, tag: int, vr: bytes, where: str) -> dict[str, Any]:
    name, length = vr.decode("ascii", "replace"), data.elements[tag][3]
    if not length:
        return {"vr": name}
    if length == UNDEFINED or length > INLINE or tag in tags.PIXEL_TAGS:
        return {"vr": name, "BulkDataURI": where}
    return {"vr": name, "InlineBinary": base64.b64encode(data.raw(tag)).decode()}


def _values(data: DataSet, tag: int, vr: bytes) -> list[Any]:
    if vr in _WHOLE:
        return [int(number) for number in data.numbers(tag)]
    if vr in _REAL:
        return list(data.numbers(tag))
    if vr == b"AT":
        return [f"{int(number):08X}" for number in data.numbers(tag)]
    if vr in _TEXT:
        return [data.get(tag).rstrip()]
    texts = data.values(tag)
    if vr == b"PN":
        return [_name(text) for text in texts]
    return [_number(text) for text in texts] if vr in (b"DS", b"IS") else [text or None for text in texts]


def _name(text: str) -> dict[str, str] | None:
    groups = {group: part for group, part in zip(_GROUPS, text.split("="), strict=False) if part}
    return groups or None


def _number(text: str) -> int | float | str | None:
    """As a number when it is written as one; else the text that stands there (PS3.18 F.2.3.1 allows both)."""
    if not _DECIMAL.fullmatch(text):
        return text or None
    value = float(text)
    if value - value != 0:
        return text
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
