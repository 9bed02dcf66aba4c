"""People who sign in for real: password, second factor, tokens."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from epione.identity.models import User
from epione.identity.public import PracticeFacts, create_user

PASSWORD = "tilleul-marjolaine-49"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _fresh_buckets() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def member(practice: PracticeFacts) -> Callable[..., User]:
    """Makes a person with the password of the tests: `member("pharmacist", factor=True)`."""

    def make(role: str = "pharmacist", username: str = "camille.rey", *, factor: bool = False, **more: Any) -> User:
        made = create_user(practice_id=practice.id, username=username, password=PASSWORD, roles=[role], **more)
        user = User.objects.get(pk=made.id)
        if factor:
            from allauth.mfa.adapter import get_adapter

            Authenticator.objects.create(
                user=user, type=Authenticator.Type.TOTP, data={"secret": get_adapter().encrypt(SECRET)}
            )
        return user

    return make


def code(at: float | None = None) -> str:
    """What the telephone shows."""
    return str(format_hotp_value(hotp_value(SECRET, int((at or time.time()) // 30))))


def login(client: Client, username: str = "camille.rey", password: str = PASSWORD, **more: str) -> Any:
    """`POST /auth/login`, as the specification writes it."""
    return client.post("/api/v1/auth/login", {"username": username, "password": password, **more})


__all__ = ["PASSWORD", "TOTP", "code", "login"]
