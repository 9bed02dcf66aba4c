"""PDF/A-2b by Typst, in process, with the fonts that come inside its package."""

import json
import re
import threading
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

from epione.documents.domain.content import Content, to_dict

MEDIA = "application/pdf"
EXTENSION = "pdf"
UNSEEN = "\ufffd"
"""Stands for a character that no font has: PDF/A forbids to leave it out, and a reader must see that one is missing."""

LAYOUT = Path(__file__).resolve().parent.parent / "data" / "letter.typ"
# A compiler is not re-entrant: documents are made one after the other in a process.
_one_at_a_time = threading.Lock()
_COMPLAINT = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_PATIENCE = 8
_SAFE = ((0x20, 0x24F), (0x2010, 0x2044), (0x20AC, 0x20AC), (0x2212, 0x2265), (0x25A0, 0x25FF), (0x2610, 0x2612))


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(LAYOUT, root=LAYOUT.parent, font_paths=[], ignore_system_fonts=True)


def render(content: Content) -> bytes:
    """The document as PDF/A-2b; the same content gives the same bytes (its date is the document's, not the clock's)."""
    values, hidden = to_dict(content), set[str]()
    for attempt in range(_PATIENCE + 2):
        everything = attempt == _PATIENCE
        try:
            return _compile(_replaced(values, hidden, only_safe=everything), content)
        except typst.TypstError as error:
            found = _complained_of(str(error))
            if not found or attempt > _PATIENCE:
                raise
            hidden |= found
    raise AssertionError("the last attempt answers or raises")


def _compile(values: dict[str, Any], content: Content) -> bytes:
    made = datetime.combine(content.on, time(), UTC)
    with _one_at_a_time:
        pdf = _compiler().compile(
            format="pdf",
            sys_inputs={"content": json.dumps(values, ensure_ascii=False)},
            pdf_standards=["a-2b"],
            timestamp=int(made.timestamp()),
        )
    if not isinstance(pdf, bytes):
        raise TypeError(f"the compiler gave {type(pdf).__name__} where one file was asked")
    return pdf


def _complained_of(message: str) -> set[str]:
    """The characters that no font has; the compiler names those of one text at a time."""
    said = (_ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) for text in _COMPLAINT.findall(message))
    return {character for text in said for character in text if not character.isascii() or not character.isprintable()}


def _replaced(value: Any, hidden: set[str], *, only_safe: bool) -> Any:
    """The same values with a visible mark in place of what cannot be shown."""
    if isinstance(value, str):
        return "".join(UNSEEN if one in hidden or (only_safe and not _is_safe(one)) else one for one in value)
    if isinstance(value, list | tuple):
        return [_replaced(item, hidden, only_safe=only_safe) for item in value]
    if isinstance(value, dict):
        return {name: _replaced(item, hidden, only_safe=only_safe) for name, item in value.items()}
    return value


def _is_safe(character: str) -> bool:
    return character == "\n" or any(first <= ord(character) <= last for first, last in _SAFE)
