"""Pages of the patient record, as a browser asks for them."""

from datetime import date

import pytest

from epione.medication_reviews import services
from epione.patients.domain.record import FactKind, Identity, Sex
from epione.patients.public import NewFact, add_facts, create_patient, set_care_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def pharmacist(actor):
    return actor("pharmacist")


@pytest.fixture
def browser(client_as, pharmacist):
    return client_as(by=pharmacist)


@pytest.fixture
def jeanne(pharmacist):
    card = create_patient(identity=Identity("Jeanne", "Vasseur", date(1942, 3, 12), Sex.FEMALE), by=pharmacist)
    values = [
        ("creatinine", 98, date(2025, 11, 1)),
        ("creatinine", 132, date(2026, 11, 1)),
        ("weight", 58, date(2026, 11, 1)),
    ]
    units = {"creatinine": "µmol/L", "weight": "kg"}
    facts = [NewFact(FactKind.OBSERVATION, {"code": c, "value": v, "unit": units[c]}, on) for c, v, on in values]
    add_facts(patient_id=card.id, facts=facts, by=pharmacist)
    return card


def test_the_list_shows_the_patient_and_a_search_finds_her(browser, jeanne):
    assert "VASSEUR Jeanne" in browser.get("/patients/").content.decode()
    found = browser.post("/patients/results/", {"q": "vass"}, headers={"hx-request": "true"}).content.decode()
    assert "VASSEUR Jeanne" in found
    assert "Leroux" in browser.post("/patients/results/", {"q": "Leroux"}).content.decode()


def test_the_record_shows_renal_function_and_asks_for_allergies(browser, jeanne):
    page = browser.get(f"/patients/{jeanne.id}/").content.decode()
    assert "32\u00a0mL/min" in page
    assert "26\u00a0mL/min" in page
    assert "Non renseignées" in page


def test_a_wrong_creatinine_is_questioned_and_nothing_is_lost(browser, jeanne):
    url = f"/patients/{jeanne.id}/measurements/add/"
    typed = {"code": "creatinine", "value": "1,2", "unit": "µmol/L", "on": "20/11/2026"}
    page = browser.post(url, typed)
    assert page.status_code == 422
    assert 'value="1,2"' in page.content.decode()


def test_a_twin_is_shown_then_created_on_demand(browser, jeanne):
    typed = {"first_name": "Jane", "last_name": "Vaseur", "birth_date": "12/03/1942", "sex": "female"}
    page = browser.post("/patients/new/", typed)
    assert page.status_code == 422
    assert f"/patients/{jeanne.id}/" in page.content.decode()
    assert browser.post("/patients/new/", {**typed, "distinct": "1"}).status_code == 302


def test_a_change_made_meanwhile_is_shown_beside_what_was_typed(browser, jeanne):
    url = f"/patients/{jeanne.id}/identity/"
    typed = {
        "first_name": "Jeanne",
        "last_name": "Vasseur",
        "birth_date": "12/03/1942",
        "sex": "female",
        "version": "1",
    }
    assert browser.post(url, {**typed, "phone": "0102030405"}).status_code == 302
    page = browser.post(url, {**typed, "phone": "0699999999"})
    assert page.status_code == 422
    text = page.content.decode()
    assert "0102030405" in text
    assert "0699999999" in text


@pytest.mark.parametrize("path", ["timeline/", "measurements/", "identity/", "allergies/add/", "problems/add/"])
def test_each_view_of_the_record_opens(browser, jeanne, path):
    assert browser.get(f"/patients/{jeanne.id}/{path}").status_code == 200


def test_a_stranger_is_sent_to_sign_in(client, jeanne):
    answer = client.get(f"/patients/{jeanne.id}/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_another_practice_is_told_that_nothing_is_there(client_as, other_practice, jeanne):
    browser = client_as("pharmacist", practice=other_practice)
    assert browser.get(f"/patients/{jeanne.id}/").status_code == 404


def test_the_timeline_says_the_year_of_what_is_older(browser, jeanne):
    page = browser.get(f"/patients/{jeanne.id}/timeline/").content.decode()
    assert "nov. 2025" in page
    assert "01/11" in page


def test_the_care_team_is_set_on_the_page_and_closes_the_record(browser, jeanne, pharmacist, actor, client_as):
    nurse, url = actor("nurse"), f"/patients/{jeanne.id}/access/team/"
    assert client_as(by=nurse).get(f"/patients/{jeanne.id}/").status_code == 200
    assert browser.post(url, {"team": [str(pharmacist.id)]}).status_code == 302
    assert client_as(by=nurse).get(f"/patients/{jeanne.id}/").status_code == 403
    assert browser.post(url, {}).status_code == 302
    assert client_as(by=nurse).get(f"/patients/{jeanne.id}/").status_code == 200


def test_a_stranger_to_the_practice_cannot_join_a_team(browser, jeanne, actor, other_practice):
    stranger = actor("nurse", practice=other_practice)
    answer = browser.post(f"/patients/{jeanne.id}/access/team/", {"team": [str(stranger.id)]})
    assert answer.status_code == 422


def test_lists_of_other_workspaces_leave_out_a_record_closed_to_the_reader(jeanne, pharmacist, actor, client_as):
    services.start_review(patient_id=jeanne.id, consent_on=date(2026, 11, 2), content={}, by=pharmacist)
    colleague = client_as(by=actor("pharmacist"))
    assert "VASSEUR" in colleague.get("/medication/?view=team").content.decode()
    set_care_team(patient_id=jeanne.id, user_ids=[pharmacist.id], by=pharmacist)
    assert "VASSEUR" not in colleague.get("/medication/?view=team").content.decode()
    assert "VASSEUR" in client_as(by=pharmacist).get("/medication/").content.decode()


def test_a_search_that_finds_many_is_turned_page_by_page(browser, pharmacist):
    from epione.patients.domain.record import Identity
    from epione.patients.services import create_patients

    create_patients(
        identities=[Identity(f"Prénom{number}", "NOMBREUX", date(1950, 1, 1 + number % 28)) for number in range(30)],
        by=pharmacist,
    )
    first = browser.post("/patients/results/", {"q": "nombreux"}, headers={"hx-request": "true"}).content.decode()
    assert first.count("data-row") == 25
    assert 'name="page" value="2"' in first
    second = browser.post("/patients/results/", {"q": "nombreux", "page": "2"}, headers={"hx-request": "true"})
    assert second.content.decode().count("data-row") == 5
    assert 'value="2"' not in second.content.decode()
