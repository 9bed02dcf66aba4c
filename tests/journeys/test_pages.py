"""The daily pages of a pharmacist in a real browser: home, worklist, patients, record, treatment; keys and focus."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from epione.medication_reviews import services
from epione.patients.domain.record import FactKind, Identity, Sex
from epione.patients.public import NewFact, add_facts, create_patient
from epione.prescriptions.public import add_lines
from tests.medication_reviews.conftest import TREATMENT, line

pytestmark = pytest.mark.django_db(transaction=True)

WINDOWS = [("fr", "light", 1440), ("en", "dark", 1440), ("fr", "dark", 360), ("en", "light", 360)]
PAGES = [
    "/", "/medication/", "/medication/?view=eligible", "/medication/{review}/letter/", "/medication/{review}/billing/",
    "/patients/", "/patients/new/", "/patients/{patient}/", "/patients/{patient}/timeline/",
    "/patients/{patient}/measurements/", "/prescriptions/patients/{patient}/",
]  # fmt: skip


@pytest.fixture
def pharmacist(actor):
    return actor("pharmacist")


@pytest.fixture
def places(pharmacist):
    """A patient with twelve medicines, two creatinines and an analysed review."""
    card = create_patient(identity=Identity("Jeanne", "Vasseur", date(1942, 3, 12), Sex.FEMALE), by=pharmacist)
    measures = [("creatinine", 96, "µmol/L", 2), ("creatinine", 132, "µmol/L", 11), ("weight", 58, "kg", 11)]
    facts = [
        NewFact(FactKind.OBSERVATION, {"code": code, "value": value, "unit": unit}, date(2026, month, 1))
        for code, value, unit, month in measures
    ]
    facts += [NewFact(FactKind.PROBLEM, {"icd10": code, "label": code}) for code in ("I48", "I50", "E11")]
    facts.append(NewFact(FactKind.ALLERGY, {"substance": "Produits de contraste iodés", "reaction": "choc"}))
    add_facts(patient_id=card.id, facts=facts, by=pharmacist)
    add_lines(patient_id=card.id, contents=[line(*one) for one in TREATMENT], by=pharmacist)
    review = services.start_review(patient_id=card.id, consent_on=date(2026, 11, 2), content={}, by=pharmacist)
    services.analyse(review_id=review.id, by=pharmacist)
    return {"patient": card.id, "review": review.id}


@pytest.mark.parametrize(("lang", "theme", "width"), WINDOWS)
def test_the_daily_pages_are_accessible_and_fit(visit, client_as, pharmacist, places, lang, theme, width):
    window = visit(client=client_as(by=pharmacist), lang=lang, theme=theme, width=width)
    for path in PAGES:
        window.open(path.format(**places))
        expect(window.page.locator("h1")).to_have_count(1)
        window.check()


def test_the_home_page_says_the_load_and_the_gravest_review(visit, client_as, pharmacist, places):
    page = visit(client=client_as(by=pharmacist)).open("/")
    expect(page.locator(".head .sub")).to_contain_text("1 revue en cours")
    expect(page.locator(".next h2")).to_contain_text("VASSEUR Jeanne, 1 contre-indication")
    page.click(".next a")
    page.wait_for_url(f"**/medication/{places['review']}/**")


def test_a_physician_finds_the_reviews_of_the_team(visit, places):
    page = visit("physician").open("/")
    expect(page.locator("main .tbl tbody tr")).to_have_count(1)
    expect(page.locator(".tbl .bars")).to_have_attribute("aria-label", re.compile("1 Contre-indication, "))


def test_an_allergy_is_whole_at_360(visit, client_as, pharmacist, places):
    page = visit(client=client_as(by=pharmacist), width=360).open(f"/patients/{places['patient']}/")
    box = page.locator(".bar.patient .al1").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert page.inner_text(".bar.patient .al1") == "Produits de contraste iodés"


def test_letters_decide_and_the_focus_never_falls_to_the_page(visit, client_as, pharmacist, places):
    window = visit(client=client_as(by=pharmacist))
    page = window.open(f"/medication/{places['review']}/analysis/")
    page.wait_for_selector("#offers .opt")
    focus = "document.activeElement.id || document.activeElement.name"
    page.keyboard.press("j")
    first = page.evaluate(focus)
    assert first.startswith("finding-")
    page.keyboard.press("r")
    page.wait_for_selector(f"#{first}.decided")
    assert page.evaluate(focus) == first
    page.keyboard.press("j")
    second = page.evaluate(focus)
    assert second != first
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#{second}.open .acts")
    page.keyboard.press("e")
    page.wait_for_selector("#drawer input[name=reason]:focus")
    window.check()
    page.keyboard.press("Escape")
    assert page.evaluate(focus) == second
    expect(page.locator("#offers .opt").first).to_be_visible()
    page.keyboard.press("k")
    page.keyboard.press("z")
    page.wait_for_selector(f"#{first}:not(.decided)")
    assert page.evaluate(focus) == first


def test_a_dose_is_simulated_and_the_smallest_change_stands_in_sight(visit, client_as, pharmacist, places):
    page = visit(client=client_as(by=pharmacist)).open(f"/medication/{places['review']}/analysis/")
    page.wait_for_selector("#offers .opt")
    assert page.locator("#offers .opt").first.bounding_box()["y"] < 800
    dose = page.locator(".wi input[name^=dose_]").nth(8)
    dose.fill("250")
    dose.press("Tab")
    expect(page.locator("#outcome .big")).to_contain_text("→")
    page.locator(".wi input[type=range]").fill("20")
    assert page.input_value("#egfr") == "20"


def test_the_decision_bar_sticks_above_the_tabs_of_a_phone(visit, client_as, pharmacist, places):
    page = visit(client=client_as(by=pharmacist), width=390, height=700).open(
        f"/medication/{places['review']}/analysis/"
    )
    page.evaluate("scrollTo(0, document.querySelector('.find-i.open').getBoundingClientRect().top + scrollY - 500)")
    bar, tabs = page.locator(".find-i.open .acts").bounding_box(), page.locator(".nav").bounding_box()
    assert abs(bar["y"] + bar["height"] - tabs["y"]) <= 2
