"""Fixtures that every module's tests share: practices, people and signed-in clients."""

from collections.abc import Callable
from itertools import count

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from epione.identity.public import PracticeFacts, actor_of, create_practice, create_user
from epione.kernel.actor import Actor

PASSWORD = "tilleul-marjolaine-49"
_numbers = count(1)


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
    """Makes signed-in browsers: `client_as("pharmacist")`, or of a person that `actor` made: `client_as(by=actor())`."""

    def make(role: str = "pharmacist", practice: PracticeFacts = practice, by: Actor | None = None) -> Client:
        known = {"pk": by.id} if by else {"username": _join(role, practice)}
        client = Client()
        client.force_login(
            get_user_model().objects.get(**known), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return make
