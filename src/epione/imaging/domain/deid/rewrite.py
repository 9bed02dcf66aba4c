"""The walk that rewrites: elements kept are copied as slices of the file, the others replaced, removed or entered."""

from collections.abc import Callable
from dataclasses import dataclass

from epione.imaging.domain.dicom import NotDicom, tags
from epione.imaging.domain.dicom.charset import codecs_of, decode
from epione.imaging.domain.dicom.header import DataSet, Place, located
from epione.imaging.domain.dicom.walk import ITEM_VR, UNDEFINED, Head, Walker

from .encode import ITEM_BEGIN, ITEM_END, SEQUENCE_END, sequence_begin
from .identifiers import Identifiers
from .level import Level, Unsorted
from .patient import Patient
from .report import Change
from .table import Do, actions_for

_LAST = 1 << 32
_KEEP_BINARY = int(Do.KEEP_BINARY)
_WRITTEN = frozenset(b"LO LT PN SH ST UC UR UT".split())
_TEXT = frozenset(b"AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT".split())
_BINARY = frozenset(b"AT FD FL OB OD OF OL OV OW SL SS SV UL US UV".split())

Act = Callable[["Rewriter", Head, Level, int], int]


@dataclass(frozen=True, slots=True)
class Inside:
    """How the items of a sequence are rewritten: actions, a step of private pattern, which items may stay at all."""

    actions: dict[int, Do]
    step: str = ""
    accept: Callable[[DataSet], bool] | None = None


class Rewriter:
    """One object being rewritten: `out` are the pieces of the new data set, `changes` what was done.

    `due` are our own elements still to be inserted at the root, the last one first. `pixels` replace the object's when
    set; `pixel_bytes` is the length that its geometry accounts for.
    """

    __slots__ = (
        "acts",
        "changes",
        "due",
        "identifiers",
        "nested",
        "out",
        "patient",
        "pixel_bytes",
        "pixels",
        "view",
        "walker",
    )

    def __init__(self, walker: Walker, patient: Patient, identifiers: Identifiers, acts: dict[Do, Act]) -> None:
        self.walker = walker
        self.patient = patient
        self.nested = actions_for(patient.policy, "")
        self.pixels: bytes | None = None
        self.pixel_bytes: int | None = None
        self.view = memoryview(walker.data)
        self.identifiers = identifiers
        self.acts = acts
        self.out: list[bytes | memoryview] = []
        self.changes: list[Change] = []
        self.due: list[tuple[int, bytes]] = []

    def data_set(self, at: int, end: int, level: Level, *, delimited: bool = False) -> int:
        """Rewrite the elements up to `end`, or to the delimiter of the item; where reading stopped."""
        head_of, implicit, actions, known = self.walker.head, level.implicit, level.actions, tags.vr_of
        run, last, due = at, -1, self.due[-1][0] if self.due and not level.depth else _LAST
        while at < end:
            head = head_of(at, end, implicit=implicit)
            tag, vr, start, length = head
            if tag <= last:
                raise Unsorted(at)
            last = tag
            if tag > due:
                self._copy(run, at)
                run, due = at, self._insert(tag)
            action = actions[tag]
            usual = action <= _KEEP_BINARY and vr == known(tag) and length != UNDEFINED
            if usual and (vr not in _WRITTEN or not self.names_patient(head, level)):
                at = start + length
                continue
            self._copy(run, at)
            if vr == ITEM_VR:
                return self._ended(head, at, delimited=delimited)
            run = at = self.acts[action](self, head, level, end)
        if delimited:
            raise NotDicom("truncated", at)
        self._copy(run, at)
        return at

    def _copy(self, run: int, at: int) -> None:
        if run < at:
            self.out.append(self.view[run:at])

    def _insert(self, before: int) -> int:
        """Add our own elements that come before this tag; the tag of the next one."""
        while self.due and self.due[-1][0] < before:
            self.out.append(self.due.pop()[1])
        return self.due[-1][0] if self.due else _LAST

    def _ended(self, head: Head, at: int, *, delimited: bool) -> int:
        if delimited and head[0] == tags.ITEM_END:
            return head[2]
        raise NotDicom("bad_item", at)

    def names_patient(self, head: Head, level: Level) -> bool:
        """Whether a kept text holds the patient's name or number."""
        return self.identifiers.within(self.text(head, level))

    def text(self, head: Head, level: Level) -> str:
        """The decoded text of an element; "" for one of undefined length."""
        _, vr, start, length = head
        if length == UNDEFINED:
            return ""
        if vr not in _TEXT:
            vr = tags.vr_of(head[0]) or b"UT"
        return decode(self.walker.data[start : start + length], vr, level.codecs)

    def note(self, head: Head, level: Level, action: str, reason: str = "profile") -> None:
        """Remember a change."""
        self.changes.append(Change(level.path, head[0], action, reason))

    def skip(self, head: Head, level: Level, end: int) -> int:
        """Where the next element begins."""
        return self.walker.skip(head, end, implicit=level.implicit, depth=level.depth)

    def sequence(self, head: Head, level: Level, end: int, inside: Inside) -> int:
        """Enter a sequence: each item rewritten as `inside` says. UN is read as implicit items."""
        tag, vr, at, length = head
        delimited, implicit = length == UNDEFINED, level.implicit or vr != b"SQ"
        if level.depth >= self.walker.limits.max_depth:
            raise NotDicom("too_deep", at)
        stop, number = end if delimited else at + length, 0
        self.out.append(sequence_begin(tag, vr if vr == b"UN" else b"SQ", implicit=level.implicit))
        while at < stop or delimited:
            start, size, found = self.walker.item(at, stop)
            if found != tags.ITEM:
                at = self._sequence_end(found, start, delimited=delimited)
                break
            inner = level.inner(tag, number, inside.actions, implicit=implicit, step=inside.step)
            self._charset(start, stop, inner)
            at = self._item((start, stop if size == UNDEFINED else start + size), inner, inside, size == UNDEFINED)
            number += 1
        self.out.append(SEQUENCE_END)
        return at

    def _item(self, span: tuple[int, int], inner: Level, inside: Inside, delimited: bool) -> int:
        """One item, unless it is refused as a whole."""
        start, stop = span
        if inside.accept is not None:
            place = Place(self.walker, inner.implicit, inner.depth)
            elements, after = located(place, start, stop, delimited=delimited)
            if not inside.accept(DataSet(place, elements, inner.codecs)):
                tag, number = inner.path[-1]
                self.changes.append(Change(inner.path[:-1], tag, "cleaned", f"item {number}"))
                return after
        self.out.append(ITEM_BEGIN)
        after = self.data_set(start, stop, inner, delimited=delimited)
        self.out.append(ITEM_END)
        return after

    def sequence_or_basic(self, head: Head, level: Level, end: int, inside: Inside) -> int:
        """Enter a sequence; when its items lose all they held, do what the basic profile does instead."""
        begin = len(self.out)
        after = self.sequence(head, level, end, inside)
        if all(piece in (ITEM_BEGIN, ITEM_END) for piece in self.out[begin + 1 : -1]):
            del self.out[begin:]
            return self.acts[self.nested.fallback.get(head[0], Do.REMOVE)](self, head, level, end)
        return after

    def sequence_or_nothing(self, head: Head, level: Level, end: int, inside: Inside) -> int:
        """Enter what may be a sequence (UN, private); when it does not read as one, leave it out."""
        begin, noted = len(self.out), len(self.changes)
        if head[3] == UNDEFINED:
            return self.sequence(head, level, end, inside)
        try:
            return self.sequence(head, level, end, inside)
        except NotDicom:
            del self.out[begin:], self.changes[noted:]
            self.note(head, level, "removed", "unreadable")
            return self.skip(head, level, end)

    def _sequence_end(self, found: int, start: int, *, delimited: bool) -> int:
        if found != tags.SEQUENCE_END or not delimited:
            raise NotDicom("bad_item", start)
        return start

    def _charset(self, start: int, stop: int, inner: Level) -> None:
        """An item may declare a character set of its own, in its first element."""
        if self.walker.data[start : start + 4] != b"\x08\0\x05\0":
            return
        _, _, value, length = self.walker.head(start, stop, implicit=inner.implicit)
        if length != UNDEFINED:
            inner.codecs = codecs_of(self.walker.data[value : value + length])


def agrees(tag: int, vr: bytes) -> bool:
    """Whether the VR of the file is of the kind that the dictionary gives: text, numbers, or not said (UN)."""
    known = tags.vr_of(tag) or b"UN"
    return vr == b"UN" or (vr in _TEXT and known in _TEXT) or (vr in _BINARY and known in _BINARY)
