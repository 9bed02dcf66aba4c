"""The search field finds patients of the practice only, and pages that the person may open."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils.translation import override

from epione.identity.public import PracticeFacts
from epione.kernel.actor import Actor
from epione.kernel.kit import search
from epione.patients.public import Identity, Sex, create_patient
from epione.project.searching import register_sources

Person = Callable[..., Actor]


@pytest.fixture(autouse=True)
def a_french_page() -> object:
    register_sources()
    with override("fr"):
        yield


def found(actor: Actor, text: str) -> dict[str, list[str]]:
    return {
        one.label: ["".join(piece for piece, _ in hit.pieces) for hit in one.hits] for one in search.find(actor, text)
    }


def admit(by: Actor) -> str:
    identity = Identity("Jeanne", "VASSEUR", date(1942, 3, 12), Sex.FEMALE)
    return str(create_patient(identity=identity, by=by).id)


def test_a_patient_is_found_with_her_date_of_birth_and_opens_her_record(actor: Person) -> None:
    pharmacist = actor()
    number = admit(pharmacist)

    hit = search.find(pharmacist, "vasseur")[0].hits[0]

    assert (hit.detail, number in hit.url) == ("12/03/1942", True)
    assert ("VASSEUR", True) in hit.pieces


def test_another_practice_finds_nobody(actor: Person, other_practice: PracticeFacts) -> None:
    admit(actor())

    assert "Patients" not in found(actor("pharmacist", practice=other_practice), "vasseur")


def test_pages_are_found_by_name_within_the_rights_of_the_person(actor: Person) -> None:
    assert "Accueil" in found(actor(), "accueil")["Pages"]
    assert "Patients" not in found(actor("auditor"), "patients").get("Pages", [])


def test_a_single_letter_is_not_searched(client_as: Callable[..., Client]) -> None:
    page = client_as().get("/search/", {"q": "v"}, headers={"accept-language": "fr"}).content.decode()

    assert "Tapez un nom" in page


def test_an_auditor_starts_on_the_ledger(client_as: Callable[..., Client]) -> None:
    assert client_as("auditor").get("/")["Location"] == "/ledger/"
