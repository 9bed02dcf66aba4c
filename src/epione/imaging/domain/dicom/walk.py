"""Walk of little endian data sets at byte level: heads, sequences, fragments; bounded, never decoding a value.

Encodings: PS3.5 7.1 (elements), 7.5 (sequences), A.4 (encapsulated pixels).
"""

from struct import Struct

from .limits import Limits
from .refusals import NotDicom
from .tags import ITEM, ITEM_END, PIXEL_TAGS, SEQUENCE_END, vr_of

UNDEFINED = 0xFFFFFFFF
_LARGEST = 0xFFFFFFF0
_EXPLICIT = Struct("<HH2sH")
_IMPLICIT = Struct("<HHI")
_LENGTH = Struct("<I")
SHORT_VRS = frozenset(
    b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split(),
)
LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
KNOWN_VRS = SHORT_VRS | LONG_VRS
ITEM_VR = b"--"

Head = tuple[int, bytes, int, int]


class Walker:
    """Reads heads of elements of one buffer; counts them, and refuses what does not fit its container."""

    __slots__ = ("_left", "data", "limits", "size")

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.data = data
        self.size = len(data)
        self.limits = limits
        self._left = limits.max_elements

    def head(self, at: int, end: int, *, implicit: bool) -> Head:
        """(tag, VR, first byte of the value, length) of the element at `at`; length may be UNDEFINED.

        Delimiters and items come back with the VR `--`. Unknown VRs are read in the long form, as PS3.5 6.2.2 has new
        ones encoded.
        """
        if at + 8 > end:
            raise NotDicom("truncated", at)
        self._left -= 1
        if self._left < 0:
            raise NotDicom("too_many_elements", at)
        group, element, vr, length = _EXPLICIT.unpack_from(self.data, at)
        tag = group << 16 | element
        start = at + 8
        if implicit or group == 0xFFFE:
            length = _LENGTH.unpack_from(self.data, at + 4)[0]
            vr = ITEM_VR if group == 0xFFFE else vr_of(tag) or b"UN"
        elif vr not in SHORT_VRS:
            length, start = self._long(vr, at, end)
        if length != UNDEFINED and start + length > end:
            raise self._overrun(tag, length, at, end)
        return tag, vr, start, length

    def _long(self, vr: bytes, at: int, end: int) -> tuple[int, int]:
        """Length and start of the value in the long form."""
        if vr not in LONG_VRS and not (vr.isalpha() and vr.isupper()):
            raise NotDicom("syntax_mismatch", at)
        if at + 12 > end:
            raise NotDicom("truncated", at)
        return _LENGTH.unpack_from(self.data, at + 8)[0], at + 12

    def _overrun(self, tag: int, length: int, at: int, end: int) -> NotDicom:
        if length >= _LARGEST or end < self.size:
            return NotDicom("bad_length", at)
        return NotDicom("truncated_pixels" if tag in PIXEL_TAGS else "truncated", at)

    def item(self, at: int, end: int) -> tuple[int, int, int]:
        """(first byte, length, tag) of the item or delimiter at `at`."""
        if at + 8 > end:
            raise NotDicom("truncated", at)
        self._left -= 1
        if self._left < 0:
            raise NotDicom("too_many_elements", at)
        group, element, length = _IMPLICIT.unpack_from(self.data, at)
        tag = group << 16 | element
        if tag not in (ITEM, SEQUENCE_END, ITEM_END):
            raise NotDicom("bad_item", at)
        if tag == ITEM and length != UNDEFINED and at + 8 + length > end:
            raise NotDicom("bad_length" if length >= _LARGEST or end < self.size else "truncated", at)
        return at + 8, length, tag

    def skip(self, head: Head, end: int, *, implicit: bool, depth: int) -> int:
        """Where the element after this one begins."""
        _, vr, start, length = head
        if length != UNDEFINED:
            return start + length
        if vr in (b"OB", b"OW") and head[0] in PIXEL_TAGS:
            return self._fragments(start, end)
        return self._skip_items(start, end, implicit=implicit or vr != b"SQ", depth=depth + 1)

    def _fragments(self, start: int, end: int) -> int:
        """Past the delimiter of encapsulated pixels."""
        try:
            return self.skip_fragments(start, end)
        except NotDicom as error:
            if error.code == "truncated":
                raise NotDicom("truncated_pixels", error.offset) from error
            raise

    def skip_fragments(self, at: int, end: int) -> int:
        """Past the delimiter that ends the fragments at `at`."""
        while True:
            start, length, tag = self.item(at, end)
            if tag == SEQUENCE_END:
                return start
            if tag != ITEM or length == UNDEFINED:
                raise NotDicom("bad_item", at)
            at = start + length

    def _skip_items(self, at: int, end: int, *, implicit: bool, depth: int) -> int:
        if depth > self.limits.max_depth:
            raise NotDicom("too_deep", at)
        while True:
            start, length, tag = self.item(at, end)
            if tag == SEQUENCE_END:
                return start
            if tag != ITEM:
                raise NotDicom("bad_item", at)
            at = start + length if length != UNDEFINED else self._skip_item(start, end, implicit=implicit, depth=depth)

    def _skip_item(self, at: int, end: int, *, implicit: bool, depth: int) -> int:
        """Past the delimiter of an item of undefined length."""
        while True:
            head = self.head(at, end, implicit=implicit)
            if head[0] == ITEM_END:
                return head[2]
            if head[1] == ITEM_VR:
                raise NotDicom("bad_item", at)
            at = self.skip(head, end, implicit=implicit, depth=depth)
