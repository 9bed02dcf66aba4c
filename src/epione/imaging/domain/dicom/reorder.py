"""A data set whose elements stand out of order or twice, sorted: ascending tags, the last of two kept (PS3.5 7.1)."""

from struct import Struct

from . import tags
from .header import Header, Place, header_of, located
from .limits import Limits
from .part10 import Opened
from .refusals import NotDicom
from .walk import SHORT_VRS, UNDEFINED, Head

_ITEM = Struct("<HHI")
_BEGIN = _ITEM.pack(0xFFFE, 0xE000, UNDEFINED)
_END = _ITEM.pack(0xFFFE, 0xE00D, 0)
_SEQUENCE_END = _ITEM.pack(0xFFFE, 0xE0DD, 0)


def in_order(header: Header, limits: Limits) -> Header:
    """The same object, same encoding, sorted at every level; its data set begins at byte 0 of the new header's data."""
    opened = header.opened
    place = Place(header.walker, opened.implicit, 0)
    out: list[bytes] = []
    _level(header.elements, place, len(opened.data), out)
    data = b"".join(out)
    return header_of(
        Opened(
            data,
            0,
            implicit=opened.implicit,
            syntax=opened.syntax,
            declared=opened.declared,
            meta=opened.meta,
            forgiven=(*opened.forgiven, "reordered"),
        ),
        limits,
    )


def _level(elements: dict[int, Head], place: Place, end: int, out: list[bytes]) -> None:
    walker = place.walker
    for tag in sorted(elements):
        head = elements[tag]
        begin = head[2] - _head_size(head, implicit=place.implicit)
        if _is_sequence(head):
            undefined = UNDEFINED.to_bytes(4, "little")
            out.append(walker.data[begin : head[2] - 4] + undefined)
            _items(head, place, end, out)
        else:
            after = walker.skip(head, end, implicit=place.implicit, depth=place.depth)
            out.append(walker.data[begin:after])


def _head_size(head: Head, *, implicit: bool) -> int:

    return 8 if implicit or head[1] in SHORT_VRS else 12


def _is_sequence(head: Head) -> bool:
    if head[1] == b"SQ":
        return True
    if head[1] != b"UN":
        return False
    return head[3] == UNDEFINED or tags.vr_of(head[0]) == b"SQ"


def _items(head: Head, place: Place, end: int, out: list[bytes]) -> None:
    walker, at = place.walker, head[2]
    inner = Place(walker, place.implicit or head[1] != b"SQ", place.depth + 1)
    if inner.depth > walker.limits.max_depth:
        raise NotDicom("too_deep", at)
    delimited = head[3] == UNDEFINED
    stop = end if delimited else at + head[3]
    while at < stop or delimited:
        start, length, tag = walker.item(at, stop)
        if tag == tags.SEQUENCE_END and delimited:
            break
        if tag != tags.ITEM:
            raise NotDicom("bad_item", at)
        stop_item = stop if length == UNDEFINED else start + length
        elements, at = located(inner, start, stop_item, delimited=length == UNDEFINED)
        out.append(_BEGIN)
        _level(elements, inner, stop_item, out)
        out.append(_END)
    out.append(_SEQUENCE_END)
