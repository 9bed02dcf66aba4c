"""Structured content: trees of coded items from which free text, names and private codes are cut (PS3.15 E.3.4)."""

from epione.imaging.domain.dicom.header import DataSet, Place
from epione.imaging.domain.dicom.walk import Head

from .encode import Nested, sequence
from .level import Level
from .rewrite import Inside, Rewriter
from .text import cleaned

_VALUE_TYPE = 0x0040A040
_CONCEPT_NAME = 0x0040A043
_CONCEPT_CODE = 0x0040A168
_MEANING = 0x00080104
#: Types of content that hold codes, numbers, references and coordinates. TEXT, PNAME and dates are left out.
_KEPT = frozenset(
    {"CONTAINER", "CODE", "NUM", "NUMERIC", "IMAGE", "COMPOSITE", "WAVEFORM", "UIDREF", "SCOORD", "SCOORD3D", "TCOORD"},
)
#: Coding schemes of PS3.16 table 8-1 whose meanings are terms, not free text.
_SCHEMES = frozenset(
    {
        "SCT", "SRT", "SNM3", "DCM", "LN", "UCUM", "RADLEX", "FMA", "I10", "ICD10", "I9C", "NCIT", "UMLS",
        "BI", "MA", "ITIS_TSN", "PUBCHEM_CID", "ISO3166_1", "ISO639_1", "RFC3066", "RFC5646", "IBSI", "CD8", "MSH",
        "NEU", "ATC",
    },
)  # fmt: skip


def content(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """The items of a content tree: those that are safe follow the table, the others are cut with their children."""
    if head[1] not in (b"SQ", b"UN"):
        rewriter.note(head, level, "removed", "wrong_vr")
        return rewriter.skip(head, level, end)
    return rewriter.sequence_or_basic(head, level, end, Inside(rewriter.nested, accept=_safe))


def _safe(item: DataSet) -> bool:
    """Whether an item is of a kept type and named, and valued, by public codes."""
    if item.get(_VALUE_TYPE) not in _KEPT:
        return False
    return all(_public(code) for tag in (_CONCEPT_NAME, _CONCEPT_CODE) for code in item.items(tag))


def _public(code: DataSet) -> bool:
    return code.get(0x00080102).strip().upper() in _SCHEMES


def codes(rewriter: Rewriter, head: Head, level: Level, end: int) -> int:
    """A sequence of codes rebuilt from public ones, with the words of their meaning that belong to imaging."""
    tag = head[0]
    found = DataSet(Place(rewriter.walker, level.implicit, level.depth), {tag: head}, level.codecs).items(tag)
    items: tuple[Nested, ...] = tuple(_rebuilt(code, rewriter) for code in found if _public(code))
    rewriter.note(head, level, "cleaned")
    if items:
        rewriter.out.append(sequence(tag, items, implicit=level.implicit))
    return rewriter.skip(head, level, end)


def _rebuilt(code: DataSet, rewriter: Rewriter) -> Nested:
    meaning = cleaned(code.get(_MEANING), rewriter.identifiers) or "-"
    scheme = code.get(0x00080102).strip().upper()
    value = code.get(0x00080100).strip()
    return ((0x00080100, value.encode("ascii", "replace")), (0x00080102, scheme.encode()), (_MEANING, meaning.encode()))
