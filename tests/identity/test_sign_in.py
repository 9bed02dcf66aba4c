"""The way in by the pages: password, second factor, lockout, demo."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client

from epione.identity.models import User
from epione.identity.providers.passwords import BoundedArgon2Hasher
from epione.ledger.models import Entry

from .conftest import PASSWORD, code

Member = Callable[..., User]


def enter(client: Client, username: str = "camille.rey", password: str = PASSWORD, back: str = "") -> Any:
    return client.post("/sign-in/", {"login": username, "password": password, "next": back})


def actions() -> list[str]:
    return [entry.action for entry in Entry.objects.order_by("id") if entry.action.startswith("identity.")]


def test_a_stranger_is_sent_to_sign_in_with_her_page(client: Client, db: None) -> None:
    answer = client.get("/account/?tab=1")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=%2Faccount%2F%3Ftab%3D1")


def test_a_fragment_asked_by_a_stranger_moves_the_whole_page(client: Client, db: None) -> None:
    answer = client.get(
        "/account/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/patients/?q=a"}
    )
    assert answer["HX-Redirect"] == "/sign-in/?next=%2Fpatients%2F%3Fq%3Da"


def test_password_then_code_on_its_own_step_then_the_page(client: Client, member: Member) -> None:
    member(factor=True)
    first = enter(client, back="/account/")
    assert first["Location"] == "/account/factors/authenticate/"
    assert client.get("/account/").status_code == 302
    second = client.post("/account/factors/authenticate/", {"code": code()})
    assert second["Location"] == "/account/"
    assert client.get("/account/").status_code == 200


def test_an_e_mail_serves_as_identifier(client: Client, member: Member) -> None:
    member(factor=True, email="camille@example.org")
    assert enter(client, "Camille@example.org")["Location"] == "/account/factors/authenticate/"


@pytest.mark.parametrize(("username", "password"), [("camille.rey", "not the right one"), ("nobody", PASSWORD)])
def test_a_refusal_never_says_which_part_is_wrong(client: Client, member: Member, username: str, password: str) -> None:
    member(factor=True)
    answer = enter(client, username, password)
    assert answer.status_code == 200
    assert "L’identifiant ou le mot de passe n’est pas le bon." in answer.content.decode()


def test_a_clinical_role_enrols_a_factor_before_anything_opens(client: Client, member: Member) -> None:
    member()
    enter(client)
    assert client.get("/practice/people/")["Location"] == "/account/second-factor/"
    assert client.get("/account/second-factor/").status_code == 200
    # The first factor is enrolled right after the password, without being asked for it again.
    assert client.get("/account/factors/totp/activate/").status_code == 200
    api = client.get("/api/v1/auth/me")
    assert (api.status_code, api.json()["code"]) == (403, "second-factor-required")


def test_a_patient_may_stay_with_her_password(client: Client, member: Member) -> None:
    member("patient")
    enter(client)
    assert client.get("/account/").status_code == 200


def test_the_demo_asks_no_factor_and_shows_its_people(client: Client, member: Member, settings: Any) -> None:
    settings.DEMO, settings.SECOND_FACTOR_REQUIRED = True, False
    member()
    page = client.get("/sign-in/").content.decode()
    assert "camille.rey" in page
    assert settings.DEMO_PASSWORD in page
    enter(client)
    assert client.get("/account/").status_code == 200


def test_outside_the_demo_the_page_names_nobody(client: Client, member: Member) -> None:
    member()
    page = client.get("/sign-in/").content.decode()
    assert "camille.rey" not in page
    assert settings.DEMO_PASSWORD not in page


def test_five_failures_lock_the_person_and_not_her_neighbours(client: Client, member: Member) -> None:
    member(factor=True)
    member(username="voisine", factor=True)
    for _attempt in range(4):
        assert enter(client, password="no").status_code == 200
    fifth = enter(client, password="no")
    assert fifth.status_code == 429
    assert fifth["Retry-After"] == "900"
    assert enter(client).status_code == 429
    assert enter(client, "voisine")["Location"] == "/account/factors/authenticate/"


def test_the_api_shares_the_lock(client: Client, member: Member) -> None:
    member(factor=True)
    for _attempt in range(5):
        enter(client, password="no")
    answer = client.post("/api/v1/auth/login", {"username": "camille.rey", "password": PASSWORD, "otp": code()})
    assert (answer.status_code, answer.json()["code"]) == (429, "locked-out")


def test_codes_cannot_be_guessed_for_long(client: Client, member: Member) -> None:
    member(factor=True)
    enter(client)
    for _attempt in range(10):
        client.post("/account/factors/authenticate/", {"code": "000000"})
    answer = client.post("/account/factors/authenticate/", {"code": code()})
    assert answer.status_code == 200
    assert "Trop d’échecs" in answer.content.decode()


def test_fifty_failures_lock_the_address(client: Client, member: Member) -> None:
    member(factor=True)
    for attempt in range(49):
        enter(client, f"nobody{attempt}", "no")
    assert enter(client).status_code == 302
    enter(Client(), "nobody49", "no")
    assert enter(Client()).status_code == 429


def test_sign_ins_and_failures_are_in_the_ledger(client: Client, member: Member) -> None:
    member(factor=True)
    enter(client, password="no")
    enter(client)
    client.post("/account/factors/authenticate/", {"code": "000000"})
    client.post("/account/factors/authenticate/", {"code": code()})
    client.post("/sign-out/")
    assert actions()[-5:] == [
        "identity.sign_in_failed",
        "identity.factor_failed",
        "identity.use_factor",
        "identity.sign_in",
        "identity.sign_out",
    ]


def test_an_unapproved_person_stays_outside(client: Client, member: Member) -> None:
    member(status="pending")
    assert enter(client)["Location"] == "/sign-in/inactive/"
    assert client.get("/account/")["Location"].startswith("/sign-in/")


def test_my_devices_are_listed_and_ended(client: Client, member: Member) -> None:
    user = member("patient")
    enter(client)
    other = Client(headers={"user-agent": "Lynx"})
    enter(other)
    assert "Lynx" in client.get("/account/").content.decode()
    device = UserSession.objects.get(user=user, user_agent="Lynx")
    assert client.post(f"/account/devices/{device.pk}/end/").status_code == 302
    assert other.get("/account/")["Location"].startswith("/sign-in/")
    assert client.get("/account/").status_code == 200


def test_nobody_ends_the_device_of_another(client: Client, member: Member) -> None:
    member("patient")
    other = member("patient", "other")
    enter(client)
    enter(Client(), "other")
    device = UserSession.objects.get(user=other)
    assert client.post(f"/account/devices/{device.pk}/end/").status_code == 404


def test_changing_the_password_checks_it_and_ends_the_other_devices(client: Client, member: Member) -> None:
    member("patient")
    enter(client)
    other = Client()
    enter(other)
    form = {"oldpassword": PASSWORD, "password1": "court", "password2": "court"}
    refused = client.post("/account/password/", form)
    assert "15" in refused.content.decode()
    new = "une phrase que je retiens"
    client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert client.get("/account/").status_code == 200
    assert other.get("/account/")["Location"].startswith("/sign-in/")
    assert "identity.change_password" in actions()


def test_the_way_in_speaks_english(client: Client, db: None) -> None:
    page = client.get("/sign-in/", headers={"accept-language": "en"}).content.decode()
    assert "Identifier or e-mail" in page
    assert 'lang="en"' in page
    refused = client.post("/sign-in/", {"login": "x", "password": "y"}, headers={"accept-language": "en"})
    assert "The identifier or the password is not right." in refused.content.decode()


def test_pages_of_the_record_are_not_cached(client: Client, member: Member) -> None:
    member("patient")
    enter(client)
    assert "no-store" in client.get("/account/")["Cache-Control"]


def test_the_second_factor_is_sealed_in_the_database(member: Member) -> None:
    from allauth.mfa.models import Authenticator

    from .conftest import SECRET

    member(factor=True)
    assert SECRET not in str(Authenticator.objects.get().data)


def test_argon2_is_bounded_and_verifies() -> None:
    hasher = BoundedArgon2Hasher()
    encoded = hasher.encode("tilleul", "selselselsel")
    assert encoded.startswith("argon2$argon2id$v=19$m=47104,t=2,p=1$")
    assert hasher.verify("tilleul", encoded)
    assert not hasher.verify("tilleul2", encoded)
    assert BoundedArgon2Hasher._slots._value == 2
