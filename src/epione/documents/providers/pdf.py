"""PDF/A-2b by Typst, in process, with the fonts that come inside its package."""

import json
import re
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import typst

from epione.documents.domain.content import Content, to_dict
from epione.documents.domain.signing import Block, Slot

Made = TypeVar("Made")
MEDIA = "application/pdf"
EXTENSION = "pdf"
UNSEEN = "\ufffd"
"""Stands for a character that no font has: PDF/A forbids to leave it out, and a reader must see that one is missing."""

_DATA = Path(__file__).resolve().parent.parent / "data"
LAYOUT, BLOCK = _DATA / "letter.typ", _DATA / "signature.typ"
# A compiler is not re-entrant: documents are made one after the other in a process.
_one_at_a_time = threading.Lock()
_COMPLAINT = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_PATIENCE = 8
_SAFE = ((0x20, 0x24F), (0x2010, 0x2044), (0x20AC, 0x20AC), (0x2212, 0x2265), (0x25A0, 0x25FF), (0x2610, 0x2612))


@cache
def _compiler(layout: Path) -> typst.Compiler:
    return typst.Compiler(layout, root=layout.parent, font_paths=[], ignore_system_fonts=True)


def render(content: Content, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The document as PDF/A-2b; the same content gives the same bytes (its date is the document's, not the clock's).

    `pictures` are PNG by their SHA-256.
    """
    return _made(content, {"pictures": _listed(pictures)})[0]


def render_to_sign(content: Content, pictures: Mapping[str, bytes] | None = None) -> tuple[bytes, Slot]:
    """The document with an empty row for visible signatures, and where that row stands."""
    return _made(content, {"pictures": _listed(pictures), "signatures": "yes"})


def render_block(block: Block, lang: str) -> bytes:
    """A visible signature as a PDF of one page, of the size of its place."""
    values = {"heading": block.heading, "name": block.name, "lines": list(block.lines), "lang": lang}

    def attempt(shown: dict[str, Any]) -> bytes:
        return _file(_compiler(BLOCK).compile(format="pdf", sys_inputs={"block": _json(shown)}, timestamp=0))

    return _persevering(values, attempt)


def _made(content: Content, inputs: dict[str, str]) -> tuple[bytes, Slot]:
    made = datetime.combine(content.on, time(), UTC)

    def attempt(shown: dict[str, Any]) -> tuple[bytes, Slot]:
        compiler = _compiler(LAYOUT)
        pdf = _file(
            compiler.compile(
                format="pdf",
                sys_inputs={"content": _json(shown), **inputs},
                pdf_standards=["a-2b"],
                timestamp=int(made.timestamp()),
            )
        )
        found = json.loads(compiler.query("<signatures>", field="value"))
        return pdf, Slot(**found[0]) if found else Slot(1, 0, 0)

    return _persevering(to_dict(content), attempt)


def _persevering(values: dict[str, Any], attempt: Callable[[dict[str, Any]], Made]) -> Made:
    """What is made of the values, after those characters are replaced that no font has."""
    hidden = set[str]()
    for count in range(_PATIENCE + 2):
        try:
            with _one_at_a_time:
                return attempt(_replaced(values, hidden, only_safe=count == _PATIENCE))
        except typst.TypstError as error:
            found = _complained_of(str(error))
            if not found or count > _PATIENCE:
                raise
            hidden |= found
    raise AssertionError("the last attempt answers or raises")


def _file(pdf: Any) -> bytes:
    if not isinstance(pdf, bytes):
        raise TypeError(f"the compiler gave {type(pdf).__name__} where one file was asked")
    return pdf


def _json(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False)


def _listed(pictures: Mapping[str, bytes] | None) -> str:
    """Pictures as JSON: the compiler takes no files, and nothing of a record is written in clear on a disk."""
    return _json({name: list(content) for name, content in (pictures or {}).items()})


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
