"""Elements as bytes, explicit or implicit little endian (PS3.5 7.1), and the dummies that stand for removed values."""

from struct import Struct

from epione.imaging.domain.dicom import tags
from epione.imaging.domain.dicom.walk import SHORT_VRS, UNDEFINED

_SHORT = Struct("<HH2sH")
_LONG = Struct("<HH2sHI")
_IMPLICIT = Struct("<HHI")
ITEM_BEGIN = _IMPLICIT.pack(0xFFFE, 0xE000, UNDEFINED)
ITEM_END = _IMPLICIT.pack(0xFFFE, 0xE00D, 0)
SEQUENCE_END = _IMPLICIT.pack(0xFFFE, 0xE0DD, 0)
_NUL_PADDED = frozenset(b"OB OD OF OL OV OW SQ UI UN".split())

Nested = tuple[tuple[int, "bytes | tuple[Nested, ...]"], ...]

DUMMIES = {
    b"AE": b"REMOVED", b"AS": b"000Y", b"AT": b"\0\0\0\0", b"CS": b"REMOVED", b"DA": b"19000101", b"DS": b"0",
    b"DT": b"19000101000000", b"FD": bytes(8), b"FL": bytes(4), b"IS": b"0", b"OB": b"\0\0", b"OD": bytes(8),
    b"OF": bytes(4), b"OL": bytes(4), b"OV": bytes(8), b"OW": b"\0\0", b"PN": b"REMOVED", b"SL": bytes(4),
    b"SS": b"\0\0", b"SV": bytes(8), b"TM": b"000000", b"UL": bytes(4), b"UN": b"\0\0", b"UR": b"about:blank",
    b"US": b"\0\0", b"UV": bytes(8),
}  # fmt: skip
_TEXT = b"REMOVED"
_CODE: Nested = ((0x00080100, b"REMOVED"), (0x00080102, b"99EPIONE"), (0x00080104, b"Removed"))
_PERSON: Nested = ((0x00401101, (_CODE,)),)
_DUMMY_ITEMS: dict[int, Nested] = {
    0x00081072: _PERSON,
    0x00081111: ((0x00081150, b"1.2.840.10008.3.1.2.3.3"), (0x00081155, b"2.25.0")),
    0x00340001: ((0x00340002, b"\0\0"),),
    0x00700001: ((0x00700002, b"REMOVED"),),
    0x0040A073: ((0x0040A027, b"Removed"), (0x0040A030, b"19000101000000"), (0x0040A075, b"Removed")),
    0x0040A730: (
        (0x0040A010, b"CONTAINS"),
        (0x0040A040, b"TEXT"),
        (0x0040A043, (((0x00080100, b"121106"), (0x00080102, b"DCM"), (0x00080104, b"Comment")),)),
        (0x0040A160, b"Removed"),
    ),
    0x0040B020: ((0x00700006, b"Removed"),),
}


def element(tag: int, vr: bytes, value: bytes, *, implicit: bool) -> bytes:
    """One element of defined length, its value padded to an even length."""
    if len(value) & 1:
        value += b"\0" if vr in _NUL_PADDED else b" "
    group, number = tag >> 16, tag & 0xFFFF
    if implicit:
        return _IMPLICIT.pack(group, number, len(value)) + value
    if vr in SHORT_VRS:
        return _SHORT.pack(group, number, vr, len(value)) + value
    return _LONG.pack(group, number, vr, 0, len(value)) + value


def sequence_begin(tag: int, vr: bytes, *, implicit: bool) -> bytes:
    """The head of a sequence of undefined length; `vr` is SQ, or UN around implicit items."""
    if implicit:
        return _IMPLICIT.pack(tag >> 16, tag & 0xFFFF, UNDEFINED)
    return _LONG.pack(tag >> 16, tag & 0xFFFF, vr, 0, UNDEFINED)


def sequence(tag: int, items: tuple[Nested, ...], *, implicit: bool) -> bytes:
    """A whole sequence of small items."""
    pieces = [sequence_begin(tag, b"SQ", implicit=implicit)]
    for item in items:
        pieces += [ITEM_BEGIN, *(_nested(inner, value, implicit=implicit) for inner, value in item), ITEM_END]
    pieces.append(SEQUENCE_END)
    return b"".join(pieces)


def _nested(tag: int, value: "bytes | tuple[Nested, ...]", *, implicit: bool) -> bytes:
    if isinstance(value, tuple):
        return sequence(tag, value, implicit=implicit)
    return element(tag, tags.vr_of(tag) or b"LO", value, implicit=implicit)


def dummy(tag: int, vr: bytes, *, implicit: bool) -> bytes:
    """An element that says nothing, valid for its VR; a sequence gets one item built afresh."""
    if vr == b"SQ":
        return sequence(tag, (_DUMMY_ITEMS.get(tag, _CODE),), implicit=implicit)
    return element(tag, vr, DUMMIES.get(vr, _TEXT), implicit=implicit)
