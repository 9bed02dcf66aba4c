"""Refresh tokens of the OpenID provider: a family that falls together when one of it serves twice (RFC 9700, 2.2.2)."""

from datetime import timedelta
from uuid import UUID

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Token
from django.conf import settings
from django.db import transaction

from epione.identity.models import ApiClient, Grant, GrantToken
from epione.identity.queries import service_actor
from epione.kernel import clock

from .journal import note


class GrantReused(Exception):
    """A refresh token was presented a second time: somebody else holds a copy of it."""

    def __init__(self, grant_id: UUID) -> None:
        super().__init__("grant-reused")
        self.grant_id = grant_id


def claim_grant(*, refresh_token: str) -> Grant | None:
    """Spend a refresh token, once, in the caller's transaction; its family, None when it belongs to none.

    Raises `GrantReused`. The row changes hands in one statement: of two programs that present it together, one loses.
    """
    token = GrantToken.objects.select_related("grant").filter(digest=_digest(refresh_token), refresh=True).first()
    if token is None:
        return None
    if token.grant.revoked_at or not GrantToken.objects.filter(pk=token.pk, used_at=None).update(used_at=clock.now()):
        raise GrantReused(token.grant_id)
    return token.grant


def remember_grant(*, grant: Grant | None, access_token: str, refresh_token: str) -> None:
    """Count the tokens that were just given to a family, a new one when there is none yet."""
    given = Token.objects.lookup(Token.Type.ACCESS_TOKEN, access_token)
    if given is None or given.user_id is None:
        return
    grant = grant or Grant.objects.create(client_id=given.client_id, user_id=given.user_id)
    until = clock.now() + timedelta(seconds=settings.REFRESH_TOKEN_SECONDS)
    GrantToken.objects.bulk_create(
        GrantToken(grant=grant, digest=_digest(value), refresh=refresh, expires_at=until)
        for value, refresh in ((access_token, False), (refresh_token, True))
    )


@transaction.atomic
def revoke_grant(*, grant_id: UUID) -> None:
    """End every token of a family, of the thief and of the robbed alike; it is recorded once."""
    if not Grant.objects.filter(pk=grant_id, revoked_at=None).update(revoked_at=clock.now()):
        return
    grant = Grant.objects.select_related("user").get(pk=grant_id)
    Token.objects.filter(hash__in=grant.tokens.values_list("digest", flat=True)).delete()
    client = ApiClient.objects.filter(client_id=grant.client_id).first()
    by = service_actor(client.practice_id, client.name) if client else None
    note("tokens_revoked", user=grant.user, by=by, client=grant.client_id, reason="reuse")


def _digest(value: str) -> str:
    return str(get_adapter().hash_token(value))
