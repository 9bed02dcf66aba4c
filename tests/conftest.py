"""Fixtures that every module's tests share: practices, people and signed-in clients."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from epione.kernel.actor import Actor, ActorKind
from epione.kernel.ids import uuid7


@pytest.fixture
def practice(db: None) -> Any:
    """A practice with an id and a name."""
    return SimpleNamespace(id=uuid7(), name="Pharmacie des Halles")


@pytest.fixture
def other_practice(db: None) -> Any:
    """Another practice, whose data must never be seen from the first."""
    return SimpleNamespace(id=uuid7(), name="Cabinet du Port")


@pytest.fixture
def actor(practice: Any) -> Callable[..., Actor]:
    """Makes actors: `actor()` is a pharmacist of the practice, `actor("auditor", practice=other_practice)` another."""

    def make(role: str = "pharmacist", practice: Any = practice) -> Actor:
        return Actor(
            id=uuid7(), kind=ActorKind.PERSON, practice_id=practice.id, roles=frozenset({role}), name=f"Test {role}"
        )

    return make


@pytest.fixture
def client_as(practice: Any, django_user_model: Any) -> Callable[..., Client]:
    """Makes signed-in browsers: `client_as("pharmacist")`."""

    def make(role: str = "pharmacist", practice: Any = practice) -> Client:
        user = django_user_model.objects.create_user(username=f"{role}-{uuid7()}", password="test")
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return make
