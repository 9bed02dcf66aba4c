"""A practice and its people."""

from uuid import UUID

import pytest

from epione.identity.public import PracticeFacts, create_practice, create_user

PASSWORD = "tilleul-marjolaine-49"


@pytest.fixture
def practice(db: None) -> PracticeFacts:
    return create_practice(name="Maison de santé des Tilleuls", finess="750712184")


def join(practice_id: UUID, username: str, *roles: str) -> None:
    """A member with the password of the tests."""
    create_user(practice_id=practice_id, username=username, password=PASSWORD, roles=roles)
