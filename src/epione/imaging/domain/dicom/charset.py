"""Text of the Specific Character Set (0008,0005), with ISO 2022 code extensions (PS3.3 C.12.1.1.2, PS3.5 6.1.2).

A byte that its declared set does not know is read as Latin-1, so that nothing is lost or replaced when values are
compared.
"""

import re
from collections.abc import Sequence

_JAPANESE = "iso2022_jp_2"
_SETS = {
    "": "latin-1", "ISO_IR 6": "latin-1", "ISO_IR 100": "latin-1", "ISO_IR 101": "iso8859-2", "ISO_IR 109": "iso8859-3",
    "ISO_IR 110": "iso8859-4", "ISO_IR 144": "iso8859-5", "ISO_IR 127": "iso8859-6", "ISO_IR 126": "iso8859-7",
    "ISO_IR 138": "iso8859-8", "ISO_IR 148": "iso8859-9", "ISO_IR 203": "iso8859-15", "ISO_IR 166": "tis-620",
    "ISO_IR 13": "shift_jis", "ISO_IR 192": "utf-8", "GB18030": "gb18030", "GBK": "gbk",
}  # fmt: skip
_ESCAPES = {
    b"\x1b-A": "latin-1", b"\x1b-B": "iso8859-2", b"\x1b-C": "iso8859-3", b"\x1b-D": "iso8859-4",
    b"\x1b-L": "iso8859-5", b"\x1b-G": "iso8859-6", b"\x1b-F": "iso8859-7", b"\x1b-H": "iso8859-8",
    b"\x1b-M": "iso8859-9", b"\x1b-b": "iso8859-15", b"\x1b-T": "tis-620", b"\x1b)I": "shift_jis",
    b"\x1b(J": "shift_jis", b"\x1b$B": _JAPANESE, b"\x1b$(D": _JAPANESE, b"\x1b$)C": "euc_kr",
    b"\x1b$)A": "gb2312",
}  # fmt: skip
_ESCAPE = re.compile(rb"(\x1b(?:\$[()]?[A-Za-z]|[()-][A-Za-z]))")
_DELIMITERS = b"\r\n\f\t\\^="
_WHOLE = frozenset({"utf-8", "gb18030", "gbk"})
_EXTENDED = frozenset(b"LO LT PN SH ST UC UT".split())


def codecs_of(declared: bytes) -> tuple[str, ...]:
    """Python codecs of the values of (0008,0005), the first one first; an unknown name is read as Latin-1."""
    names = [_named(one) for one in declared.decode("latin-1").strip("\0 ").split("\\")]
    return tuple(_SETS.get(name, "latin-1") for name in names)


def known(declared: bytes) -> bool:
    """Whether each declared character set is one of the standard."""
    return all(
        _named(one) in _SETS or one.strip() in _MULTI for one in declared.decode("latin-1").strip("\0 ").split("\\")
    )


_MULTI = frozenset({"ISO 2022 IR 87", "ISO 2022 IR 159", "ISO 2022 IR 149", "ISO 2022 IR 58"})


def _named(one: str) -> str:
    """One name, with the usual misspellings of real files; a code extension is named as its plain set."""
    name = one.strip().upper().replace("ISO 2022 IR ", "ISO_IR ").replace("ISO IR ", "ISO_IR ")
    return name.replace("ISO-IR ", "ISO_IR ").replace("ISO_IR_", "ISO_IR ")


def decode(value: bytes, vr: bytes, codecs: Sequence[str]) -> str:
    """The text of one value, padding removed; only VRs that the character set concerns are decoded by it."""
    raw = value.rstrip(b"\0 ")
    if raw.isascii() and b"\x1b" not in raw:
        return raw.decode("ascii")
    if vr not in _EXTENDED:
        return raw.decode("latin-1")
    first = codecs[0] if codecs else "latin-1"
    if first in _WHOLE or b"\x1b" not in raw:
        return _strictly(raw, first)
    return _extended(raw, first)


def _extended(raw: bytes, first: str) -> str:
    """Text with escape sequences; a delimiter brings the first set back (PS3.5 6.1.2.5.3)."""
    pieces, codec, escape = list[str](), first, b""
    for part in _ESCAPE.split(raw):
        if _ESCAPE.fullmatch(part):
            codec, escape = _ESCAPES.get(part, first), part
            continue
        cut = _first_delimiter(part, 2 if codec == _JAPANESE else 1)
        pieces.append(_strictly(escape + part[:cut] if codec == _JAPANESE else part[:cut], codec))
        if cut < len(part):
            pieces.append(_strictly(part[cut:], first))
            codec = first
    return "".join(pieces)


def _first_delimiter(part: bytes, step: int) -> int:
    """Where the first delimiter stands; in pairs of bytes, the second byte of one is none."""
    return next((at for at in range(0, len(part), step) if part[at] in _DELIMITERS), len(part))


def _strictly(raw: bytes, codec: str) -> str:
    try:
        return raw.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return raw.decode("latin-1")
