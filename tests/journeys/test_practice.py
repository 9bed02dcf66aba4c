"""The practice pages in a real browser: ledger, documents, billing, catalogue."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import expect

from epione.billing.public import Done, Programme, bill_step
from epione.documents.public import Content, Finding, Heading, Paragraph, Sender, write_document
from epione.kernel.actor import Actor
from epione.kernel.ids import uuid7
from epione.ledger.public import make_checkpoint
from epione.patients.public import Identity, create_patient

from .browser import Visit

Open = Callable[..., Visit]
WIDTHS = [(1440, "light"), (1024, "dark"), (360, "light")]
PAGES = [
    "/documents/", "/documents/{document}/", "/documents/patient/{patient}/", "/billing/", "/billing/tariffs/",
    "/medications/?q=kardegic", "/medications/64755969/", "/medications/64755969/interactions/",
    "/medications/check/?drugs=ramipril+5+mg%0Aibuprof%C3%A8ne+400+mg%0Aparac%C3%A9tamol", "/medications/catalogue/",
    "/patients/{patient}/access/",
]  # fmt: skip


@pytest.fixture(autouse=True)
def own_anchor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checkpoints of one test say nothing of the ledger of the next."""
    monkeypatch.setenv("EPIONE_ANCHORS", f"disk://{tmp_path}/anchors")


@pytest.fixture
def practice_of_care(actor: Callable[..., Actor]) -> dict[str, Any]:
    """A patient with a letter and a billed step."""
    by = actor("pharmacist")
    card = create_patient(identity=Identity("Jeanne", "Vasseur", date(1942, 3, 12)), by=by)
    finding = Finding(
        "ad", "Association déconseillée", "Ramipril + ibuprofène", "Risque rénal.", "Arrêter.", "ANSM p. 25"
    )
    content = Content(
        "Courrier au médecin traitant", "fr", date(2026, 11, 20), Sender("Pharmacie des Halles", ("Lyon",), "Camille Rey"),
        recipient=("Dr Hélène Aubry",), patient=(("Patient", "VASSEUR Jeanne"),),
        blocks=(Heading("Constats"), Paragraph("Voici ce que nous avons vu."), finding), labels={"proposal": "Proposition :"},
    )  # fmt: skip
    document = write_document(
        kind="medication_reviews.letter", patient_id=card.id, subject_id=uuid7(), content=content, by=by
    )
    programme = Programme("bpm", card.id, uuid7(), 1, (Done("adhesion", date(2026, 3, 2), "e"),))
    bill_step(programme=programme, step="adhesion", by=by)
    make_checkpoint()
    return {"by": by, "patient": card.id, "document": document.id}


def keep(window: Visit, name: str) -> None:
    """A picture for whoever asks for them (`EPIONE_SHOTS` names a folder)."""
    if folder := os.environ.get("EPIONE_SHOTS"):
        window.page.screenshot(path=str(Path(folder) / f"{name}.png"))


@pytest.mark.parametrize(("width", "theme"), WIDTHS)
def test_every_page_is_accessible_and_fits(
    visit: Open, client_as: Callable[..., Client], practice_of_care: dict[str, Any], width: int, theme: str
) -> None:
    window = visit(client=client_as(by=practice_of_care["by"]), width=width, theme=theme)
    for number, path in enumerate(PAGES):
        window.open(path.format(**practice_of_care))
        expect(window.page.locator("h1")).to_have_count(1)
        keep(window, f"practice-{number:02d}-{width}")
        window.check()


@pytest.mark.parametrize(("width", "theme"), WIDTHS)
def test_an_auditor_follows_an_entry_to_its_proof(
    visit: Open, practice_of_care: dict[str, Any], width: int, theme: str
) -> None:
    window = visit("auditor", width=width, theme=theme)
    window.open("/")
    expect(window.page.locator("h1")).to_have_text("Registre")
    window.check()
    window.page.locator(".ledger-line", has_text="a ouvert un nouveau dossier pour").click()
    drawer = window.page.locator("#drawer")
    expect(drawer).to_contain_text("Prouvée")
    expect(drawer.locator("svg.chart")).to_be_visible()
    keep(window, f"ledger-{width}")
    window.check()
    window.page.keyboard.press("Escape")
    expect(drawer).to_be_empty()
    window.page.get_by_role("button", name="Vérifier maintenant").click()
    expect(window.page.locator(".note.ok")).to_contain_text("Intact")
    keep(window, f"ledger-verified-{width}")
    window.open("/ledger/retention/")
    window.check()
