"""The same content as PDF/A, DOCX and HTML."""

import io
import re
import zlib
from html.parser import HTMLParser

import docx as python_docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epione.documents.domain.content import Content, Paragraph, Sender, from_dict, to_dict
from epione.documents.providers import docx, html, pdf
from epione.documents.public import digest_of, fragment

from .conftest import content_of

TEXTS = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=30)


def streams(raw):
    """The streams of a PDF, inflated where they are deflated."""
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", raw, re.DOTALL):
        try:
            yield zlib.decompress(found.group(1))
        except zlib.error:
            yield found.group(1)


def test_the_pdf_says_that_it_is_pdf_a_2b(content):
    raw = pdf.render(content)
    assert raw.startswith(b"%PDF-1.7")
    metadata = b"".join(part for part in streams(raw) if b"xpacket" in part).decode()
    assert re.search(r"pdfaid:part(>|=\")2", metadata)
    assert re.search(r"pdfaid:conformance(>|=\")B", metadata)
    everything = raw + b"".join(streams(raw))
    assert b"/OutputIntent" in everything
    assert b"/FontFile" in everything
    assert b"/Encrypt" not in everything
    assert b"/JavaScript" not in everything
    assert re.search(rb"/ID ?\[", everything)


def test_the_same_content_gives_the_same_bytes(content):
    assert pdf.render(content) == pdf.render(content_of())
    assert pdf.render(content) != pdf.render(content_of(closing="Autre."))


def said_by_docx(raw):
    file = python_docx.Document(io.BytesIO(raw))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in file.paragraphs] + cells


def test_the_docx_opens_and_says_the_same(content):
    said = said_by_docx(docx.render(content))
    text = "\n".join(said)
    for expected in (
        "Pharmacie des Halles", "Dr Hélène Aubry", "VASSEUR Jeanne", "Constats", "Ramipril", "33 mL/min", "400 mg",
        "Ramipril + ibuprofène  Association déconseillée", "Risque rénal.", "Proposition : Arrêter.", "ANSM p. 25",
        "Aide à la décision", "☐ D’accord", "Thésaurus, édition 2023-09-15.", "Bien confraternellement.",
    ):  # fmt: skip
        assert expected in text


class Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.words = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


def test_html_escapes_markup_in_a_name():
    evil = '<script>alert(1)</script><img src=x onerror="x()">'
    shown = content_of(patient=(("Patient", evil),), recipient=(evil,), blocks=(Paragraph(evil),), title=evil)
    read = Words()
    read.feed(html.render(shown).decode())
    assert not {tag for tag, _ in read.tags} & {"script", "img"}
    assert not any(name.startswith("on") for _, attributes in read.tags for name in attributes)
    assert "".join(read.words).count("<script>alert(1)</script>") == 5


def test_the_page_that_stands_alone_asks_nothing_from_outside(content):
    read = Words()
    read.feed(html.render(content).decode())
    assert not any({"src", "href", "style"} & set(attributes) for _, attributes in read.tags)


@given(TEXTS, TEXTS)
@settings(max_examples=40, deadline=None)
def test_a_content_survives_storage_and_its_hash_follows_its_words(title, text):
    made = Content(title, "fr", content_of().on, Sender("P"), blocks=(Paragraph(text),))
    assert from_dict(to_dict(made)) == made
    assert digest_of(from_dict(to_dict(made))) == digest_of(made)
    changed = Content(title, "fr", content_of().on, Sender("P"), blocks=(Paragraph(text + "."),))
    assert digest_of(changed) != digest_of(made)


@given(TEXTS)
@settings(max_examples=15, deadline=None)
def test_no_text_breaks_a_format(text):
    made = content_of(blocks=(Paragraph(text),))
    assert pdf.render(made).startswith(b"%PDF")
    assert text in said_by_docx(docx.render(made))


@pytest.mark.parametrize(
    "text", ["محمد", "日本語のテキスト", "\u0301", "\x07", "🙂", "".join(map(chr, range(0x4E00, 0x4E20)))]
)
def test_what_no_font_has_is_shown_as_missing_and_the_pdf_is_made(text):
    made = content_of(blocks=(Paragraph(text),))
    assert pdf.render(made).startswith(b"%PDF")
    assert text.replace("\x07", "\ufffd") in said_by_docx(docx.render(made))


@pytest.mark.parametrize("text", ["#set page(width: 1pt)", "$x$", "*gras* _it_ @ref <lab>", "\\", '"', "]#evil["])
def test_typst_markup_is_only_words(text):
    assert pdf.render(content_of(title=text)).startswith(b"%PDF")


def test_the_preview_is_the_page_without_its_frame(content):
    assert fragment(content) in html.render(content).decode()
