"""DOCX, for physicians who file letters in their own software."""

import re
from collections.abc import Mapping
from functools import singledispatch
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Emu, Pt, RGBColor

from epione.documents.domain.content import (
    Answer,
    Bullets,
    Content,
    Facts,
    Finding,
    Heading,
    Image,
    Notice,
    Paragraph,
    Table,
    from_dict,
    to_dict,
)

MEDIA = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXTENSION = "docx"
_INKS = {"ci": "A8123A", "ad": "A23C06", "pe": "755600", "apc": "42526E", "info": "2B45B5", "ok": "17663F"}
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_QUIET = RGBColor.from_string("606779")


def _line(file: Docx, text: str, *, quiet: bool = False, bold: bool = False, right: bool = False) -> None:
    paragraph = file.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(text)
    run.bold = bold
    if quiet:
        run.font.size = Pt(9)
        run.font.color.rgb = _QUIET
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


@singledispatch
def _draw(block: object, _file: Docx, _labels: dict[str, str]) -> None:
    raise TypeError(type(block).__name__)


@_draw.register
def _(block: Heading, file: Docx, _labels: dict[str, str]) -> None:
    file.add_heading(block.text, level=2)


@_draw.register
def _(block: Paragraph, file: Docx, _labels: dict[str, str]) -> None:
    file.add_paragraph(block.text)


@_draw.register
def _(block: Bullets, file: Docx, _labels: dict[str, str]) -> None:
    for item in block.items:
        file.add_paragraph(item, style="List Bullet")


@_draw.register
def _(block: Facts, file: Docx, _labels: dict[str, str]) -> None:
    table = file.add_table(rows=0, cols=2)
    for label, value in block.pairs:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, value


@_draw.register
def _(block: Table, file: Docx, _labels: dict[str, str]) -> None:
    table = file.add_table(rows=1, cols=len(block.head))
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, block.head, strict=True):
        cell.text = text
    for row in block.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


@_draw.register
def _(block: Finding, file: Docx, labels: dict[str, str]) -> None:
    title = file.add_paragraph()
    title.add_run(block.title).bold = True
    level = title.add_run(f"  {block.level_word}")
    level.font.color.rgb = RGBColor.from_string(_INKS.get(block.level, _INKS["apc"]))
    file.add_paragraph(block.why)
    if block.proposal:
        proposal = file.add_paragraph()
        proposal.add_run(f"{labels.get('proposal', '')} ").bold = True
        proposal.add_run(block.proposal)
    if block.comment:
        file.add_paragraph().add_run(block.comment).italic = True
    _line(file, block.source, quiet=True)


@_draw.register
def _(block: Notice, file: Docx, _labels: dict[str, str]) -> None:
    file.add_paragraph(block.text, style="Intense Quote")


@_draw.register
def _(block: Answer, file: Docx, _labels: dict[str, str]) -> None:
    file.add_paragraph("   ".join([block.label, *(f"☐ {choice}" for choice in block.choices)]))


def _picture(block: Image, file: Docx, pictures: Mapping[str, bytes]) -> None:
    if block.sha256 in pictures:
        section = file.sections[0]
        room = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
        file.add_picture(BytesIO(pictures[block.sha256]), width=Emu(int(room * block.width)))
    else:
        file.add_paragraph(block.alt)
    _line(file, block.caption, quiet=True)


def _head(file: Docx, content: Content) -> None:
    _line(file, content.sender.practice, bold=True)
    for text in content.sender.lines:
        _line(file, text, quiet=True)
    for index, text in enumerate(content.recipient):
        _line(file, text, bold=index == 0, right=True)
    if content.place:
        _line(file, content.place, right=True)
    file.add_heading(content.title, level=1)
    if content.patient:
        _draw(Facts(content.patient), file, content.labels)


def _foot(file: Docx, content: Content) -> None:
    for text in filter(None, (content.closing, content.sender.author, content.sender.author_title)):
        _line(file, text, bold=text == content.sender.author)
    for note in filter(None, (*content.notes, content.reference)):
        _line(file, note, quiet=True)


def _allowed(value: Any) -> Any:
    """The same values without the characters that XML forbids."""
    if isinstance(value, str):
        return _FORBIDDEN.sub("\ufffd", value)
    if isinstance(value, list):
        return [_allowed(item) for item in value]
    if isinstance(value, dict):
        return {name: _allowed(item) for name, item in value.items()}
    return value


def render(content: Content, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The document as DOCX; `pictures` are PNG by their SHA-256."""
    content = from_dict(_allowed(to_dict(content)))
    file = Document()
    file.core_properties.title = content.title
    file.core_properties.author = content.sender.author
    file.styles["Normal"].font.size = Pt(10.5)
    _head(file, content)
    for block in content.blocks:
        if isinstance(block, Image):
            _picture(block, file, pictures or {})
        else:
            _draw(block, file, content.labels)
    _foot(file, content)
    out = BytesIO()
    file.save(out)
    return out.getvalue()
