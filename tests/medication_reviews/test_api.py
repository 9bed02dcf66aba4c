"""The API of medication reviews, with the shapes that clients see."""

import json
from datetime import date

import pytest

from epione.medication_reviews import services

pytestmark = pytest.mark.django_db
URL = "/api/v1/medication-reviews"
CASE = {
    "id": "1",
    "patient": {"age": 81, "sex": "female"},
    "drugs": [{"name": "lormetazepam 1 mg", "frequency": "0-0-0-1", "start": "2025-01-01"}],
    "conditions": [],
}


@pytest.fixture
def client(client_as, pharmacist):
    return client_as(by=pharmacist)


def send(client, method, url, body):
    return getattr(client, method)(url, json.dumps(body), content_type="application/json")


def test_a_case_is_reviewed_and_not_kept(client):
    answer = send(client, "post", f"{URL}/review", CASE)
    assert answer.status_code == 200
    assert "STOPP-D8" in {finding["id"] for finding in answer.json()["findings"]}


def test_a_bad_case_is_refused_with_its_places(client):
    answer = send(client, "post", f"{URL}/review", {**CASE, "patient": {"age": -3}})
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("application/problem+json")
    assert "age" in json.dumps(answer.json())


def test_a_review_is_opened_analysed_and_decided(client, jeanne):
    body = {"patient_id": str(jeanne.id), "consent_on": "2026-11-02"}
    opened = send(client, "post", URL, body)
    assert (opened.status_code, opened.json()["next"]) == (201, "collection")
    assert send(client, "post", URL, body).status_code == 409
    review = opened.json()["id"]
    analysis = client.post(f"{URL}/{review}/analyses").json()
    key = analysis["content"]["cards"][0]["key"]
    refused = send(client, "put", f"{URL}/{review}/decisions/{key}", {"decision": "rejected"})
    assert refused.status_code == 422
    assert send(client, "put", f"{URL}/{review}/decisions/{key}", {"decision": "accepted"}).status_code == 204
    [decision] = client.get(f"{URL}/{review}/decisions").json()
    body = {"answer": "followed", "on": "2026-11-19"}
    assert send(client, "put", f"{URL}/{review}/answers/{decision['id']}", body).status_code == 204
    assert client.get(f"{URL}/{review}/decisions").json()[0]["answer"] == "followed"
    assert client.get(URL).json()["total"] == 1


def test_the_billing_page_says_what_forbids_each_step(client, pharmacist, jeanne):
    review = services.start_review(patient_id=jeanne.id, consent_on=date(2026, 11, 2), content={}, by=pharmacist)
    page = client.get(f"/medication/{review.id}/billing/").content.decode()
    assert "à vérifier sur ameli" in page
    assert "15,00" not in page
    client.post(f"/medication/{review.id}/billing/adhesion/")
    assert "Facturée" in client.get(f"/medication/{review.id}/billing/").content.decode()


def test_another_practice_finds_nothing(client_as, other_practice, pharmacist, jeanne):
    review = services.start_review(patient_id=jeanne.id, consent_on=date(2026, 11, 2), content={}, by=pharmacist)
    stranger = client_as("pharmacist", practice=other_practice)
    assert stranger.get(f"{URL}/{review.id}").status_code == 404
    assert stranger.get(URL).json()["total"] == 0
