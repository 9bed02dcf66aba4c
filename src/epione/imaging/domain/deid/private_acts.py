"""Private groups when safe private attributes are retained: creators stay only for the elements that they explain."""

from epione.imaging.domain.dicom.walk import UNDEFINED, Head

from .dates import shifted
from .encode import element
from .level import Level
from .policy import Dates
from .private import HASHED, KEPT, OFFSET, fitting, step
from .rewrite import Inside, Rewriter

_WIDTHS = {b"US": 2, b"SS": 2, b"UL": 4, b"SL": 4, b"FL": 4, b"FD": 8, b"AT": 4}
_TEMPORAL = frozenset(b"DA DT TM".split())
_WRITTEN = frozenset(b"AE CS DS IS LO LT PN SH ST UI UR UT".split())

Found = tuple[Head, bytes, str]


def private(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """A private element: gone, or the whole group sorted into what is known as safe and what is not."""
    if not rewriter.patient.policy.retain_safe_private:
        rewriter.note(head, level, "removed", "private")
        return rewriter.skip(head, level, end)
    heads, after = _group(rewriter, head, level, end)
    creators = {one[0] & 0xFF: one for one in heads if 0x10 <= one[0] & 0xFFFF <= 0xFF}
    names = {block: rewriter.text(one, level) for block, one in creators.items() if one[3] <= 64}
    kept = [found for one in heads if (found := _safe(rewriter, one, names, level))]
    for block in sorted({found[0][0] >> 8 & 0xFF for found in kept}):
        value = names[block].encode("ascii", "replace")
        rewriter.out.append(element(creators[block][0], b"LO", value, implicit=level.implicit))
    for found in kept:
        _write(rewriter, found, names, level, end)
    return after


def _group(rewriter: Rewriter, head: Head, level: Level, end: int) -> tuple[list[Head], int]:
    """All elements of one private group, and where the next group begins."""
    group, heads, at = head[0] >> 16, list[Head](), rewriter.skip(head, level, end)
    heads.append(head)
    while at < end:
        one = rewriter.walker.head(at, end, implicit=level.implicit)
        if one[0] >> 16 != group:
            break
        heads.append(one)
        at = rewriter.skip(one, level, end)
    return heads, at


def _safe(rewriter: Rewriter, head: Head, names: dict[int, str], level: Level) -> Found | None:
    """The element with its VR and disposition when it may stay; otherwise its removal is noted."""
    tag, vr, _, length = head
    if 0x10 <= tag & 0xFFFF <= 0xFF:
        return None
    name = names.get(tag >> 8 & 0xFF)
    fits = fitting(level.pattern + step(tag >> 16, name, tag), vr) if name and tag & 0xFFFF > 0xFF else None
    if fits and _plausible(rewriter, head, fits[0], level) and (fits[0] == b"SQ" or length != UNDEFINED):
        return head, *fits
    rewriter.note(head, level, "removed", "private")
    return None


def _plausible(rewriter: Rewriter, head: Head, vr: bytes, level: Level) -> bool:
    """Whether the value is of its VR and does not name the patient."""
    tag, _, start, length = head
    if vr in _WIDTHS:
        return length % _WIDTHS[vr] == 0
    if vr in _WRITTEN:
        text = rewriter.text((tag, vr, start, length), level)
        return text.isprintable() and not rewriter.identifiers.within(text)
    return vr in _TEMPORAL or vr == b"SQ"


def _write(rewriter: Rewriter, found: Found, names: dict[int, str], level: Level, end: int) -> None:
    head, vr, disposition = found
    tag, _, start, length = head
    if vr == b"SQ":
        inner = step(tag >> 16, names[tag >> 8 & 0xFF], tag)
        rewriter.sequence_or_nothing(head, level, end, Inside(rewriter.nested, inner))
        return
    value: bytes | None = rewriter.walker.data[start : start + length]
    if disposition == HASHED:
        value = rewriter.patient.derived.uid(rewriter.walker.data[start : start + length].strip(b"\0 "))
        rewriter.note(head, level, "remapped", "private")
    elif disposition == OFFSET or vr in _TEMPORAL:
        value = _moved(rewriter, head, vr, level)
    if value is None:
        rewriter.note(head, level, "removed", "private")
    elif disposition in (KEPT, HASHED, OFFSET):
        rewriter.out.append(element(tag, head[1], value, implicit=level.implicit))


def _moved(rewriter: Rewriter, head: Head, vr: bytes, level: Level) -> bytes | None:
    """A private date under the policy; None removes it."""
    tag, _, start, length = head
    policy, text = rewriter.patient.policy, rewriter.text((tag, vr, start, length), level)
    if policy.dates is Dates.REMOVE:
        return None
    if policy.dates is Dates.KEEP or vr == b"TM":
        return rewriter.walker.data[start : start + length]
    moved = shifted(text.strip(), rewriter.patient.days)
    if moved is not None:
        rewriter.note(head, level, "shifted", "private")
    return None if moved is None else moved.encode("ascii")
