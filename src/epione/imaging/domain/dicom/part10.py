"""Opening of a Part 10 file (PS3.10 7): preamble, meta information, syntax; the data set as little endian bytes."""

import zlib
from dataclasses import dataclass, replace
from typing import TypedDict

from .big_endian import to_little_endian
from .limits import Limits
from .refusals import NotDicom
from .tags import TRANSFER_SYNTAX, vr_of
from .walk import KNOWN_VRS, Walker

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
_COMPRESSED = ("1.2.840.10008.1.2.4.", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.8.")
_REFERENCED = ("1.2.840.10008.1.2.4.94", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.204", "1.2.840.10008.1.2.4.205")
_HEAD = 132
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Opened:
    """A data set ready to be walked.

    `data` are the bytes that offsets refer to: those of the file, or the converted ones of a deflated or big endian
    file. `syntax` is the encoding of `data`, `declared` what the file says. `forgiven` are the codes that only a
    lenient reading lets pass. `meta` are the values of group 2, undecoded.
    """

    data: bytes
    start: int
    implicit: bool
    syntax: str
    declared: str
    meta: dict[int, bytes]
    forgiven: tuple[str, ...]

    @property
    def compressed(self) -> bool:
        """Whether pixel data are encapsulated."""
        return self.syntax.startswith(_COMPRESSED)


class _Found(TypedDict):
    meta: dict[int, bytes]
    forgiven: tuple[str, ...]


def open_part10(content: bytes, *, lenient: bool, limits: Limits) -> Opened:
    """The data set of a file. Raises NotDicom; a lenient reading accepts one without preamble or meta information."""
    if len(content) > limits.max_bytes:
        raise NotDicom("too_large")
    if len(content) >= _HEAD and content[128:_HEAD] == b"DICM":
        at, forgiven = _HEAD, list[str]()
    elif lenient:
        at, forgiven = _without_preamble(content), ["not_dicom"]
    else:
        raise NotDicom("not_dicom")
    meta, start = _meta(content, at, limits)
    declared = meta.get(TRANSFER_SYNTAX, b"").rstrip(b"\0 ").decode("latin-1")
    if not declared or 0x00020000 not in meta:
        if not lenient:
            raise NotDicom("no_meta", at)
        forgiven.append("no_meta")
    return _data_set(content, start, declared, _Reading(meta, tuple(forgiven), lenient, limits))


def _without_preamble(content: bytes) -> int:
    """Where to begin reading a file that lacks its preamble: it must look like group 2 or 8."""
    if len(content) >= 8 and content[:4] == b"DICM":
        return 4
    if len(content) < 16 or content[:2] not in (b"\x02\0", b"\x08\0", b"\0\x08"):
        raise NotDicom("not_dicom")
    return 0


def _meta(content: bytes, at: int, limits: Limits) -> tuple[dict[int, bytes], int]:
    """Values of group 2, always explicit little endian, and where the data set begins."""
    walker, end, meta = Walker(content, limits), len(content), dict[int, bytes]()
    while at + 8 <= end and content[at : at + 2] == b"\x02\0":
        tag, _, start, length = walker.head(at, end, implicit=False)
        if start + length > end:
            raise NotDicom("bad_length", at)
        meta[tag] = content[start : start + length]
        at = start + length
    return meta, at


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was found before the data set, and how strictly to read on."""

    meta: dict[int, bytes]
    forgiven: tuple[str, ...]
    lenient: bool
    limits: Limits


def _data_set(content: bytes, start: int, declared: str, reading: _Reading) -> Opened:
    syntax = declared or _guessed(content, start)
    _supported(syntax)
    if syntax == DEFLATED:
        data = _inflated(content, start, reading.limits)
        return Opened(data, 0, implicit=False, syntax=EXPLICIT, declared=declared, **_found(reading))
    if _swapped(content, start) is not (syntax == BIG_ENDIAN) and len(content) > start:
        raise NotDicom("syntax_mismatch", start)
    if syntax == BIG_ENDIAN:
        data = to_little_endian(content, start, reading.limits)
        return Opened(data, 0, implicit=False, syntax=EXPLICIT, declared=declared, **_found(reading))
    implicit = syntax == IMPLICIT
    if len(content) - start >= 8 and _looks_explicit(content, start) is implicit:
        if not reading.lenient or syntax.startswith(_COMPRESSED):
            raise NotDicom("syntax_mismatch", start)
        implicit, syntax = not implicit, EXPLICIT if implicit else IMPLICIT
        reading = replace(reading, forgiven=(*reading.forgiven, "syntax_mismatch"))
    return Opened(content, start, implicit=implicit, syntax=syntax, declared=declared, **_found(reading))


def _found(reading: _Reading) -> _Found:
    return {"meta": reading.meta, "forgiven": reading.forgiven}


def _supported(syntax: str) -> None:
    if syntax in (IMPLICIT, EXPLICIT, BIG_ENDIAN, DEFLATED):
        return
    if not syntax.startswith(_COMPRESSED) or syntax in _REFERENCED:
        raise NotDicom("unsupported_syntax")


def _guessed(content: bytes, start: int) -> str:
    """The encoding of a file that does not say it (lenient reading only)."""
    if _swapped(content, start):
        return BIG_ENDIAN
    return EXPLICIT if _looks_explicit(content, start) else IMPLICIT


def _swapped(content: bytes, start: int) -> bool:
    """Whether the first group reads as a small number in big endian only."""
    return content[start : start + 1] == b"\0" and content[start + 1 : start + 2] not in (b"\0", b"")


def _looks_explicit(content: bytes, start: int) -> bool:
    """Whether the first element bears a VR; as a length, these two letters would be of at least 16 kB."""
    vr = content[start + 4 : start + 6]
    if vr not in KNOWN_VRS:
        return False
    tag = int.from_bytes(content[start : start + 2], "little") << 16 | int.from_bytes(
        content[start + 2 : start + 4], "little"
    )
    return (
        vr == b"UN"
        or vr_of(tag) in (vr, None)
        or len(content) - start < int.from_bytes(content[start + 4 : start + 8], "little")
    )


def _inflated(content: bytes, start: int, limits: Limits) -> bytes:
    """The deflated data set (PS3.5 A.5), inflated piece by piece under both caps."""
    allowed = min(limits.max_inflated, max(1 << 20, (len(content) - start) * limits.max_ratio))
    stream, pieces, total, view = zlib.decompressobj(-zlib.MAX_WBITS), list[bytes](), 0, memoryview(content)[start:]
    try:
        pending: bytes | memoryview = view
        while pending and not stream.eof:
            piece = stream.decompress(pending, min(_CHUNK, allowed + 1 - total))
            total += len(piece)
            if total > allowed:
                raise NotDicom("deflate_bomb", start)
            pieces.append(piece)
            pending = stream.unconsumed_tail
        pieces.append(stream.flush())
    except zlib.error as error:
        raise NotDicom("bad_deflate", start) from error
    return b"".join(pieces)
