"""Tokens: what the specification promises, and what a thief meets."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from epione.identity.errors import NotSignedIn
from epione.identity.models import Membership, RefreshToken, TokenFamily, User
from epione.identity.services import clean_up, rotate_tokens
from epione.kernel import clock

from .conftest import code, login

Member = Callable[..., User]


def me(client: Client, token: str) -> Any:
    return client.get("/api/v1/auth/me", headers={"authorization": f"Bearer {token}"})


def refresh(client: Client, token: str) -> Any:
    return client.post("/api/v1/auth/refresh", {"refresh_token": token}, content_type="application/json")


def test_sign_in_gives_tokens_as_the_specification_writes_them(client: Client, member: Member) -> None:
    member(factor=True)
    answer = login(client, otp=code())
    assert answer.status_code == 200
    body = answer.json()
    assert (body["token_type"], body["expires_in"], body["refresh_expires_in"]) == ("bearer", 3600, 604_800)
    assert me(client, body["access_token"]).json()["roles"] == ["pharmacist"]


@pytest.mark.parametrize(
    "wrong", [{"password": "not that one at all"}, {"username": "nobody"}, {"otp": "000000"}, {"otp": ""}]
)
def test_wrong_sign_ins_all_look_alike(client: Client, member: Member, wrong: dict[str, str]) -> None:
    member(factor=True)
    given = {"otp": code()} | wrong
    answer = login(client, **given)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "wrong-credentials"


def test_no_token_without_a_second_factor_for_a_clinical_role(client: Client, member: Member) -> None:
    member()
    answer = login(client)
    assert (answer.status_code, answer.json()["code"]) == (403, "second-factor-required")


def test_a_code_serves_once(client: Client, member: Member) -> None:
    member(factor=True)
    now = code()
    assert login(client, otp=now).status_code == 200
    assert login(client, otp=now).status_code == 401


def test_each_refresh_token_serves_once_and_the_second_use_ends_the_family(client: Client, member: Member) -> None:
    member(factor=True)
    first = login(client, otp=code()).json()
    second = refresh(client, first["refresh_token"]).json()
    assert me(client, second["access_token"]).status_code == 200

    assert refresh(client, first["refresh_token"]).status_code == 401

    family = TokenFamily.objects.get()
    assert family.reason == "reuse"
    assert me(client, second["access_token"]).status_code == 401
    assert me(client, first["access_token"]).status_code == 401
    assert refresh(client, second["refresh_token"]).status_code == 401


def test_a_refresh_token_ends_after_a_week(client: Client, member: Member) -> None:
    member(factor=True)
    token = login(client, otp=code()).json()["refresh_token"]
    RefreshToken.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert refresh(client, token).status_code == 401


def test_signing_out_ends_the_access_at_once(client: Client, member: Member) -> None:
    member(factor=True)
    tokens = login(client, otp=code()).json()
    answer = client.post(
        "/api/v1/auth/logout", {"refresh_token": tokens["refresh_token"]}, content_type="application/json"
    )
    assert answer.status_code == 204
    assert me(client, tokens["access_token"]).status_code == 401


def test_the_database_holds_no_token(client: Client, member: Member) -> None:
    member(factor=True)
    token = login(client, otp=code()).json()["refresh_token"]
    assert token not in str(list(RefreshToken.objects.values()))


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_signed_otherwise_is_worth_nothing(client: Client, member: Member, algorithm: str) -> None:
    member(factor=True)
    claims = jwt.decode(login(client, otp=code()).json()["access_token"], options={"verify_signature": False})
    forged = jwt.encode(claims, settings.SECRET_KEY if algorithm == "HS256" else "", algorithm=algorithm)
    assert me(client, forged).status_code == 401


def test_another_subject_than_the_family_is_refused(client: Client, member: Member) -> None:
    member(factor=True)
    other = member(username="other")
    claims = jwt.decode(login(client, otp=code()).json()["access_token"], options={"verify_signature": False})
    forged = jwt.encode(claims | {"sub": str(other.id)}, settings.IDP_OIDC_PRIVATE_KEY, algorithm="RS256")
    assert me(client, forged).status_code == 401


def test_a_disabled_member_loses_her_token(client: Client, member: Member) -> None:
    member(factor=True)
    token = login(client, otp=code()).json()["access_token"]
    Membership.objects.update(status="disabled")
    assert me(client, token).status_code == 401


def test_registering_waits_for_an_administrator(client: Client, practice: Any) -> None:
    body = {"username": "new.nurse", "email": "n@example.org", "password": "marronnier-violet", "role": "nurse"}
    answer = client.post("/api/v1/auth/register", body, content_type="application/json")
    assert answer.status_code == 201
    account = answer.json()
    assert (account["status"], account["roles"], account["practice_id"]) == ("pending", ["nurse"], str(practice.id))
    assert "password" not in account
    assert login(client, "new.nurse", "marronnier-violet").status_code == 401


@pytest.mark.parametrize(
    ("role", "password"),
    [("nurse", "court"), ("patient", "quatorze-signes"[:14]), ("nurse", "password1"), ("nurse", "new.nurse-new")],
)
def test_weak_passwords_are_refused(client: Client, practice: Any, role: str, password: str) -> None:
    body = {"username": "new.nurse", "email": "n@example.org", "password": password, "role": role}
    answer = client.post("/api/v1/auth/register", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert password not in answer.content.decode()


def test_no_composition_rule(client: Client, practice: Any) -> None:
    body = {"username": "p", "email": "n@example.org", "password": "un seul mot mais tres long", "role": "patient"}
    answer = client.post("/api/v1/auth/register", body | {"username": "patiente"}, content_type="application/json")
    assert answer.status_code == 201


def test_cleaning_keeps_what_still_serves(client: Client, member: Member) -> None:
    member(factor=True)
    token = login(client, otp=code()).json()["refresh_token"]
    assert clean_up()["families"] == 0
    RefreshToken.objects.update(expires_at=clock.now() - timedelta(days=29))
    assert clean_up()["families"] == 0
    RefreshToken.objects.update(expires_at=clock.now() - timedelta(days=31))
    clean_up()
    assert not RefreshToken.objects.exists()
    assert refresh(client, token).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_of_two_programs_with_one_refresh_token_one_loses_and_both_end(client: Client, member: Member) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("the suite's SQLite lives in memory, where two writers cannot meet")
    member(factor=True)
    token = login(client, otp=code()).json()["refresh_token"]
    gate, results = threading.Barrier(2), []

    def present() -> None:
        gate.wait()
        try:
            rotate_tokens(refresh_token=token)
            results.append("served")
        except NotSignedIn:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=present) for _program in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["refused", "served"]
    assert TokenFamily.objects.get().reason == "reuse"
