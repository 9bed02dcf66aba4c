"""Tokens of the API: JWT access (an hour), refresh (a week) rotated at each use, families that fall together."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from epione.identity.errors import NotSignedIn
from epione.identity.models import RefreshToken, TokenFamily, User
from epione.identity.queries import actor_of
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.ids import uuid7

from .journal import note

AUDIENCE = "epione-api"
ALGORITHM = "RS256"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a program gets when a person signs in through it."""

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "bearer"  # noqa: S105 -- the kind of token, as OAuth names it


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a valid access token speaks for, and since when she is signed in."""

    actor: Actor
    user: User
    family: UUID
    since: float


@lru_cache(maxsize=2)
def _key(pem: str) -> RSAPrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the signing key must be RSA")
    return key


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _pair(family: TokenFamily) -> Tokens:
    moment = clock.now()
    claims: dict[str, Any] = {
        "iss": settings.TOKEN_ISSUER,
        "aud": AUDIENCE,
        "sub": str(family.user_id),
        "practice": str(family.practice_id),
        "sid": str(family.id),
        "jti": str(uuid7()),
        "iat": moment,
        "exp": moment + timedelta(seconds=settings.ACCESS_TOKEN_SECONDS),
    }
    access = jwt.encode(claims, _key(settings.IDP_OIDC_PRIVATE_KEY), ALGORITHM, headers={"typ": "at+jwt"})
    refresh = secrets.token_urlsafe(32)
    RefreshToken.objects.create(
        family=family,
        digest=_digest(refresh),
        expires_at=moment + timedelta(seconds=settings.REFRESH_TOKEN_SECONDS),
    )
    return Tokens(access, refresh, settings.ACCESS_TOKEN_SECONDS)


@transaction.atomic
def issue_tokens(*, user: User, by: Actor) -> Tokens:
    """Open a family of tokens for a person who has just proved who she is."""
    family = TokenFamily.objects.create(user=user, practice_id=by.practice_id)
    note("token_issued", user=user, by=by, family=str(family.id))
    return _pair(family)


@transaction.atomic
def _revoke(family: TokenFamily, reason: str) -> None:
    TokenFamily.objects.filter(pk=family.pk, revoked_at=None).update(revoked_at=timezone.now(), reason=reason)
    note("tokens_revoked", user=family.user, family=str(family.id), reason=reason)


def _alive(family: TokenFamily) -> bool:
    return family.revoked_at is None and actor_of(family.user, family.practice_id) is not None


def rotate_tokens(*, refresh_token: str) -> Tokens:
    """Exchange a refresh token, once: the second use of one shows a theft and revokes its whole family."""
    token = RefreshToken.objects.select_related("family__user").filter(digest=_digest(refresh_token)).first()
    if token is None or token.expires_at <= clock.now() or not _alive(token.family):
        raise NotSignedIn
    with transaction.atomic():
        # The row changes hands in one statement: of two programs that present it together, one loses.
        if RefreshToken.objects.filter(pk=token.pk, used_at=None).update(used_at=clock.now()):
            note("token_rotated", user=token.family.user, family=str(token.family_id))
            return _pair(token.family)
    _revoke(token.family, "reuse")
    raise NotSignedIn


def revoke_tokens(*, refresh_token: str) -> None:
    """Sign a program out: nothing of the family is worth anything any more."""
    token = RefreshToken.objects.select_related("family__user").filter(digest=_digest(refresh_token)).first()
    if token is not None and token.family.revoked_at is None:
        _revoke(token.family, "signed-out")


def revoke_all_tokens(*, user: User, reason: str) -> None:
    """End every program's access of one person."""
    for family in TokenFamily.objects.filter(user=user, revoked_at=None).select_related("user"):
        _revoke(family, reason)


def read_token(token: str) -> Bearer | None:
    """Who an access token speaks for; None when it is forged, expired, revoked or of a disabled person."""
    try:
        claims = jwt.decode(
            token,
            _key(settings.IDP_OIDC_PRIVATE_KEY).public_key(),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=settings.TOKEN_ISSUER,
            options={"require": ["exp", "iat", "sub", "sid", "practice"]},
        )
    except jwt.InvalidTokenError:
        return None
    family = TokenFamily.objects.select_related("user").filter(pk=claims["sid"], revoked_at=None).first()
    actor = actor_of(family.user, family.practice_id) if family else None
    if family is None or actor is None or str(actor.id) != claims["sub"]:
        return None
    return Bearer(actor, family.user, family.id, family.created_at.timestamp())
