"""A pharmacist takes a patient with twelve medicines from consent to the validated letter, in a real browser."""

from datetime import date

import pytest

from epione.ledger.public import verify
from epione.medication_reviews import queries
from epione.patients.domain.record import FactKind, Identity, Sex
from epione.patients.public import NewFact, add_facts, create_patient
from epione.prescriptions.public import add_lines
from tests.conftest import PASSWORD
from tests.medication_reviews.conftest import TREATMENT, line

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {
    "fr": {
        "begin": "Commencer la revue", "collected": "Enregistrer le recueil", "analyse": "Analyser le traitement",
        "why": "Motif", "aside": "Écarter", "write": "Le rédiger d’après les décisions", "validate": "Valider",
        "send": "Noter l’envoi", "pair": "Cordarone + escitalopram", "next": "Entretien avec le patient",
    },
    "en": {
        "begin": "Begin the review", "collected": "Record the collection", "analyse": "Analyse the treatment",
        "why": "Reason", "aside": "Set aside", "write": "Write it from the decisions", "validate": "Validate",
        "send": "Record the sending", "pair": "Cordarone + escitalopram", "next": "Interview with the patient",
    },
}  # fmt: skip


@pytest.fixture
def pharmacist(actor):
    return actor("pharmacist")


@pytest.fixture
def patient(pharmacist):
    card = create_patient(identity=Identity("Jeanne", "Vasseur", date(1942, 3, 12), Sex.FEMALE), by=pharmacist)
    values = [("creatinine", 132, "µmol/L"), ("potassium", 5.1, "mmol/L"), ("weight", 58, "kg"), ("qtc", 478, "ms")]
    facts = [NewFact(FactKind.OBSERVATION, {"code": c, "value": v, "unit": u}, date(2026, 11, 1)) for c, v, u in values]
    facts += [NewFact(FactKind.PROBLEM, {"icd10": code, "label": code}) for code in ("I48", "I50", "E11")]
    add_facts(patient_id=card.id, facts=facts, by=pharmacist)
    add_lines(patient_id=card.id, contents=[line(*one) for one in TREATMENT], by=pharmacist)
    return card


@pytest.mark.parametrize(("lang", "theme"), [("fr", "light"), ("en", "dark")])
def test_from_consent_to_the_validated_letter(visit, client_as, pharmacist, patient, lang, theme):
    words = WORDS[lang]
    window = visit(client=client_as(by=pharmacist), lang=lang, theme=theme)
    page = window.open(f"/medication/patients/{patient.id}/")
    page.check("input[name=consent]")
    window.check()
    page.click(f"button:has-text('{words['begin']}')")
    page.wait_for_url("**/collection/")
    page.check("input[name=girerd0][value=yes]")
    window.check()
    page.click(f"button:has-text('{words['collected']}')")
    page.wait_for_url("**/analysis/")
    page.click(f"button:has-text('{words['analyse']}')")
    page.wait_for_selector(f"text={words['pair']}")
    page.wait_for_selector("#offers .opt")
    window.check()
    _simulate(page)
    _decide(page, words)
    page.goto(page.url.replace("/analysis/", "/letter/"))
    page.click(f"button:has-text('{words['write']}')")
    page.wait_for_selector(".doc-paper")
    window.check()
    page.fill("input[name=confirm_password]", PASSWORD)
    page.click(f"form[action*=validate] button:has-text('{words['validate']}')")
    page.wait_for_selector("select[name=channel]")
    page.click(f"button:has-text('{words['send']}')")
    page.wait_for_selector("button[value=followed]")
    window.check()
    [review] = queries.reviews_of(pharmacist.practice_id, patient.id)
    assert [step.step.value for step in review.steps] == ["adhesion", "collection", "analysis"]
    assert verify().sound


def _simulate(page):
    page.check(".wi input[type=checkbox] >> nth=5")
    page.wait_for_selector("#outcome .big")
    assert "→" in page.inner_text("#outcome .big")


def _decide(page, words):
    page.focus("#findings .find-i >> nth=0")
    page.keyboard.press("r")
    page.wait_for_selector(".find-i.decided")
    page.click(".find-i:not(.decided) .tt a.link >> nth=0")
    page.wait_for_selector(".find-i.open button[value=rejected]")
    page.click(".find-i.open button[value=rejected]")
    page.wait_for_selector("#drawer [name=reason]")
    page.fill("#drawer [name=reason]", "ECG")
    page.click(f"#drawer button:has-text('{words['aside']}')")
    page.locator(".find-i.decided").nth(1).wait_for()


@pytest.mark.parametrize("width", [360, 768, 1024])
def test_the_analysis_fits_narrow_screens(visit, client_as, pharmacist, patient, width):
    from epione.medication_reviews import services

    review = services.start_review(patient_id=patient.id, consent_on=date(2026, 11, 2), content={}, by=pharmacist)
    services.analyse(review_id=review.id, by=pharmacist)
    window = visit(client=client_as(by=pharmacist), width=width)
    window.open(f"/medication/{review.id}/analysis/").wait_for_selector("#offers .opt")
    window.check()


@pytest.mark.parametrize("path", ["", "timeline/", "measurements/", "identity/", "allergies/add/"])
def test_each_view_of_the_record_holds_what_a_page_must(visit, client_as, pharmacist, patient, path):
    window = visit(client=client_as(by=pharmacist), width=390, theme="dark")
    window.open(f"/patients/{patient.id}/{path}")
    window.check()
