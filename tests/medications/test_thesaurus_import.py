"""The thesaurus's own wording: from generated PDFs of the documented layout, and from a JSON pack with texts.

The official PDF is not at hand: these documents only have its described fonts and places.
"""

import json
from collections.abc import Callable

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from epione.kernel.actor import Actor
from epione.kernel.errors import Forbidden
from epione.medications.domain.reading import BadFileError
from epione.medications.domain.thesaurus import PrintedLine, levels_of, read_lines, unique_pairs
from epione.medications.errors import ImportRefused
from epione.medications.providers.thesaurus_pdf import decoded_lines, printed_lines
from epione.medications.public import import_thesaurus, thesaurus_text

LAYOUT = r"""
#set page(width: 210mm, height: 297mm, margin: 15mm, footer: align(center)[#text(size: 7pt)[ANSM - 3]])
#set text(size: 7pt)
#let title(name) = text(size: 10pt, weight: "bold", name)
#let row(name, mechanism, level, management) = block[
  #text(size: 8pt, weight: "bold", "+ " + name) \
  #grid(columns: (50%, 50%), mechanism, [#text(size: 7pt, weight: "bold", level) \ #management])
]
"""
BODY = r"""
#title("ABATACEPT")

#row("ANTI-TNF ALPHA", "Majoration de l'immunodépression.", "Association DECONSEILLEE", "")

#title("ABIRATÉRONE")

Voir aussi : substrats à risque du CYP3A4

#row("MÉTOPROLOL", "Risque d'augmentation des effets indésirables du métoprolol, par diminution de son métabolisme
hépatique par l'abiratérone.", "Précaution d'emploi", "Surveillance clinique. Adaptation de la posologie.")
#pagebreak()
#title("COLCHICINE")

#row("MACROLIDES (SAUF SPIRAMYCINE)", "Augmentation des effets indésirables de la colchicine.", "CI - ASDEC",
"Contre-indication : avec la clarithromycine. Association déconseillée : avec les autres.")

#title("MÉTOPROLOL")

#row("ABIRATÉRONE", "Risque d'augmentation des effets indésirables.", "Précaution d'emploi", "Surveillance clinique.")
"""


@pytest.fixture(scope="module")
def pdf() -> bytes:
    document: bytes = typst.compile((LAYOUT + BODY).encode())
    return document


@pytest.fixture
def admin(actor: Callable[..., Actor]) -> Actor:
    return actor("admin")


def test_headings_partners_levels_and_columns_are_told_apart(pdf: bytes) -> None:
    rows = read_lines(printed_lines(pdf))
    assert [(row.a, row.b, row.levels, row.page) for row in rows] == [
        ("abatacept", "anti tnf alpha", ("AD",), 1),
        ("abiraterone", "metoprolol", ("PE",), 1),
        ("colchicine", "macrolides sauf spiramycine", ("CI", "AD"), 2),
        ("metoprolol", "abiraterone", ("PE",), 2),
    ]
    assert rows[0].mechanism == "Majoration de l'immunodépression."
    assert rows[1].mechanism.endswith("par l'abiratérone.")
    assert rows[1].management == "Surveillance clinique. Adaptation de la posologie."
    assert "ANSM" not in "".join(row.mechanism + row.management for row in rows)


def test_both_directions_are_one_pair(pdf: bytes) -> None:
    pairs = unique_pairs(read_lines(printed_lines(pdf)))
    assert [(one.a, one.b) for one in pairs][1] == ("abiraterone", "metoprolol")
    assert len(pairs) == 3


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("CONTRE-INDICATION", ("CI",)),
        ("Association DECONSEILLEE", ("AD",)),
        ("Précaution d'emploi", ("PE",)),
        ("A prendre en compte", ("APC",)),
        ("CI - ASDEC - PE", ("CI", "AD", "PE")),
        ("Surveillance clinique.", ()),
    ],
)
def test_levels_as_printed(text: str, levels: tuple[str, ...]) -> None:
    assert levels_of(text) == levels


@pytest.mark.django_db
def test_the_wording_is_shown_verbatim_with_edition_and_page(pdf: bytes, admin: Actor) -> None:
    report = import_thesaurus(content=pdf, file_name="thesaurus.pdf", by=admin, edition="2023-09-15")
    assert (report.interactions, report.with_management) == (3, 2)
    assert "abatacept + anti tnf alpha" not in report.other_levels
    wording = thesaurus_text("metoprolol", "abiraterone")
    assert wording is not None
    assert wording.management == "Surveillance clinique. Adaptation de la posologie."
    assert (wording.edition, wording.page) == ("2023-09-15", 1)
    assert thesaurus_text("abatacept", "metoprolol") is None


@pytest.mark.django_db
def test_a_pack_with_texts_is_imported(admin: Actor) -> None:
    row = {"a": "abatacept", "b": "anti tnf alpha", "levels": ["CI"], "mechanism": "M.", "management": "", "page": 3}
    content = json.dumps({"meta": {"edition": "2023-09-15"}, "interactions": [row]}).encode()
    report = import_thesaurus(content=content, file_name="pack.json", by=admin)
    assert (report.edition, report.other_levels, report.missing_pairs) == (
        "2023-09-15",
        ("abatacept + anti tnf alpha",),
        1622,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 broken", b"{}", b"[1]", b"\x1f\x8bx", b'{"interactions": [{}]}'])
def test_another_file_is_refused(admin: Actor, content: bytes) -> None:
    with pytest.raises(ImportRefused) as refused:
        import_thesaurus(content=content, file_name="x", by=admin)
    assert "thésaurus" in str(refused.value)
    assert thesaurus_text("abatacept", "anti tnf alpha") is None


@pytest.mark.django_db
def test_only_an_administrator_imports(actor: Callable[..., Actor], pdf: bytes) -> None:
    with pytest.raises(Forbidden):
        import_thesaurus(content=pdf, file_name="x", by=actor("nurse"))


@given(
    st.lists(
        st.builds(
            PrintedLine,
            page=st.integers(1, 300),
            text=st.text(max_size=30) | st.sampled_from(["+ X", "CI", "Voir aussi : Y"]),
            size=st.sampled_from([7.0, 8.0, 10.0]),
            bold=st.booleans(),
            left=st.floats(0, 1),
        ),
        max_size=30,
    )
)
def test_any_lines_are_read_or_refused(lines: list[PrintedLine]) -> None:
    try:
        rows = read_lines(lines)
    except BadFileError:
        return
    assert rows
    assert all(row.levels for row in rows)


def test_a_document_that_decodes_too_long_is_ended(pdf: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("epione.medications.providers.thesaurus_pdf.LONGEST", 0.01)
    with pytest.raises(BadFileError):
        printed_lines(pdf)


def test_the_process_of_its_own_reads_what_this_one_reads(pdf: bytes) -> None:
    assert printed_lines(pdf) == decoded_lines(pdf)
