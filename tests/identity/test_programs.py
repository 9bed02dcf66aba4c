"""Programs: OAuth client credentials and authorization code, rate limits, problem details, the documentation pages."""

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.idp.oidc.models import Token
from allauth.mfa.models import Authenticator
from django.test import Client

from epione.identity.models import User
from epione.identity.public import PracticeFacts, create_api_client, service_actor
from epione.kernel.errors import Forbidden, Invalid
from epione.ledger.models import Entry

from .conftest import login
from .test_sign_in import enter

Member = Callable[..., User]
BACK = "https://program.example/back"


@pytest.fixture
def operator(practice: PracticeFacts) -> Any:
    return service_actor(practice.id, "tests", roles=frozenset({"admin"}))


def token(client: Client, **form: str) -> Any:
    return client.post("/identity/o/api/token", form)


def bearer(client: Client, access: str) -> Any:
    return client.get("/api/v1/auth/me", headers={"authorization": f"Bearer {access}"})


def test_a_machine_acts_in_its_own_name_with_its_roles(client: Client, operator: Any) -> None:
    made = create_api_client(name="Hospital", roles=["nurse"], by=operator)
    answer = token(
        client, grant_type="client_credentials", client_id=made.client_id, client_secret=made.secret, scope="openid"
    )
    assert answer.status_code == 200, answer.content
    me = bearer(client, answer.json()["access_token"]).json()
    assert (me["kind"], me["roles"], me["name"]) == ("service", ["nurse"], "Hospital")
    assert Entry.objects.filter(action="identity.token_issued").count() == 1


def test_a_wrong_secret_gives_nothing(client: Client, operator: Any) -> None:
    made = create_api_client(name="Hospital", roles=["nurse"], by=operator)
    answer = token(client, grant_type="client_credentials", client_id=made.client_id, client_secret="no")
    assert answer.status_code in {400, 401}
    assert "access_token" not in answer.json()


@pytest.mark.parametrize(
    ("roles", "rate"), [(["wizard"], "integration"), (["patient"], "integration"), (["nurse"], "turbo")]
)
def test_a_client_has_real_roles_and_a_real_class(operator: Any, roles: list[str], rate: str) -> None:
    with pytest.raises(Invalid):
        create_api_client(name="x", roles=roles, rate_class=rate, by=operator)


def test_only_an_administrator_makes_clients(actor: Any) -> None:
    with pytest.raises(Forbidden):
        create_api_client(name="x", roles=["nurse"], by=actor("pharmacist"))


def _agree(client: Client, client_id: str, scope: str, verifier: str) -> str:
    """A signed-in person agrees; what comes back to the program is the code."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": BACK,
        "scope": scope,
        "state": "s",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    page = client.get("/identity/o/authorize", asked)
    assert page.status_code == 200, page.content
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.content.decode()))
    form = {"request": fields["request"].replace("&quot;", '"'), "scopes": scope.split(), "action": "grant"}
    answer = client.post("/identity/o/authorize", form)
    assert answer.status_code == 302, answer.content
    return parse_qs(urlsplit(answer["Location"]).query)["code"][0]


@pytest.mark.parametrize(("scope", "opens"), [("openid epione", 200), ("openid", 401)])
def test_a_person_lends_her_rights_to_a_program_only_when_she_agrees(
    client: Client, operator: Any, member: Member, scope: str, opens: int
) -> None:
    made = create_api_client(name="Viewer", roles=[], redirect_uris=[BACK], by=operator)
    user = member("patient")
    enter(client)
    code = _agree(client, made.client_id, scope, "v" * 50)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "client_id": made.client_id,
        "client_secret": made.secret,
    }
    assert token(Client(), **form, code_verifier="w" * 50).status_code == 400
    code = _agree(client, made.client_id, scope, "v" * 50)
    tokens = token(Client(), **(form | {"code": code}), code_verifier="v" * 50).json()
    assert jwt.decode(tokens["id_token"], options={"verify_signature": False})["sub"] == str(user.id)
    assert bearer(Client(), tokens["access_token"]).status_code == opens


@pytest.fixture
def lent(client: Client, operator: Any, member: Member) -> Any:
    """What a person lent to a program: its credentials and the first tokens."""
    made = create_api_client(name="Viewer", roles=[], redirect_uris=[BACK], by=operator)
    member("patient")
    enter(client)
    code = _agree(client, made.client_id, "openid epione", "v" * 50)
    program = {"client_id": made.client_id, "client_secret": made.secret}
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": "v" * 50}
    return program, token(Client(), **form, **program).json()


def refresh(program: dict[str, str], tokens: Any) -> Any:
    return token(Client(), grant_type="refresh_token", refresh_token=tokens["refresh_token"], **program)


def test_a_refresh_token_of_the_provider_that_comes_back_ends_all_that_descend_from_it(lent: Any) -> None:
    program, first = lent
    second = refresh(program, first).json()
    third = refresh(program, second).json()
    assert bearer(Client(), third["access_token"]).status_code == 200
    answer = refresh(program, first)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})
    for tokens in (first, second, third):
        assert bearer(Client(), tokens["access_token"]).status_code == 401
        assert refresh(program, tokens).status_code == 400
    assert Entry.objects.filter(action="identity.tokens_revoked").count() == 1


def test_another_agreement_of_the_same_person_stays(client: Client, lent: Any) -> None:
    program, first = lent
    code = _agree(client, program["client_id"], "openid epione", "w" * 50)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": "w" * 50}
    other = token(Client(), **form, **program).json()
    refresh(program, first)
    refresh(program, first)
    assert bearer(Client(), other["access_token"]).status_code == 200
    assert refresh(program, other).status_code == 200


def test_a_refused_program_does_not_spend_the_token(lent: Any) -> None:
    program, first = lent
    assert refresh(program | {"client_secret": "no"}, first).status_code in {400, 401}
    assert refresh(program, first).status_code == 200


def test_a_refresh_token_that_nobody_gave_is_refused_and_ends_nothing(lent: Any) -> None:
    program, first = lent
    assert refresh(program, {"refresh_token": "made-up"}).status_code == 400
    assert refresh(program, first).status_code == 200


def test_without_a_second_factor_nobody_lends_clinical_rights(client: Client, operator: Any, member: Member) -> None:
    made = create_api_client(name="Viewer", roles=[], redirect_uris=[BACK], by=operator)
    member("pharmacist")
    enter(client)
    asked = {"response_type": "code", "client_id": made.client_id, "redirect_uri": BACK, "scope": "epione"}
    assert client.get("/identity/o/authorize", asked)["Location"] == "/account/second-factor/"


def test_rights_lent_fall_with_the_second_factor(client: Client, operator: Any, member: Member) -> None:
    made = create_api_client(name="Viewer", roles=[], redirect_uris=[BACK], by=operator)
    user = member("pharmacist", factor=True)
    lent = Token(type=Token.Type.ACCESS_TOKEN, client_id=made.client_id, user=user)
    lent.set_value("lent")
    lent.set_scopes(["epione"])
    lent.save()
    assert bearer(client, "lent").status_code == 200
    Authenticator.objects.all().delete()
    assert bearer(client, "lent").status_code == 401


def test_accounts_are_not_asked_for_by_the_hundred(client: Client, practice: PracticeFacts, settings: Any) -> None:
    settings.REQUESTS_PER_HOUR = settings.REQUESTS_PER_HOUR | {"registration": 2}
    answers = [client.post("/api/v1/auth/register", "{}", content_type="application/json") for _ask in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 429]


def test_the_provider_describes_itself(client: Client, db: None) -> None:
    document = client.get("/.well-known/openid-configuration").json()
    assert "S256" in document["code_challenge_methods_supported"]
    assert document["authorization_endpoint"].endswith("/identity/o/authorize")
    assert client.get("/.well-known/jwks.json").json()["keys"][0]["kty"] == "RSA"


def test_an_hour_is_spent_by_each_client_apart(client: Client, member: Member, settings: Any) -> None:
    settings.REQUESTS_PER_HOUR = settings.REQUESTS_PER_HOUR | {"interactive": 3}
    for name in ("one", "two"):
        member("patient", name)
    mine, hers = (login(Client(REMOTE_ADDR="10.0.0.9"), name).json()["access_token"] for name in ("one", "two"))
    assert [bearer(client, mine).status_code for _call in range(4)] == [200, 200, 200, 429]
    assert bearer(client, hers).status_code == 200
    refused = bearer(client, mine)
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert refused["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "too-many-requests"


def test_a_machine_has_its_own_class(client: Client, operator: Any, settings: Any) -> None:
    settings.REQUESTS_PER_HOUR = settings.REQUESTS_PER_HOUR | {"interactive": 1, "modality": 3}
    made = create_api_client(name="Scanner", roles=["nurse"], rate_class="modality", by=operator)
    access = token(client, grant_type="client_credentials", client_id=made.client_id, client_secret=made.secret).json()[
        "access_token"
    ]
    assert [bearer(client, access).status_code for _call in range(4)] == [200, 200, 200, 429]


def test_pages_are_not_counted(client: Client, db: None, settings: Any) -> None:
    settings.REQUESTS_PER_HOUR = settings.REQUESTS_PER_HOUR | {"interactive": 1}
    assert [client.get("/sign-in/").status_code for _call in range(3)] == [200, 200, 200]


def test_a_session_needs_the_csrf_token_on_the_api(member: Member) -> None:
    member("patient")
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/api/v1/auth/me").status_code == 200
    answer = client.post("/api/v1/patients/_search", "{}", content_type="application/json")
    assert answer.status_code == 403
    assert answer["content-type"] == "application/problem+json"


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_documentation_pages_hold_under_the_strict_policy(client: Client, db: None, page: str) -> None:
    answer = client.get(page)
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "'unsafe" not in answer["Content-Security-Policy"]
    assert not re.search(r"https?://", body)
    assert not re.search(r"<script(?![^>]*(src=|application/json))", body)
    assert not re.search(r"style=|<style", body)


def test_the_api_describes_its_calls(client: Client, db: None) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert "/api/v1/auth/login" in document["paths"]
    form = document["paths"]["/api/v1/auth/login"]["post"]["requestBody"]["content"]
    assert "application/x-www-form-urlencoded" in form
