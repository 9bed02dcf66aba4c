"""The API of sign-in: accounts, tokens, who am I."""

from allauth.mfa.base.forms import BaseAuthenticateForm
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest
from ninja import Form, Router
from ninja.responses import Status

from epione.identity.errors import SecondFactorRequired, WrongCredentials
from epione.identity.models import User
from epione.identity.public import api_auth, scopes_of
from epione.identity.queries import Person, actor_of
from epione.identity.rules import demands_factor
from epione.identity.services import Tokens, issue_tokens, register, revoke_tokens, rotate_tokens
from epione.kernel.actor import Actor

from .schemas import Account, Me, Refresh, Registration, TokenPair

router = Router(tags=["Authentication"])


def _pair(tokens: Tokens) -> TokenPair:
    return TokenPair(
        access_token=tokens.access_token,
        expires_in=tokens.expires_in,
        refresh_token=tokens.refresh_token,
        refresh_expires_in=settings.REFRESH_TOKEN_SECONDS,
    )


@router.post("/auth/register", response={201: Account}, auth=None, summary="Ask for an account")
def post_register(request: HttpRequest, body: Registration) -> Status[Person]:  # noqa: ARG001 -- the router gives it
    """Ask for an account. `status` is `pending` until an administrator approves it."""
    person = register(
        username=body.username, email=body.email, password=body.password, role=body.role, practice_id=body.practice
    )
    return Status(201, person)


def _second_factor(user: User, otp: str, actor: Actor) -> None:
    if is_mfa_enabled(user):
        if not BaseAuthenticateForm({"code": otp}, user=user).is_valid():
            raise WrongCredentials
    elif demands_factor(actor):
        raise SecondFactorRequired


@router.post("/auth/login", response=TokenPair, auth=None, summary="Sign in")
def post_login(request: HttpRequest, username: Form[str], password: Form[str], otp: Form[str] = "") -> TokenPair:
    """Sign in with a form. `otp` is the code of the second factor (or a recovery code) when there is one."""
    user = authenticate(request, username=username, password=password)
    actor = actor_of(user) if isinstance(user, User) else None
    if actor is None or not isinstance(user, User):
        raise WrongCredentials
    _second_factor(user, otp, actor)
    return _pair(issue_tokens(user=user, by=actor))


@router.post("/auth/refresh", response=TokenPair, auth=None, summary="Renew the tokens")
def post_refresh(request: HttpRequest, body: Refresh) -> TokenPair:  # noqa: ARG001 -- the router gives it
    """Exchange a refresh token for new tokens. The second use of one revokes every token of that sign-in."""
    return _pair(rotate_tokens(refresh_token=body.refresh_token))


@router.post("/auth/logout", response={204: None}, auth=None, summary="Sign out")
def post_logout(request: HttpRequest, body: Refresh) -> Status[None]:  # noqa: ARG001 -- the router gives it
    """Revoke the tokens of a sign-in; holding the refresh token is the right to do it."""
    revoke_tokens(refresh_token=body.refresh_token)
    return Status(204, None)


@router.get("/auth/me", response=Me, auth=api_auth, summary="Who am I")
def get_me(request: HttpRequest) -> Me:
    """Who the caller is, and her scopes."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return Me(
        id=actor.id,
        name=actor.name,
        kind=actor.kind,
        practice_id=actor.practice_id,
        roles=sorted(actor.roles),
        scopes=sorted(scopes_of(actor.roles, emergency=actor.break_glass is not None)),
        break_glass=actor.break_glass is not None,
    )
