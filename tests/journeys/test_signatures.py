"""Signing a letter and the report of an examination, then verifying a signed file, in a real browser."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from epione.documents.public import Content, Paragraph, Sender, write_document
from epione.imaging.models import Study
from epione.imaging.services import receive
from epione.kernel.actor import Actor
from epione.kernel.ids import uuid7
from epione.patients.public import Identity, create_patient
from tests.conftest import PASSWORD
from tests.imaging.synthetic import series

from .browser import Visit

PATIENCE = 60_000
"""Milliseconds: the first signature of a process reads the libraries that sign."""
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("lang", "theme", "width"), [("fr", "light", 1440), ("en", "dark", 360)])
def test_a_letter_is_signed_downloaded_and_verified(
    visit: Callable[..., Visit],
    client_as,
    actor: Callable[..., Actor],
    tmp_path: Path,
    lang: str,
    theme: str,
    width: int,
) -> None:
    by = actor("pharmacist")
    card = create_patient(identity=Identity("Jeanne", "Vasseur", date(1942, 3, 12)), by=by)
    content = Content("Courrier", lang, date(2026, 11, 20), Sender("P"), blocks=(Paragraph("Texte."),))
    letter = write_document(
        kind="medication_reviews.letter", patient_id=card.id, subject_id=uuid7(), content=content, by=by
    )
    window = visit(client=client_as(by=by), lang=lang, theme=theme, width=width)
    page = window.open(f"/documents/{letter.id}/")
    page.set_default_timeout(PATIENCE)
    window.check()
    page.fill("#confirm", PASSWORD)
    page.locator(f"form[action='/documents/{letter.id}/sign/'] button.pri").click()
    page.wait_for_selector("ol.list >> text=PAdES B-T")
    window.check()
    with page.expect_download() as download:
        page.locator("a[href$='/pdf/']").click()
    path = tmp_path / "letter.pdf"
    download.value.save_as(path)
    window.open("/documents/verify/")
    window.check()
    page.set_input_files("#file", path)
    page.locator("form[enctype] button.pri").click()
    page.wait_for_selector("h2 >> text=Camille Pharmacist")
    window.check()
    if picture := tmp_path.parent / "shots":
        picture.mkdir(exist_ok=True)
        page.screenshot(path=picture / f"verify-{lang}.png", full_page=True)
        window.open(f"/documents/{letter.id}/")
        page.screenshot(path=picture / f"document-{lang}.png", full_page=True)


@pytest.mark.parametrize(("lang", "theme", "width"), [("fr", "light", 1440), ("en", "dark", 360)])
def test_a_report_is_written_beside_the_images_and_signed(
    visit: Callable[..., Visit],
    client_as,
    actor: Callable[..., Actor],
    tmp_path: Path,
    lang: str,
    theme: str,
    width: int,
) -> None:
    by = actor("radiologist")
    receive(contents=series(3), source="upload", by=by)
    study = Study.objects.get()
    window = visit(client=client_as(by=by), lang=lang, theme=theme, width=width)
    page = window.open(f"/imaging/studies/{study.id}/")
    page.set_default_timeout(PATIENCE)
    page.locator("#reports button.pri").click()
    page.wait_for_selector("form[data-report]")
    window.check()
    page.locator("[data-insert=s-findings]").first.click()
    page.locator("[data-insert=s-conclusion]").first.click()
    page.wait_for_selector("#saved [name=version]:not([value='1'])", state="attached")
    window.open(f"/imaging/studies/{study.id}/")
    page.fill("#key-caption", "Vue")
    page.locator("form[data-key-image] button").click()
    page.wait_for_selector("#key-images img")
    window.check()
    page.locator("form[data-report] button.pri").click()
    page.wait_for_selector("#read img")
    window.check()
    shots = tmp_path.parent / "shots"
    shots.mkdir(exist_ok=True)
    page.screenshot(path=shots / f"report-{lang}.png", full_page=True)
    page.fill("#confirm", PASSWORD)
    page.locator("form[action$='/sign/'] button").click()
    page.wait_for_selector("#read")
    assert page.locator("form[data-report]").count() == 0
    window.check()
    page.screenshot(path=shots / f"signed-{lang}.png", full_page=True)
