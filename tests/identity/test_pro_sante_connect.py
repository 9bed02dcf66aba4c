"""Pro Santé Connect, against a provider of the same shape that lies in every known way."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from epione.identity.domain.professions import Activity, NoNationalIdError, professional, roles_for
from epione.identity.models import ExternalIdentity
from epione.identity.providers import pro_sante_connect
from epione.identity.public import PracticeFacts, create_user
from epione.ledger.models import Entry

RPPS = "10001234565"


def activity(structure: str = "CABINET ESSAI") -> dict[str, str]:
    return {
        "codeModeExercice": "L",
        "codeSecteurDactivite": "SA07",
        "codeSectionPharmacien": "",
        "codeRole": "",
        "numeroFinessSite": "",
        "identifiantTechniqueDeLaStructure": "R90001",
        "raisonSocialeSite": structure,
    }


def userinfo(profession: str = "21", structures: tuple[str, ...] = ("PHARMACIE MODELE",)) -> dict[str, Any]:
    """The real shape (fictitious person)."""
    return {
        "Secteur_Activite": "SA33^1.2.250.1.71.4.2.4",
        "sub": "f:00000000-0000-4000-8000-000000000002:ANSTEST000002",
        "preferred_username": "ANSTEST000002",
        "given_name": "Dominique",
        "family_name": "Modele",
        "SubjectNameID": f"8{RPPS}",
        "otherIds": [{"identifiant": "ANSTEST000002", "origine": "EDIT", "qualite": 1}],
        "Palier_Authentification": "APPPRIP3^1.2.250.1.213.1.5.1.1.1",
        "SubjectRole": [f"{profession}^1.2.250.1.213.1.1.5.5"],
        "SubjectOrganization": "PHARMACIE MODELE",
        "SubjectOrganizationID": "R90002",
        "SubjectRefPro": {
            "exercices": [
                {
                    "codeProfession": profession,
                    "codeSavoirFaire": "",
                    "activities": [activity(name) for name in structures],
                }
            ]
        },
    }


def make_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """A provider whose answers a test may bend."""

    issuer: str = ""
    keys: dict[str, rsa.RSAPrivateKey] = field(default_factory=lambda: {"k1": make_key()})
    kid: str = "k1"
    claims: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=userinfo)
    algorithm: str = "RS256"
    nonce: str = ""
    forms: list[dict[str, str]] = field(default_factory=list)

    def id_token(self) -> str:
        moment = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": "epione",
            "sub": self.about.get("sub"),
            "iat": moment,
            "exp": moment + 120,
            "nonce": self.nonce,
            "acr": "eidas1",
        } | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        headers = {"kid": self.kid}
        if self.algorithm == "none":
            return jwt.encode(claims, "", algorithm="none", headers=headers)
        if self.algorithm == "HS256":
            return self._signed_with_the_public_key(claims, headers)
        return jwt.encode(claims, self.keys[self.kid], algorithm="RS256", headers=headers)

    def _signed_with_the_public_key(self, claims: dict[str, Any], headers: dict[str, str]) -> str:
        """The old confusion: an HMAC whose secret is the key that everybody knows."""
        pem = (
            self.keys[self.kid]
            .public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
        parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT", **headers}, claims)]
        body = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
        mark = base64.urlsafe_b64encode(hmac.digest(pem, body, "sha256")).rstrip(b"=")
        return (body + b"." + mark).decode()

    def document(self, path: str) -> dict[str, Any]:
        base = f"{self.issuer}/protocol/openid-connect"
        answers: dict[str, Any] = {
            "/realm/.well-known/wallet-openid-configuration": {
                "issuer": self.issuer,
                "authorization_endpoint": self.issuer.replace("/realm", "/auth"),
                "token_endpoint": f"{base}/token",
                "userinfo_endpoint": f"{base}/userinfo",
                "jwks_uri": f"{base}/certs",
            },
            "/realm/protocol/openid-connect/token": {"access_token": "at", "id_token": self.id_token()},
            "/realm/protocol/openid-connect/userinfo": self.about,
            "/realm/protocol/openid-connect/certs": {"keys": [self._jwk(kid) for kid in self.keys]},
        }
        return dict(answers[path])

    def _jwk(self, kid: str) -> dict[str, Any]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.keys[kid].public_key(), as_dict=True)
        return {**public, "kid": kid, "use": "sig", "alg": "RS256"}


@pytest.fixture
def provider(settings: Any, practice: PracticeFacts) -> Iterator[Provider]:
    served = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(served.document(self.path)).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["content-length"])).decode()
            served.forms.append({name: values[0] for name, values in parse_qs(sent).items()})
            self.do_GET()

        def log_message(self, *_arguments: Any) -> None:
            """Nothing on the console."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.issuer = f"http://127.0.0.1:{server.server_port}/realm"
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    settings.PRO_SANTE_CONNECT = {
        "issuer": served.issuer,
        "discovery": "",
        "client_id": "epione",
        "client_secret": "not-much-of-a-secret",
    }
    pro_sante_connect._keys.clear()
    yield served
    server.shutdown()
    server.server_close()


@pytest.fixture
def pharmacist(practice: PracticeFacts) -> Any:
    return create_user(practice_id=practice.id, username="camille.rey", password=None, roles=["pharmacist"], rpps=RPPS)


def depart(client: Client, provider: Provider) -> dict[str, str]:
    """Leave for the provider: what it is asked."""
    address = client.get("/sign-in/psc/")["Location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    provider.nonce = asked["nonce"]
    return asked


def back(client: Client, asked: dict[str, str], **more: str) -> Any:
    return client.get("/sign-in/psc/callback/", {"code": "c0de", "state": asked["state"]} | more)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def refusals() -> int:
    return Entry.objects.filter(action="identity.psc_refused").count()


def test_a_pharmacist_comes_in_without_password(client: Client, provider: Provider, pharmacist: Any) -> None:
    asked = depart(client, provider)
    assert (asked["scope"], asked["acr_values"], asked["code_challenge_method"]) == (
        "openid scope_all",
        "eidas1",
        "S256",
    )
    assert back(client, asked)["Location"] == "/"
    assert client.get("/api/v1/auth/me").json()["roles"] == ["pharmacist"]
    assert provider.forms[0]["code_verifier"]
    linked = ExternalIdentity.objects.get()
    assert (linked.issuer, linked.subject) == (provider.issuer, provider.about["sub"])


@pytest.mark.parametrize(
    "claims",
    [
        {"acr": None},
        {"acr": "eidas0"},
        {"nonce": "another"},
        {"iss": "https://elsewhere.example/realm"},
        {"aud": "somebody-else"},
        {"exp": 1},
        {"sub": "f:other"},
    ],
)
def test_a_bent_id_token_is_refused(
    client: Client, provider: Provider, pharmacist: Any, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    answer = back(client, depart(client, provider))
    assert (answer.status_code, signed_in(client), refusals()) == (403, False, 1)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_an_id_token_without_a_real_signature_is_refused(
    client: Client, provider: Provider, pharmacist: Any, algorithm: str
) -> None:
    provider.algorithm = algorithm
    assert back(client, depart(client, provider)).status_code == 403
    assert not signed_in(client)


def test_a_state_serves_once_and_only_where_it_was_made(client: Client, provider: Provider, pharmacist: Any) -> None:
    asked = depart(client, provider)
    assert back(Client(), asked).status_code == 403
    assert back(client, asked, state="forged").status_code == 403
    # The forged answer used the attempt up.
    assert back(client, asked).status_code == 403
    asked = depart(client, provider)
    assert back(client, asked).status_code == 302
    client.post("/sign-out/")
    assert back(client, asked).status_code == 403


def test_keys_that_rotate_are_followed_and_unknown_ones_refused(
    client: Client, provider: Provider, pharmacist: Any
) -> None:
    assert back(client, depart(client, provider)).status_code == 302
    provider.keys, provider.kid = {"k2": make_key()}, "k2"
    other = Client()
    assert back(other, depart(other, provider)).status_code == 302
    provider.keys["k3"] = make_key()
    listed = provider.keys.copy()
    provider.kid = "k3"
    token = provider.id_token()
    provider.keys = {"k2": listed["k2"]}
    provider.kid, provider.id_token = "k2", lambda: token  # type: ignore[method-assign]
    last = Client()
    assert back(last, depart(last, provider)).status_code == 403


def test_no_national_id_is_refused(client: Client, provider: Provider, pharmacist: Any) -> None:
    del provider.about["SubjectNameID"]
    assert back(client, depart(client, provider)).status_code == 403


def test_no_reference_of_profession_gives_no_clinical_role(
    client: Client, provider: Provider, practice: PracticeFacts
) -> None:
    create_user(practice_id=practice.id, username="camille", password=None, roles=["pharmacist", "admin"], rpps=RPPS)
    del provider.about["SubjectRefPro"]
    assert back(client, depart(client, provider)).status_code == 302
    assert client.get("/api/v1/auth/me").json()["roles"] == ["admin"]


def test_a_clinician_whose_profession_is_not_vouched_for_stays_outside(
    client: Client, provider: Provider, pharmacist: Any
) -> None:
    provider.about = userinfo(profession="80")
    assert back(client, depart(client, provider)).status_code == 403
    assert not signed_in(client)


def test_several_activities_are_chosen_among(client: Client, provider: Provider, pharmacist: Any) -> None:
    provider.about = userinfo(structures=("PHARMACIE MODELE", "HOPITAL EXEMPLE"))
    answer = back(client, depart(client, provider))
    assert answer["Location"] == "/sign-in/psc/activity/"
    assert not signed_in(client)
    assert "HOPITAL EXEMPLE" in client.get("/sign-in/psc/activity/").content.decode()
    assert client.post("/sign-in/psc/activity/", {"activity": "7"}).status_code == 200
    assert client.post("/sign-in/psc/activity/", {"activity": "1"})["Location"] == "/"
    assert signed_in(client)


def test_the_same_subject_of_another_issuer_is_somebody_else(
    client: Client, provider: Provider, practice: PracticeFacts
) -> None:
    person = create_user(practice_id=practice.id, username="camille", password=None, roles=["pharmacist"])
    ExternalIdentity.objects.create(
        user_id=person.id, issuer="https://elsewhere.example/realm", subject=provider.about["sub"]
    )
    assert back(client, depart(client, provider)).status_code == 403


def test_nobody_goes_where_nothing_is_configured(client: Client, db: None) -> None:
    assert client.get("/sign-in/psc/").status_code == 404
    assert "Pro Santé Connect" not in client.get("/sign-in/").content.decode()


def test_claims_are_read_as_the_provider_writes_them() -> None:
    read = professional(userinfo(structures=("A", "B")))
    assert read.rpps == RPPS
    assert [one.structure for one in read.activities] == ["A", "B"]
    assert read.activities[0].profession == "21"
    with pytest.raises(NoNationalIdError):
        professional({"sub": "x"})


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["exercices", "activities", "codeProfession"]), inner)
    ),
    max_leaves=12,
)


@given(reference=ANYTHING, name=ANYTHING)
def test_claims_of_any_shape_are_read_or_refused(reference: Any, name: Any) -> None:
    read = professional({"SubjectNameID": f"8{RPPS}", "SubjectRefPro": reference, "given_name": name})
    assert all(isinstance(one.profession, str) for one in read.activities)


@pytest.mark.parametrize(
    ("held", "profession", "kept"),
    [
        ({"pharmacist"}, "21", {"pharmacist"}),
        ({"pharmacist", "admin"}, "10", {"admin"}),
        ({"surgeon", "physician"}, "10", {"surgeon", "physician"}),
        ({"nurse"}, "60", {"nurse"}),
        ({"patient"}, "60", set()),
        ({"auditor"}, "", {"auditor"}),
    ],
)
def test_a_profession_carries_its_roles(held: set[str], profession: str, kept: set[str]) -> None:
    assert roles_for(frozenset(held), Activity(profession, "", "", "", "")) == kept
