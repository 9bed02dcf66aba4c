"""The page and the commands of DICOM systems: an administrator enters, sees and takes away; others may not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from epione.identity.public import PracticeFacts
from epione.imaging.models import Peer
from epione.project.cli import imaging

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]
GOOD = {"ae_title": "CT1", "host": "192.0.2.7", "port": "104", "may": ["may_store", "may_query"]}


def test_a_system_is_entered_shown_and_taken_away(client_as: Browser) -> None:
    admin = client_as("admin")
    shown = admin.post("/imaging/systems/add/", GOOD, follow=True).content.decode()
    assert "CT1" in shown and "192.0.2.7:104" in shown and "envoyer des images, chercher" in shown
    [row] = Peer.objects.all()
    assert (row.may_store, row.may_query, row.may_retrieve) == (True, True, False)
    shown = admin.post(f"/imaging/systems/{row.id}/close/", follow=True).content.decode()
    assert "192.0.2.7:104" not in shown
    assert Peer.objects.get().closed_at is not None


@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [
        ({"ae_title": "A" * 17}, 422, "titre AE"),
        ({"host": "no way"}, 422, "adresse IP"),
        ({"port": "x"}, 422, "65535"),
        ({"may": []}, 422, "au moins une"),
        ({"may": ["everything"]}, 422, "au moins une"),
        ({}, 409, "déjà inscrit"),
    ],
)
def test_what_cannot_be_accepted_is_said_beside_what_was_typed(
    client_as: Browser, wrong: dict[str, Any], status: int, said: str
) -> None:
    admin = client_as("admin")
    if status == 409:
        admin.post("/imaging/systems/add/", GOOD)
    answer = admin.post("/imaging/systems/add/", GOOD | wrong)
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert Peer.objects.count() == (status == 409)


def test_a_radiologist_reads_the_list_and_changes_nothing(client_as: Browser) -> None:
    radiologist = client_as("radiologist")
    assert "systems/add" not in radiologist.get("/imaging/systems/").content.decode()
    assert radiologist.post("/imaging/systems/add/", GOOD).status_code == 403
    assert client_as("physician").get("/imaging/systems/").status_code == 403


def test_systems_are_entered_listed_and_removed_from_the_command_line(practice: PracticeFacts) -> None:
    def peer(*words: str) -> Any:
        return CliRunner().invoke(imaging.app, ["peer", *words])

    assert peer("add", "CT1", "192.0.2.7", "104").exit_code == 1
    assert peer("add", "CT1", "192.0.2.7", "104", "--store").exit_code == 0
    assert "CT1              192.0.2.7:104 store" in peer("list").stdout
    assert peer("remove", "CT2").exit_code == 1
    assert peer("remove", "CT1").exit_code == 0
    assert peer("list").stdout == ""
