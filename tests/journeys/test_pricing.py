"""Pricing acts in a real browser: search, add, modifiers, price, with and without scripts, narrow and wide."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)

PRICED = (
    "/billing/pricing/?day=2026-03-02&grid=2&specialty=surgeon&fees=700&words=cholecystectomie"
    "&act=HMFC004/1/0&act=LMMC002/1/0&act=HMFC004/4/0&m=0-S&m=2-A&m=2-7"
)
REFUSED = "/billing/pricing/?day=2026-03-02&act=HMFC004/1/0&m=0-J&m=0-K"
WINDOWS = [("fr", "light", 1440), ("en", "dark", 1440), ("fr", "dark", 390), ("en", "light", 390)]


@pytest.mark.parametrize(("lang", "theme", "width"), WINDOWS)
def test_the_page_is_accessible_and_fits(visit, lang, theme, width):
    window = visit("pharmacist", lang=lang, theme=theme, width=width)
    for name, path in (("empty", "/billing/pricing/"), ("priced", PRICED)):
        window.open(path)
        expect(window.page.locator("h1")).to_have_count(1)
        for part in window.page.locator("details").all():
            part.evaluate("one => one.open = true")
        window.check()
        if folder := os.environ.get("EPIONE_TEST_PICTURES"):
            window.page.set_viewport_size({"width": width, "height": 2600})
            window.page.screenshot(path=Path(folder) / f"pricing-{name}-{lang}-{width}.png", full_page=True)


def test_two_operations_are_priced_by_hand(visit):
    page = visit("pharmacist").open("/billing/pricing/?day=2026-03-02")
    for words, code in (("cholecystectomie coelioscopie", "HMFC004"), ("hernie aine videochirurgie", "LMMC002")):
        page.get_by_label("Code ou mots de l’acte").fill(words)
        page.get_by_label("Code ou mots de l’acte").press("Enter")
        page.get_by_role("button", name=f"Ajouter {code}", exact=True).click()
    for part in page.locator("fieldset details").all():
        part.evaluate("one => one.open = true")
    for at in (0, 1):
        page.locator(f"#m-{at}-K").check()
    page.get_by_role("button", name="Tarifer").click()
    expect(page.locator("tfoot")).to_contain_text("544,23")
