"""What each action does with one element: write its replacement, note the change, say where the next one begins."""

import re

from epione.imaging.domain.dicom import tags
from epione.imaging.domain.dicom.walk import UNDEFINED, Head

from .content import codes, content
from .dates import shifted
from .encode import dummy, element
from .icc import without_texts
from .level import Level
from .pixel_acts import pixels
from .private_acts import private
from .rewrite import Act, Inside, Rewriter, agrees
from .table import Do, Only
from .text import cleaned

_REFERENCES = Only(
    {
        0x00081150: Do.KEEP_TEXT,
        0x00081155: Do.UID,
        0x00081160: Do.KEEP_TEXT,
        0x0062000B: Do.KEEP_BINARY,
        0x0040A170: Do.CODE,
    }
)
_DRAWING = {
    0x00700005: Do.KEEP_TEXT, 0x00700020: Do.KEEP_BINARY, 0x00700021: Do.KEEP_BINARY, 0x00700022: Do.KEEP_BINARY,
    0x00700023: Do.KEEP_TEXT, 0x00700024: Do.KEEP_TEXT,
}  # fmt: skip
_GRAPHICS = Only({0x00700002: Do.KEEP_TEXT, 0x00081140: Do.REFERENCES, 0x00700009: Do.GRAPHICS, **_DRAWING})
_SPECIMEN = Only({0x00400612: Do.CONTENT})
_WELL_KNOWN = b"1.2.840.10008."
_ZONE = re.compile(r"[+-]\d{4}")
_AGE = re.compile(r"(\d{3})([DWMY])")
_OLDEST = {"Y": 89, "M": 89 * 12 + 11, "W": 999, "D": 999}


def _vr(head: Head) -> bytes:
    """The VR to write: the dictionary's where it knows the tag."""
    return tags.vr_of(head[0]) or head[1]


def remove(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """Leave the element out."""
    rewriter.note(head, level, "removed")
    return rewriter.skip(head, level, end)


def unknown(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """Leave out what the dictionary does not know: not listed is not safe."""
    rewriter.note(head, level, "removed", "unknown")
    return rewriter.skip(head, level, end)


def empty(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """Keep the element without a value."""
    if head[3]:
        rewriter.note(head, level, "emptied")
    rewriter.out.append(element(head[0], _vr(head), b"", implicit=level.implicit))
    return rewriter.skip(head, level, end)


def replace(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """A dummy value; a sequence gets one dummy item."""
    rewriter.note(head, level, "replaced")
    rewriter.out.append(dummy(head[0], _vr(head), implicit=level.implicit))
    return rewriter.skip(head, level, end)


def keep_odd(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """A kept element that is not as the dictionary has it, or a text that names the patient."""
    tag, vr, start, length = head
    if length == UNDEFINED or not agrees(tag, vr):
        rewriter.note(head, level, "removed", "wrong_vr")
    elif rewriter.names_patient(head, level):
        rewriter.note(head, level, "emptied", "identifier")
        rewriter.out.append(element(tag, vr, b"", implicit=level.implicit))
    else:
        rewriter.out.append(element(tag, vr, rewriter.walker.data[start : start + length], implicit=level.implicit))
    return rewriter.skip(head, level, end)


def keep_sequence(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """Enter a sequence whose items follow the table."""
    if head[1] not in (b"SQ", b"UN"):
        rewriter.note(head, level, "removed", "wrong_vr")
        return rewriter.skip(head, level, end)
    enter = rewriter.sequence if head[1] == b"SQ" else rewriter.sequence_or_nothing
    return enter(head, level, end, Inside(rewriter.nested))


def references(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """Enter a sequence of references: only what is needed to follow them stays."""
    return _restricted(rewriter, head, level, end, _REFERENCES)


def graphics(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """Enter graphic annotations: coordinates stay, written text does not."""
    return _restricted(rewriter, head, level, end, _GRAPHICS, basic=True)


def specimen(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """Enter the preparation of a specimen: its content items stay, cleaned."""
    return _restricted(rewriter, head, level, end, _SPECIMEN, basic=True)


def _restricted(rewriter: Rewriter, head: Head, level: Level, end: int, actions: Only, *, basic: bool = False) -> int:
    if head[1] not in (b"SQ", b"UN"):
        return remove(rewriter, head, level, end)
    rewriter.note(head, level, "cleaned")
    enter = rewriter.sequence_or_basic if basic else rewriter.sequence
    return enter(head, level, end, Inside(actions))


def icc(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """A colour profile without its texts; gone when it is not one."""
    tag, _, start, length = head
    colours = None if length == UNDEFINED else without_texts(rewriter.walker.data[start : start + length])
    rewriter.note(head, level, "removed" if colours is None else "cleaned", "colour_profile")
    if colours is not None:
        rewriter.out.append(element(tag, b"OB", colours, implicit=level.implicit))
    return rewriter.skip(head, level, end)


def remap(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """New identifiers; those that the standard itself registers stay, and so do empty ones."""
    tag, vr, start, length = head
    if length == UNDEFINED or vr == b"SQ":
        return remove(rewriter, head, level, end)
    values = rewriter.walker.data[start : start + length].split(b"\\")
    new = b"\\".join(_remapped(rewriter, value) for value in values)
    rewriter.note(head, level, "remapped")
    rewriter.out.append(element(tag, _vr(head), new, implicit=level.implicit))
    return start + length


def _remapped(rewriter: Rewriter, value: bytes) -> bytes:
    uid = value.strip(b"\0 ")
    return uid if not uid or uid.startswith(_WELL_KNOWN) else rewriter.patient.derived.uid(uid)


def shift(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """Move dates; what is not a date falls back on the basic profile."""
    moved = shifted(rewriter.text(head, level), rewriter.patient.days)
    return _instead(rewriter, head, level, end, moved, "shifted")


def clean(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """Only words of imaging; when none is left, the basic profile."""
    words = cleaned(rewriter.text(head, level), rewriter.identifiers)
    return _instead(rewriter, head, level, end, words, "cleaned")


def zone(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """An offset from UTC, if it is one."""
    text = rewriter.text(head, level).strip()
    return _instead(rewriter, head, level, end, text if _ZONE.fullmatch(text) else None, "kept")


def age(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """An age; above 89 years, 90 years."""
    text = rewriter.text(head, level).strip()
    found = _AGE.fullmatch(text)
    if found is None:
        return _instead(rewriter, head, level, end, None, "kept")
    old = int(found[1]) > _OLDEST[found[2]]
    return _instead(rewriter, head, level, end, "090Y" if old else text, "capped" if old else "kept")


def _instead(rewriter: Rewriter, head: Head, level: Level, end: int, text: str | None, action: str) -> int:
    """Write the new value, or do what the basic profile does where there is none."""
    if not text:
        basic = rewriter.nested.fallback.get(head[0], Do.EMPTY)
        return rewriter.acts[basic](rewriter, head, level, end)
    if action != "kept":
        rewriter.note(head, level, action)
    rewriter.out.append(element(head[0], _vr(head), text.encode("ascii"), implicit=level.implicit))
    return rewriter.skip(head, level, end)


def pseudonym(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """The pseudonym of the object's patient; names and numbers of others (a mother, a donor) are emptied."""
    tag, _, start, length = head
    value = b"" if length == UNDEFINED else rewriter.walker.data[start : start + length].strip(b"\0 ")
    if level.depth and value not in rewriter.patient.original:
        return empty(rewriter, head, level, end)
    rewriter.note(head, level, "pseudonymised")
    rewriter.out.append(element(tag, _vr(head), rewriter.patient.pseudonym, implicit=level.implicit))
    return rewriter.skip(head, level, end)


PLAIN: dict[Do, Act] = {
    Do.KEEP_TEXT: keep_odd,
    Do.KEEP_BINARY: keep_odd,
    Do.KEEP_SEQUENCE: keep_sequence,
    Do.REMOVE: remove,
    Do.EMPTY: empty,
    Do.DUMMY: replace,
    Do.UID: remap,
    Do.SHIFT: shift,
    Do.CLEAN: clean,
    Do.PSEUDONYM: pseudonym,
    Do.REFERENCES: references,
    Do.AGE: age,
    Do.UNKNOWN: unknown,
    Do.PIXELS: pixels,
    Do.ICC: icc,
    Do.PRIVATE: private,
    Do.CONTENT: content,
    Do.CODE: codes,
    Do.GRAPHICS: graphics,
    Do.SPECIMEN: specimen,
    Do.ZONE: zone,
}
