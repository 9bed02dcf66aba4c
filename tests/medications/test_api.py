"""`/api/v1/medications`: search, resolution, sheet, editions, corrections."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from epione.medications.providers.memory import load_catalogue

PLACE = "/api/v1/medications"


def test_search(client_as: Callable[..., Client]) -> None:
    answer = client_as().get(f"{PLACE}/search", {"q": "kardegik 75"}).json()
    assert answer["query"] == "kardegik 75"
    assert (answer["results"][0]["cis"], answer["results"][0]["fuzzy"]) == ("64755969", True)
    assert answer["results"][0]["substances"][0] == {
        "code": "00005",
        "name": "ACIDE ACÉTYLSALICYLIQUE",
        "amount": 75.0,
        "unit": "mg",
    }


@pytest.mark.parametrize("query", [{}, {"q": "x" * 201}, {"q": "x", "limit": 0}, {"q": "x", "limit": "a"}])
def test_a_search_that_cannot_be_read_is_refused(client_as: Callable[..., Client], query: dict[str, str]) -> None:
    answer = client_as().get(f"{PLACE}/search", query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_resolution_proposes_and_does_not_choose(client_as: Callable[..., Client]) -> None:
    answer = client_as().get(f"{PLACE}/resolve", {"text": "efferalgan codeine"}).json()
    assert (answer["quality"], answer["drug"]) == ("ambiguous", None)
    assert answer["candidates"]


def test_one_speciality_and_its_sheet(client_as: Callable[..., Client]) -> None:
    client = client_as("nurse")
    assert client.get(f"{PLACE}/specialities/64755969").json()["atc"] == ["B01AC06"]
    sheet = client.get(f"{PLACE}/specialities/64755969/sheet").json()
    assert sheet["drug"]["cis"] == "64755969"
    assert sheet["presentations"][0]["reimbursement"] == "65%"
    assert client.get(f"{PLACE}/specialities/64755969/history").json() == []


@pytest.mark.parametrize("end", ["", "/sheet"])
def test_an_unknown_speciality_is_said(client_as: Callable[..., Client], end: str) -> None:
    answer = client_as().get(f"{PLACE}/specialities/12345678{end}")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-speciality")
    assert "12345678" in answer.json()["detail"]


def test_editions_have_their_age(client_as: Callable[..., Client]) -> None:
    tables = {one["table"]: one for one in client_as().get(f"{PLACE}/catalogue").json()}
    assert (tables["smr"]["edition"], tables["smr"]["old"]) == ("2023-11-18", True)


@pytest.mark.django_db(transaction=True)
def test_a_pharmacist_corrects_a_code(
    client_as: Callable[..., Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EPIONE_HOME", str(tmp_path))
    answer = client_as().post(
        f"{PLACE}/specialities/64755969/atc", {"atc": "N02BA01", "reason": "essai"}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["atc"], answer.json()["atc_source"]) == (200, ["N02BA01"], "validated")
    monkeypatch.undo()
    drug = load_catalogue().by_cis("64755969")
    assert drug is not None
    assert drug.atc == ("B01AC06",)


def test_a_nurse_corrects_nothing(client_as: Callable[..., Client]) -> None:
    answer = client_as("nurse").post(
        f"{PLACE}/specialities/64755969/atc", {"atc": "N02BA01", "reason": "essai"}, content_type="application/json"
    )
    assert answer.status_code == 403


@pytest.mark.django_db
def test_nobody_signed_out_is_answered() -> None:
    assert Client().get(f"{PLACE}/search", {"q": "kardegic"}).status_code == 401
