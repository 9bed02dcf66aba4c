"""Pages of the review, as a browser asks for them."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.utils.translation import override

from epione.documents.public import of_subject
from epione.medication_reviews import queries, services
from epione.medication_reviews.domain.pathway import Step
from epione.medication_reviews.domain.rhythm import Rhythm
from epione.medication_reviews.domain.whatif import SetDose, SetFlag, apply, what_if
from epione.medication_reviews.web.simulation import change_words, outcome
from epione.medication_reviews.words import level_heading
from epione.patients.public import FactKind, NewFact, add_facts, record_of
from epione.prescriptions.public import Source, add_lines

from .conftest import line

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def browser(client_as, pharmacist):
    return client_as(by=pharmacist)


@pytest.fixture
def review(pharmacist, jeanne):
    opened = services.start_review(patient_id=jeanne.id, consent_on=date(2026, 11, 2), content={}, by=pharmacist)
    services.complete_collection(review_id=opened.id, content={"girerd": 2}, by=pharmacist)
    return opened


@pytest.fixture
def analysed(review, pharmacist):
    return services.analyse(review_id=review.id, by=pharmacist)


def text_of(answer):
    return answer.content.decode()


def test_enrolment_asks_for_consent_then_opens_the_review(browser, jeanne, pharmacist):
    url = f"/medication/patients/{jeanne.id}/"
    assert browser.post(url, {"consent_on": "02/11/2026"}).status_code == 422
    answer = browser.post(url, {"consent": "on", "consent_on": "02/11/2026", "physician": "Dr Aubry"})
    [review] = queries.reviews_of(pharmacist.practice_id, jeanne.id)
    assert answer["Location"] == f"/medication/{review.id}/collection/"


def test_the_collection_keeps_unanswered_questions_open(browser, jeanne, pharmacist):
    review = services.start_review(patient_id=jeanne.id, consent_on=date(2026, 11, 2), content={}, by=pharmacist)
    typed = {"confirmed": "on", "girerd0": "yes", "girerd1": "no", "remarks": "Pilulier"}
    assert browser.post(f"/medication/{review.id}/collection/", typed).status_code == 302
    step = queries.reviews_of(pharmacist.practice_id, jeanne.id)[0].step(Step.COLLECTION)
    assert step.content["girerd_answers"] == [True, False, None, None, None, None]
    assert "girerd" not in step.content


def test_the_analysis_begins_with_one_button(browser, review):
    page = text_of(browser.get(f"/medication/{review.id}/analysis/"))
    assert "Analyser le traitement" in page
    assert browser.post(f"/medication/{review.id}/analysis/run/").status_code == 302
    page = text_of(browser.get(f"/medication/{review.id}/analysis/"))
    assert "Cordarone + escitalopram" in page
    assert "ANSM p.\u00a0230" in page
    assert "style=" not in page.replace("stylesheet", "")


def test_a_change_of_treatment_is_said_above_the_analysis(browser, review, analysed, pharmacist, jeanne):
    page = text_of(browser.get(f"/medication/{review.id}/analysis/"))
    assert "a changé depuis cette analyse" not in page
    browser.post(f"/patients/{jeanne.id}/problems/add/", {"label": "Goutte", "icd10": "M10"})
    assert "a changé depuis cette analyse" in text_of(browser.get(f"/medication/{review.id}/analysis/"))


def first_card(analysed):
    return analysed.content["cards"][0]["key"]


def test_a_decision_in_place_returns_the_card_and_the_count(browser, review, analysed):
    url = f"/medication/{review.id}/analysis/{first_card(analysed)}/decide/"
    answer = text_of(browser.post(url, {"decision": "accepted"}, headers=HTMX))
    assert "Retenu par" in answer
    assert "1 décision sur" in answer


def test_setting_aside_asks_for_the_reason_in_the_drawer(browser, review, analysed):
    url = f"/medication/{review.id}/analysis/{first_card(analysed)}/decide/"
    asked = browser.post(url, {"decision": "rejected"}, headers=HTMX)
    assert asked["HX-Retarget"] == "#drawer"
    without_script = browser.post(url, {"decision": "rejected"})
    assert 'name="reason"' in text_of(without_script)
    done = browser.post(url, {"decision": "rejected", "reason": "ECG suivi", "asked": "1"}, headers=HTMX)
    assert "Écarté par" in text_of(done)
    assert "ECG suivi" in text_of(done)


def test_evidence_names_rule_edition_and_page(browser, review, analysed):
    url = f"/medication/{review.id}/analysis/{first_card(analysed)}/evidence/0/"
    for headers in (HTMX, {}):
        page = text_of(browser.get(url, headers=headers))
        assert "2023-09-15" in page
        assert "230" in page


def test_what_if_shows_before_and_after_and_writes_nothing(browser, review, analysed, pharmacist):
    line = next(one["id"] for one in analysed.content["lines"] if "IBUPROFENE" in one["name"])
    url = f"/medication/{review.id}/analysis/what-if/"
    page = text_of(browser.post(url, {f"line_{line}": "stop", "egfr": "25"}, headers=HTMX))
    assert "→" in page
    assert queries.latest_analysis(pharmacist.practice_id, review.id).id == analysed.id


@pytest.fixture
def weekly(jeanne, pharmacist, review):
    """A review of a treatment with methotrexate, 10 mg every Monday."""
    made = replace(line("methotrexate 2,5 mg", "4 cp le lundi", "polyarthrite"), source=Source.PRESCRIBED)
    add_lines(patient_id=jeanne.id, contents=[made], by=pharmacist)
    analysis = services.analyse(review_id=review.id, by=pharmacist)
    return next(one["id"] for one in analysis.content["lines"] if "METHOTREXATE" in one["name"])


def test_a_weekly_medicine_is_simulated_by_the_take(browser, review, weekly):
    page = text_of(browser.get(f"/medication/{review.id}/analysis/"))
    field = re.search(rf'name="dose_{weekly}"[^>]*', page)[0]
    assert 'value="10"' in field
    assert "Dose de chaque prise" in field
    assert "par prise, 1 fois par semaine" in page
    url = f"/medication/{review.id}/analysis/what-if/"
    said = text_of(browser.post(url, {f"dose_{weekly}": "15"}, headers=HTMX))
    assert "15 mg par semaine, jamais par jour" in said.replace("\u00a0", " ")
    same = text_of(browser.post(url, {f"dose_{weekly}": "10"}, headers=HTMX))
    assert "→" not in same


@pytest.mark.parametrize(
    ("rhythm", "words"),
    [
        (Rhythm(2, 7), "20 mg par prise, 2 fois par semaine (40 mg par semaine)"),
        (Rhythm(1, 30), "20 mg par prise, 1 fois tous les 30 jours"),
        (Rhythm(3, 4), "20 mg par prise, 3 fois en 4 jours (105 mg par semaine)"),
    ],
)
def test_a_simulated_dose_is_said_in_its_rhythm(rhythm, words):
    change = SetDose("1", rhythm.daily_mg(20), rhythm)
    assert words in change_words(change, {"1": "X"}).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("code", "one", "several"),
    [
        ("fr", "Contre-indication, Déconseillée, Précaution", "Contre-indications, Déconseillées, Précautions"),
        ("en", "Contraindication, Advised against, Caution", "Contraindications, Advised against, Cautions"),
    ],
)
def test_the_heading_of_a_level_agrees_with_its_number(code, one, several):
    with override(code):
        for count, expected in ((1, one), (2, several)):
            assert ", ".join(level_heading(level, count) for level in ("ci", "ad", "pe")) == expected


def test_what_if_tells_what_was_only_to_be_confirmed_and_now_fires(charted, knowledge):
    chart = charted("Zolpidem 10 mg")
    yes, no = SetFlag("recurrent_falls", value=True), SetFlag("recurrent_falls", value=False)
    change = what_if(chart, knowledge, [yes])
    confirmed = {now.title["fr"] for was, now in change.changed if now.status == "fires"}
    assert confirmed
    assert confirmed <= set(outcome(change).new)
    back = what_if(apply(chart, [yes]), knowledge, [no])
    assert confirmed <= set(outcome(back).gone)


def test_the_smallest_change_is_offered_and_goes_into_the_letter(browser, review, analysed, pharmacist):
    page = text_of(browser.get(f"/medication/{review.id}/analysis/smallest-change/", headers=HTMX))
    assert "IBUPROFENE 400 mg" in page
    url = f"/medication/{review.id}/analysis/adopt/"
    refused = text_of(browser.post(url, {"offer": "0"}, follow=True))
    assert "a changé depuis" in refused
    assert queries.decisions(pharmacist.practice_id, review.id) == []
    browser.post(url, {"offer": re.search(r'name="offer" value="(\w+)"', page)[1]}, headers={"Accept-Language": "en"})
    [free] = queries.decisions(pharmacist.practice_id, review.id)
    assert free.content["title"] == "Plus petit changement proposé"
    assert "IBUPROFENE 400 mg" in free.content["text"]


def test_an_answer_updates_record_and_analysis(browser, review, analysed, pharmacist):
    typed = {"key": "obs:sodium", "value": "128", "unit": "mmol/L", "on": "19/11/2026"}
    assert browser.post(f"/medication/{review.id}/analysis/answer/", typed).status_code == 302
    newest = queries.latest_analysis(pharmacist.practice_id, review.id)
    assert newest.id != analysed.id


@pytest.fixture
def outdated(jeanne, review, pharmacist):
    """A review whose only sodium is two years old."""
    old = NewFact(FactKind.OBSERVATION, {"code": "sodium", "value": 120, "unit": "mmol/L"}, date(2024, 11, 3))
    add_facts(patient_id=jeanne.id, facts=[old], by=pharmacist)
    return services.analyse(review_id=review.id, by=pharmacist)


OLD_SODIUM = "obs:sodium:old:2024-11-03"


def asked(analysis):
    return {one["key"] for one in analysis.content["questions"]}


def test_an_old_value_is_asked_again_in_place(browser, review, outdated):
    assert OLD_SODIUM in asked(outdated)
    page = text_of(browser.get(f"/medication/{review.id}/analysis/"))
    assert "la valeur du 03/11/2024 (120\u00a0mmol/L) est trop ancienne" in page
    assert "Garder l’ancienne valeur" in page


@pytest.mark.parametrize("typed", [{"keep": "keep", "value": ""}, {"value": "131", "unit": "mmol/L"}])
def test_an_old_value_is_kept_or_measured_again_and_no_longer_asked(browser, review, outdated, pharmacist, typed):
    browser.post(f"/medication/{review.id}/analysis/answer/", {"key": OLD_SODIUM, **typed})
    newest = queries.latest_analysis(pharmacist.practice_id, review.id)
    assert newest.id != outdated.id
    assert OLD_SODIUM not in asked(newest)


def test_keeping_a_value_of_no_day_is_refused(browser, review, outdated, pharmacist):
    typed = {"key": "obs:sodium:old:yesterday", "keep": "keep"}
    answer = browser.post(f"/medication/{review.id}/analysis/answer/", typed, follow=True)
    assert "dossier" in text_of(answer)
    assert queries.latest_analysis(pharmacist.practice_id, review.id).id == outdated.id


def test_an_answer_is_read_in_the_unit_of_its_question(browser, review, analysed, jeanne, pharmacist):
    typed = {"key": "obs:pao2", "value": "8", "unit": "kPa"}
    browser.post(f"/medication/{review.id}/analysis/answer/", typed)
    record = record_of(pharmacist.practice_id, jeanne.id)
    assert record.latest("pao2").content["value"] == pytest.approx(60, abs=0.1)


def test_an_impossible_answer_is_refused_in_words(browser, review, analysed):
    typed = {"key": "obs:sodium", "value": "beaucoup", "unit": "mmol/L"}
    answer = browser.post(f"/medication/{review.id}/analysis/answer/", typed, follow=True)
    assert "nombre" in text_of(answer)


def test_the_letter_is_validated_with_the_password_alone(browser, review, analysed, pharmacist):
    base = f"/medication/{review.id}/letter/"
    browser.post(f"{base}write/?kind=letter")
    [letter] = of_subject(pharmacist.practice_id, review.id)
    typed = {"digest": letter.digest, "confirm_password": "not this one"}
    browser.post(f"{base}{letter.id}/validate/?kind=letter", typed)
    assert of_subject(pharmacist.practice_id, review.id)[0].validated_at is None
    typed["confirm_password"] = "tilleul-marjolaine-49"
    browser.post(f"{base}{letter.id}/validate/?kind=letter", typed)
    assert of_subject(pharmacist.practice_id, review.id)[0].validated_at is not None
    assert browser.get(f"{base}{letter.id}/pdf/").content.startswith(b"%PDF-")
    assert browser.post(f"{base}send/", {"channel": "post"}).status_code == 302
    assert browser.get(f"/medication/{review.id}/")["Location"] == f"/medication/{review.id}/interview/"


@pytest.mark.parametrize("kind", ["letter", "summary", "plan", "adhesion"])
@pytest.mark.parametrize("form", ["pdf", "docx", "html"])
def test_every_document_is_made_in_every_format(browser, review, analysed, pharmacist, kind, form):
    browser.post(f"/medication/{review.id}/letter/write/?kind={kind}")
    [document] = of_subject(pharmacist.practice_id, review.id)
    answer = browser.get(f"/medication/{review.id}/letter/{document.id}/{form}/")
    assert answer.status_code == 200
    assert len(answer.content) > 1000


@pytest.mark.parametrize("view", ["", "?view=team", "?view=eligible"])
def test_the_worklist_opens(browser, review, view):
    assert browser.get(f"/medication/{view}").status_code == 200


def test_the_screening_finds_her_eligible(review, jeanne, pharmacist):
    from epione.medication_reviews.services.screening import screen_practice

    seen = []
    result = screen_practice(practice_id=pharmacist.practice_id, step=lambda done, total: seen.append((done, total)))
    assert result == {"patients": 1, "eligible": 1}
    assert seen == [(1, 1)]
    [screened] = queries.screened(pharmacist.practice_id, eligible="yes")
    assert screened.counts["ci"] == 1


def test_a_nurse_is_refused(client_as, review):
    assert client_as("nurse").get(f"/medication/{review.id}/analysis/").status_code == 403


def test_another_practice_finds_nothing(client_as, other_practice, review):
    browser = client_as("pharmacist", practice=other_practice)
    assert browser.get(f"/medication/{review.id}/analysis/").status_code == 404
