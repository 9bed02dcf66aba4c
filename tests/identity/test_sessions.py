"""The life of a session: locked when nobody is there, ended after twelve hours, and nothing typed is lost."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from epione.identity import sessions
from epione.identity.models import User

from .conftest import PASSWORD
from .test_sign_in import enter

Member = Callable[..., User]


@pytest.fixture
def person(client: Client, member: Member, settings: Any) -> User:
    settings.SECOND_FACTOR_REQUIRED = False
    user = member("secretary")
    enter(client)
    return user


def later(client: Client, seconds: float, *names: str) -> None:
    """Move the clocks of the session into the past."""
    session = client.session
    for name in names or (sessions.SEEN,):
        session[name] -= seconds
    session.save()


def test_nobody_for_a_quarter_of_an_hour_locks_and_a_password_unlocks(client: Client, person: User) -> None:
    later(client, 901)
    asked = client.get("/account/?tab=2")
    assert asked["Location"] == "/account/confirm/?next=%2Faccount%2F%3Ftab%3D2"
    page = client.get(asked["Location"]).content.decode()
    assert "Session fermée après 15 minutes" in page
    assert client.get("/account/").status_code == 302
    answer = client.post("/account/confirm/", {"password": PASSWORD, "next": "/account/?tab=2"})
    assert answer["Location"] == "/account/?tab=2"
    assert client.get("/account/").status_code == 200


def test_just_before_it_stays_open(client: Client, person: User) -> None:
    later(client, 880)
    assert client.get("/account/").status_code == 200
    later(client, 880)
    assert client.get("/account/").status_code == 200


def test_a_wrong_password_does_not_unlock(client: Client, person: User) -> None:
    later(client, 901)
    client.get("/account/")
    client.post("/account/confirm/", {"password": "no"})
    assert client.get("/account/").status_code == 302


def test_the_api_of_a_locked_session_is_closed(client: Client, person: User) -> None:
    later(client, 901)
    answer = client.get("/api/v1/auth/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "session-locked")


def test_a_page_that_refreshes_itself_keeps_nobody_awake(client: Client, person: User) -> None:
    later(client, 600)
    client.get("/account/", headers={"Epione-Background": "1"})
    later(client, 301)
    assert client.get("/account/").status_code == 302


def test_twelve_hours_end_the_session_even_of_the_busiest(client: Client, person: User) -> None:
    later(client, 12 * 3600 + 1, sessions.SINCE)
    assert client.get("/account/")["Location"] == "/sign-in/?next=%2Faccount%2F"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("end", [{"seconds": 901, "names": ()}, {"seconds": 43_201, "names": (sessions.SINCE,)}])
def test_the_form_in_hand_comes_back_after_the_interruption(client: Client, person: User, end: dict[str, Any]) -> None:
    later(client, end["seconds"], *end["names"])
    typed = {"reason": "Patiente inconsciente aux urgences", "confirm_password": PASSWORD, "tags": ["a", "b"]}
    asked = client.post("/emergency-access/", typed)
    assert "next=%2Fsign-in%2Fresume%2F" in asked["Location"]
    assert "Patiente inconsciente" not in str(dict(client.session))

    if asked["Location"].startswith("/sign-in/"):
        back = enter(client, back="/sign-in/resume/")
    else:
        back = client.post("/account/confirm/", {"password": PASSWORD, "next": "/sign-in/resume/"})
    page = client.get(back["Location"]).content.decode()
    assert '<form method="post" action="/emergency-access/">' in page
    assert 'name="reason" value="Patiente inconsciente aux urgences"' in page
    assert page.count('name="tags"') == 2
    assert PASSWORD not in page


def test_another_person_at_the_same_screen_never_sees_the_form(client: Client, person: User, member: Member) -> None:
    later(client, 43_201, sessions.SINCE)
    client.post("/emergency-access/", {"reason": "Patiente inconsciente"})
    member("patient", "other")
    back = enter(client, "other", back="/sign-in/resume/")
    answer = client.get(back["Location"])
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_sensitive_act_asks_again_and_takes_the_password_in_the_form(client: Client, person: User) -> None:
    asked = client.post("/emergency-access/", {"reason": "Patiente inconsciente"})
    assert asked["Location"] == "/account/confirm/?next=%2Fsign-in%2Fresume%2F"
    wrong = client.post("/emergency-access/", {"reason": "Patiente inconsciente", "confirm_password": "no"})
    assert wrong["Location"] == "/account/confirm/?next=%2Fsign-in%2Fresume%2F"
    done = client.post("/emergency-access/", {"reason": "Patiente inconsciente", "confirm_password": PASSWORD})
    assert done["Location"] == "/"


def test_a_proof_lasts_five_minutes(client: Client, person: User) -> None:
    client.post("/account/confirm/", {"password": PASSWORD, "next": "/"})
    assert client.post("/emergency-access/", {"reason": "Patiente inconsciente"})["Location"] == "/"
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - 301
    session.save()
    answer = client.post("/emergency-access/", {"reason": "Patiente inconsciente"})
    assert answer["Location"].startswith("/account/confirm/")


def test_the_screen_closes_on_demand_and_comes_back_to_its_page(client: Client, person: User) -> None:
    assert client.get("/account/here/").status_code == 204
    asked = client.get("/sign-in/lock/?next=/account/")
    assert asked["Location"] == "/account/confirm/?next=%2Faccount%2F"
    assert client.get("/account/here/").status_code == 302
    client.post("/account/confirm/", {"password": PASSWORD, "next": "/account/"})
    assert client.get("/account/here/").status_code == 204


def test_closing_the_screen_never_leads_elsewhere(client: Client, person: User) -> None:
    assert client.get("/sign-in/lock/?next=https://elsewhere.example/")["Location"] == "/account/confirm/?next=%2F"


def test_every_page_closes_itself(client: Client, person: User) -> None:
    page = client.get("/account/").content.decode()
    assert 'data-idle="900"' in page
    assert "identity/idle" in page
