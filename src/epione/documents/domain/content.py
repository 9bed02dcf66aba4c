"""What a document says, before any format: PDF, DOCX and HTML are made from the same value."""

from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, ClassVar

Level = str  # "ci" | "ad" | "pe" | "apc" | "info" | "ok"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside the document."""

    type: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    type: ClassVar[str] = "paragraph"
    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short items."""

    type: ClassVar[str] = "bullets"
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and value pairs."""

    type: ClassVar[str] = "facts"
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `align` has one letter a column: l, c or r; `widths` are relative, empty for equal ones."""

    type: ClassVar[str] = "table"
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    align: str = ""
    widths: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One point for the reader: its level in words, what, why, what is proposed, where it comes from."""

    type: ClassVar[str] = "finding"
    level: Level
    level_word: str
    title: str
    why: str
    proposal: str
    source: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A framed sentence."""

    type: ClassVar[str] = "notice"
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Boxes for the reader to answer by hand."""

    type: ClassVar[str] = "answer"
    label: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture, kept encrypted beside the document: its PNG's SHA-256 in hexadecimal, and the id of its file.

    `alt` says what it shows to who cannot see it; `width` is its share of the width of the text, up to 1.
    """

    type: ClassVar[str] = "image"
    sha256: str
    file: str
    caption: str
    alt: str
    width: float = 0.5


Block = Heading | Paragraph | Bullets | Facts | Table | Finding | Notice | Answer | Image
_BLOCKS: dict[str, type[Block]] = {
    kind.type: kind for kind in (Heading, Paragraph, Bullets, Facts, Table, Finding, Notice, Answer, Image)
}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes."""

    practice: str
    lines: tuple[str, ...] = ()
    author: str = ""
    author_title: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A whole document: `notes` stand small at its end (intended use, editions), `reference` on each page."""

    title: str
    lang: str
    on: date
    sender: Sender
    place: str = ""
    recipient: tuple[str, ...] = ()
    patient: tuple[tuple[str, str], ...] = ()
    blocks: tuple[Block, ...] = ()
    notes: tuple[str, ...] = ()
    closing: str = ""
    reference: str = ""
    labels: dict[str, str] = field(default_factory=dict, hash=False)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def to_dict(content: Content) -> dict[str, Any]:
    """As JSON values; the canonical form whose hash is validated."""
    sender = {item.name: _plain(getattr(content.sender, item.name)) for item in fields(content.sender)}
    blocks = [
        {"type": block.type, **{item.name: _plain(getattr(block, item.name)) for item in fields(block)}}
        for block in content.blocks
    ]
    rest = {item.name: _plain(getattr(content, item.name)) for item in fields(content)}
    return {**rest, "on": content.on.isoformat(), "sender": sender, "blocks": blocks}


def _tupled(value: Any) -> Any:
    return tuple(_tupled(item) for item in value) if isinstance(value, list) else value


def from_dict(values: dict[str, Any]) -> Content:
    """From JSON values."""
    sender = Sender(**{name: _tupled(value) for name, value in values["sender"].items()})
    blocks = tuple(
        _BLOCKS[block["type"]](**{name: _tupled(value) for name, value in block.items() if name != "type"})
        for block in values["blocks"]
    )
    rest = {name: _tupled(value) for name, value in values.items()}
    return Content(**{**rest, "on": date.fromisoformat(values["on"]), "sender": sender, "blocks": blocks})
