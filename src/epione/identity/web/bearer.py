"""Reading of `Authorization: Bearer`: our own tokens and those of the OAuth provider."""

from allauth.idp.oidc.models import Token
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest

from epione.identity.models import ApiClient, User
from epione.identity.queries import actor_of
from epione.identity.rules import demands_factor
from epione.identity.services import read_token
from epione.kernel.actor import Actor, ActorKind


def read_bearer(request: HttpRequest) -> Actor | None:
    """The actor of the token, or None; the request then carries its class of rate and the age of the sign-in."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    own = read_token(token) if token.count(".") == 2 else None
    if own is not None:
        request.user = own.user
        request.bearer_since = own.since  # type: ignore[attr-defined]
        return own.actor
    return _provider_token(request, token)


def _provider_token(request: HttpRequest, token: str) -> Actor | None:
    found = Token.objects.lookup(Token.Type.ACCESS_TOKEN, token)
    if found is None:
        return None
    request.bearer_since = found.created_at.timestamp()  # type: ignore[attr-defined]
    if found.user is not None:
        # A person's token opens the API only when she agreed to the scope that says so.
        return _lent(found.user) if "epione" in found.get_scopes() else None
    client = ApiClient.objects.filter(client_id=found.client_id).first()
    if client is None:
        return None
    request.rate_class = client.rate_class  # type: ignore[attr-defined]
    return Actor(client.id, ActorKind.SERVICE, client.practice_id, frozenset(client.roles), client.name)


def _lent(user: User) -> Actor | None:
    actor = actor_of(user)
    return None if actor is None or (demands_factor(actor) and not is_mfa_enabled(user)) else actor
