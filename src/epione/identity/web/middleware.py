"""Who acts in this request, whether the session still holds, and how often a program may call."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.cache import patch_cache_control

from epione.identity import sessions
from epione.identity.errors import NotSignedIn, ReauthenticationRequired, SessionLocked
from epione.identity.guards import return_address, to_sign_in
from epione.identity.models import User
from epione.identity.queries import actor_of, open_emergency
from epione.identity.rules import demands_factor
from epione.kernel.actor import Actor
from epione.kernel.context import current_origin, origin
from epione.kernel.http.problems import for_program, problem

from . import rates
from .bearer import read_bearer

Handler = Callable[[HttpRequest], HttpResponse]
WHILE_LOCKED = ("account_reauthenticate", "mfa_reauthenticate_webauthn", "account_logout")
RESUME = "identity:resume"
PROVIDER = "/identity/o/"


class ActorMiddleware:
    """Sets `request.actor` (None for a stranger) and keeps the session's clocks."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        if "authorization" in request.headers:
            request.actor = read_bearer(request)  # type: ignore[attr-defined]
        elif request.user.is_authenticated:
            refusal = self._session(request, request.user)
            if refusal is not None:
                return refusal
        limited = rates.refusal(request)
        if limited is not None:
            return limited
        return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        actor: Actor | None = request.actor  # type: ignore[attr-defined]
        if actor is not None and actor.break_glass is not None:
            with origin(replace(current_origin(), purpose="break-glass")):
                response = self.get_response(request)
        else:
            response = self.get_response(request)
        if actor is not None and "Cache-Control" not in response:
            # Records stay out of the browser's cache, and out of anybody else's.
            patch_cache_control(response, no_store=True, private=True)
        return response

    def _session(self, request: HttpRequest, user: User) -> HttpResponse | None:
        if sessions.SINCE not in request.session:
            sessions.begin(request)
        chosen = request.session.get(sessions.PRACTICE)
        actor = actor_of(user, UUID(chosen) if chosen else None)
        if actor is None:
            # Disabled or not yet approved: the session is worth nothing.
            logout(request)
            return None
        if sessions.ROLES in request.session:
            actor = replace(actor, roles=actor.roles & frozenset(request.session[sessions.ROLES]))
        if sessions.is_over(request):
            return self._end(request, actor)
        if sessions.is_locked(request):
            return self._lock(request, actor)
        sessions.touch(request)
        emergency = open_emergency(actor.id, actor.practice_id)
        request.actor = replace(actor, break_glass=emergency) if emergency else actor  # type: ignore[attr-defined]
        request.needs_factor = needs_factor = self._needs_factor(request, user, actor)  # type: ignore[attr-defined]
        # A program must not get, by her consent, what she may not open herself.
        if needs_factor and request.path.startswith(PROVIDER):
            return redirect("identity:second-factor")
        return None

    @staticmethod
    def _needs_factor(request: HttpRequest, user: User, actor: Actor) -> bool:
        if not demands_factor(actor):
            return False
        if not request.session.get("epione_factor"):
            request.session["epione_factor"] = is_mfa_enabled(user)
        return not request.session["epione_factor"]

    @staticmethod
    def _end(request: HttpRequest, actor: Actor) -> HttpResponse:
        sessions.keep_form(request, actor.practice_id)
        kept, page = request.session.get(sessions.KEPT), return_address(request)
        logout(request)
        if for_program(request):
            return problem(request, NotSignedIn())
        if kept:
            request.session[sessions.KEPT] = kept
            page = resolve_url(RESUME)
        return _go(request, f"{settings.LOGIN_URL}?{urlencode({'next': page})}")

    def _lock(self, request: HttpRequest, actor: Actor) -> HttpResponse | None:
        if any(request.path == resolve_url(name) for name in WHILE_LOCKED):
            return None
        if for_program(request):
            return problem(request, SessionLocked())
        return ask_again(request, actor)


def ask_again(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keep what was sent, ask who is there, and come back."""
    page = return_address(request)
    if request.method == "POST":
        sessions.keep_form(request, actor.practice_id)
        page = resolve_url(RESUME)
    return _go(request, f"{resolve_url('account_reauthenticate')}?{urlencode({'next': page})}")


def _go(request: HttpRequest, address: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


class SensitiveActMiddleware:
    """On a page, a refusal that a person can lift by proving who she is becomes the page that asks."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for the two refusals that sign-in owns; the others have their own renderer."""
        actor: Actor | None = getattr(request, "actor", None)
        if for_program(request):
            return None
        if isinstance(exception, ReauthenticationRequired) and actor is not None:
            return ask_again(request, actor)
        if isinstance(exception, NotSignedIn):
            return to_sign_in(request)
        return None
