"""Making documents: a summary of one page as PDF/A, and a table of 10,000 lines as CSV; processor time, warm."""

import json
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import typst

from epione.documents.domain.content import Content, Facts, Finding, Heading, Notice, Paragraph, Sender, Table, to_dict
from epione.documents.providers import docx, pdf

ROUNDS = 15
LINES = 10_000
PDF_MS, CSV_MS = 20.0, 50.0


def run() -> list[dict[str, Any]]:
    """Median time of each format; the peer of the PDF is a new compiler for each document."""
    pages = [summary(number) for number in range(ROUNDS + 1)]
    pdf.render(pages[0])
    warm = _median(pdf.render, pages[1:])
    cold = _median(_cold, pages[1:6])
    word = _median(docx.render, pages[1:])
    table = _csv()
    return [
        _row("summary of one page, PDF/A-2b", warm, PDF_MS)
        | {"peer": "new compiler per document", "peer_value": round(cold, 2), "ratio": round(cold / warm, 1)},
        _row("summary of one page, DOCX", word, None),
        _row(f"{LINES} billed steps, CSV", table, CSV_MS),
    ]


def summary(number: int) -> Content:
    """A summary of a medication review, of the length that is usual."""
    finding = Finding(
        "ad", "Association déconseillée", f"Ramipril + ibuprofène {number}",
        "Risque d’insuffisance rénale aiguë chez la personne âgée ou déshydratée.",
        "Arrêter l’ibuprofène ; paracétamol en première intention.", "ANSM, p. 25",
    )  # fmt: skip
    lines = tuple((f"Médicament {i}", "1 comprimé matin et soir", "Au long cours") for i in range(12))
    return Content(
        "Synthèse du bilan de médication", "fr", date(2026, 11, 20),
        Sender("Pharmacie des Halles", ("2 rue des Halles",), "Camille Rey", "Pharmacienne"),
        recipient=("Dr Hélène Aubry",), patient=(("Patient", f"VASSEUR Jeanne {number}"), ("DFG", "33 mL/min")),
        blocks=(
            Heading("Traitement"), Table(("Médicament", "Posologie", "Durée"), lines), Heading("Constats"), finding,
            Paragraph("Fonction rénale à contrôler dans deux semaines."), Facts((("Kaliémie", "5,1 mmol/L"),)),
            Notice("Aide à la décision, pas un dispositif médical."),
        ),
        notes=("Thésaurus des interactions, édition 2023-09-15.",), reference=f"EP-{number:06d}",
        labels={"proposal": "Proposition :"},
    )  # fmt: skip


def _cold(page: Content) -> bytes:
    """What a program pays that starts the compiler for each document."""
    layout = pdf.LAYOUT
    compiler = typst.Compiler(layout, root=layout.parent, font_paths=[], ignore_system_fonts=True)
    made = compiler.compile(
        format="pdf", sys_inputs={"content": json.dumps(to_dict(page), ensure_ascii=False)}, pdf_standards=["a-2b"]
    )
    assert isinstance(made, bytes)
    return made


def _csv() -> float:
    from epione.billing.public import BillView, State, table_of  # noqa: PLC0415 -- needs Django set up
    from epione.kernel.clock import now  # noqa: PLC0415 -- as above

    at, start, nobody = now(), date(2026, 1, 1), UUID(int=0)
    bills = [
        BillView(
            UUID(int=i), nobody, "bpm", nobody, "analysis", 1, start + timedelta(days=i % 300), "BMI", 1500,
            remote=False, proof="", state=State.PAID, number=i, created_at=at,
        )
        for i in range(LINES)
    ]  # fmt: skip
    return _median(table_of, [bills] * ROUNDS)


def _median(work: Callable[[Any], object], given: list[Any]) -> float:
    spent = []
    for one in given:
        start = time.process_time()
        work(one)
        spent.append((time.process_time() - start) * 1000)
    return statistics.median(spent)


def _row(case: str, value: float, target: float | None) -> dict[str, Any]:
    met = None if target is None else value <= target
    row = {"case": case, "metric": "cpu, median", "unit": "ms", "value": round(value, 3), "target": target}
    return row | {"met": met}
