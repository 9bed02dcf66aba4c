"""The patient API: create, read, search, page, correct, delete, merge, entries, refusals."""

from datetime import date

import pytest

from epione.patients.public import Identity, create_patient, create_patients, search_patients

pytestmark = pytest.mark.django_db
BASE = "/api/v1/patients"
JEANNE = {"first_name": "Jeanne", "last_name": "Vasseur", "birth_date": "1942-03-12", "sex": "female"}


@pytest.fixture
def pharmacist(actor):
    return actor("pharmacist")


@pytest.fixture
def browser(client_as, pharmacist):
    return client_as(by=pharmacist)


def send(browser, method, url, body=None):
    return getattr(browser, method)(url, body, content_type="application/json")


@pytest.fixture
def jeanne(browser):
    return send(browser, "post", BASE, JEANNE).json()


def test_a_patient_is_created_read_corrected_deleted(browser, jeanne):
    url = f"{BASE}/{jeanne['id']}"
    read = browser.get(url).json()
    assert (read["last_name"], read["version"]) == ("Vasseur", 1)
    corrected = send(browser, "put", url, {**JEANNE, "phone": "0102030405", "version": 1})
    assert (corrected.status_code, corrected.json()["version"]) == (200, 2)
    late = send(browser, "put", url, {**JEANNE, "version": 1})
    assert (late.status_code, late.json()["code"]) == (409, "version-conflict")
    assert late.json()["current"]["phone"] == "0102030405"
    assert browser.delete(f"{url}?reason=doublon").status_code == 204
    assert browser.get(url).status_code == 404


def test_pages_of_patients(browser, pharmacist):
    people = [Identity("Luc", f"Martin{n:02d}", date(1950, 1, 1)) for n in range(7)]
    create_patients(identities=people, by=pharmacist)
    page = browser.get(f"{BASE}?page=2&size=3").json()
    assert (page["total"], page["page"], page["size"], len(page["items"])) == (7, 2, 3, 3)
    seen = {one["id"] for n in (1, 2, 3) for one in browser.get(f"{BASE}?page={n}&size=3").json()["items"]}
    assert len(seen) == 7
    assert browser.get(f"{BASE}?page=0").status_code == 422
    assert browser.get(f"{BASE}?size=101").status_code == 422


def test_search_takes_its_words_in_the_body(browser, jeanne):
    found = send(browser, "post", f"{BASE}/_search", {"text": "vass 1942-03-12"}).json()
    assert [one["id"] for one in found["items"]] == [jeanne["id"]]
    assert send(browser, "post", f"{BASE}/_search", {"text": "vass 1943-03-12"}).json()["items"] == []


def test_a_twin_is_refused_with_its_candidates_until_it_is_confirmed(browser, jeanne):
    refused = send(browser, "post", BASE, {**JEANNE, "first_name": "Jane"})
    assert (refused.status_code, refused.json()["candidates"]) == (409, [jeanne["id"]])
    assert send(browser, "post", BASE, {**JEANNE, "first_name": "Jane", "confirmed_distinct": True}).status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"first_name": " "}, "first_name"),
        ({"birth_date": "2031-01-01"}, "birth_date"),
        ({"birth_date": "1850-01-01"}, "birth_date"),
        ({"social_security": "242037511600187"}, "social_security"),
        ({"email": "nobody"}, "email"),
    ],
)
def test_what_cannot_be_kept_is_named(browser, change, field):
    refused = send(browser, "post", BASE, {**JEANNE, **change})
    assert refused.status_code == 422
    assert field in refused.json()["errors"]


def test_what_cannot_be_read_is_placed_and_not_repeated(browser):
    refused = send(browser, "post", BASE, {**JEANNE, "birth_date": "hier-secret"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["place"][-1] == "birth_date"
    assert "hier-secret" not in refused.content.decode()


def test_entries_are_added_corrected_retracted(browser, jeanne):
    url = f"{BASE}/{jeanne['id']}/facts"
    entry = {
        "kind": "observation",
        "content": {"code": "creatinine", "value": 98, "unit": "µmol/L"},
        "on": "2026-11-01",
    }
    added = send(browser, "post", url, [entry])
    assert added.status_code == 201
    first = added.json()[0]
    assert first["content"]["unit"] == "umol/L"
    doubtful = send(
        browser, "post", url, [{**entry, "content": {"code": "creatinine", "value": 1.2, "unit": "µmol/L"}}]
    )
    assert doubtful.status_code == 422
    change = {"content": {"code": "creatinine", "value": 102, "unit": "µmol/L"}, "on": "2026-11-01"}
    corrected = send(browser, "put", f"{url}/{first['id']}", change).json()
    assert [fact["content"]["value"] for fact in browser.get(url).json()] == [102]
    assert send(browser, "put", f"{url}/{first['id']}", change).status_code == 409
    assert send(browser, "post", f"{url}/{corrected['id']}/retract", {"reason": "autre patient"}).status_code == 204
    assert browser.get(url).json() == []


def test_a_merge_reads_two_records_as_one_and_can_be_undone(browser, jeanne):
    other = send(browser, "post", BASE, {**JEANNE, "last_name": "Leroux"}).json()
    url = f"{BASE}/{jeanne['id']}"
    assert (
        send(browser, "post", f"{url}/merge", {"merged_id": other["id"], "reason": "même personne"}).status_code == 200
    )
    assert browser.get(f"{BASE}/{other['id']}").json()["id"] == jeanne["id"]
    assert send(browser, "post", f"{BASE}/{other['id']}/unmerge").status_code == 200
    assert browser.get(f"{BASE}/{other['id']}").json()["id"] == other["id"]


def test_another_practice_finds_nothing(client_as, other_practice, jeanne):
    stranger = client_as("pharmacist", practice=other_practice)
    url = f"{BASE}/{jeanne['id']}"
    assert stranger.get(url).status_code == 404
    assert send(stranger, "put", url, {**JEANNE, "version": 1}).status_code == 404
    assert stranger.delete(url).status_code == 404
    assert stranger.get(BASE).json()["total"] == 0


@pytest.mark.parametrize(
    ("role", "listed", "created"),
    [("secretary", 200, 201), ("nurse", 200, 403), ("auditor", 403, 403), ("admin", 403, 403)],
)
def test_each_role_has_its_rights(client_as, role, listed, created):
    client = client_as(role)
    assert client.get(BASE).status_code == listed
    assert send(client, "post", BASE, JEANNE).status_code == created


def test_a_whole_file_of_patients_is_found_like_one_opened_by_hand(pharmacist):
    people = [Identity("Luc", "Lefèvre", date(1950, 1, 1)), Identity("Zoé", "Martin", date(1960, 5, 6))]
    first, second = create_patients(identities=people, by=pharmacist)
    for typed, expected in (("lefe", first), ("lefebvre", first), ("06/05/1960", second), ("mart zo", second)):
        assert [card.id for card in search_patients(text=typed, by=pharmacist).cards] == [expected]
    by_hand = create_patient(identity=Identity("Éva", "Lefranc", date(1970, 1, 1)), by=pharmacist)
    found = {card.id for card in search_patients(text="lef", by=pharmacist).cards}
    assert found == {first, by_hand.id}
