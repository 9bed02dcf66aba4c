"""Fixtures that every module's tests share: practices, people and signed-in clients."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.contrib.auth import get_user_model
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from epione.identity.public import PracticeFacts, actor_of, create_practice, create_user
from epione.kernel.actor import Actor

# Time limits of single examples belong to benches: a busy machine must not turn a property red, nor a day differ.
hypothesis_settings.register_profile(
    "suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("suite")

PASSWORD = "tilleul-marjolaine-49"
DATABASE_ONLY = "EPIONE_TEST_DATABASE_ONLY"
"""Set by the pass on the second database: what never opens one is not run twice."""
_numbers = count(1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not os.environ.get(DATABASE_ONLY):
        return
    asked = {"db", "transactional_db", "django_db_setup", "live_server"}
    using = [
        item for item in items if item.get_closest_marker("django_db") or asked & set(getattr(item, "fixturenames", ()))
    ]
    kept = set(using)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = using


@pytest.fixture
def practice(db: None) -> PracticeFacts:
    """The practice where the test takes place."""
    return create_practice(name="Pharmacie des Halles")


@pytest.fixture
def other_practice(db: None) -> PracticeFacts:
    """Another practice, whose data must never be seen from the first."""
    return create_practice(name="Cabinet du Port")


def _join(role: str, practice: PracticeFacts) -> str:
    username = f"{role}{next(_numbers)}"
    create_user(
        practice_id=practice.id,
        username=username,
        password=PASSWORD,
        roles=[role],
        first_name="Camille",
        last_name=role.capitalize(),
    )
    return username


@pytest.fixture
def actor(practice: PracticeFacts) -> Callable[..., Actor]:
    """Makes people: `actor()` is a pharmacist of the practice, `actor("auditor", practice=other_practice)` another."""

    def make(role: str = "pharmacist", practice: PracticeFacts = practice) -> Actor:
        person = get_user_model().objects.get(username=_join(role, practice))
        made = actor_of(person, practice.id)
        assert made is not None
        return made

    return make


@pytest.fixture
def client_as(practice: PracticeFacts) -> Callable[..., Client]:
    """Makes signed-in browsers: `client_as("nurse")`, or the one of a person that `actor` made: `client_as(by=...)`."""

    def make(role: str = "pharmacist", practice: PracticeFacts = practice, by: Actor | None = None) -> Client:
        known = {"pk": by.id} if by else {"username": _join(role, practice)}
        person = get_user_model().objects.get(**known)
        Authenticator.objects.get_or_create(
            user=person, type=Authenticator.Type.TOTP, defaults={"data": {"secret": ""}}
        )
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return make


@pytest.fixture
def tls_files(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of this machine, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - timedelta(minutes=5))
        .not_valid_after(start + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    paths = tmp_path / "tls.pem", tmp_path / "tls.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, *private))
    return paths
