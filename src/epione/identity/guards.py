"""The guards of pages and of the API: who is there, and may she."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from ninja.errors import HttpError
from ninja.security import HttpBearer
from ninja.utils import check_csrf

from epione.kernel.actor import Actor
from epione.kernel.errors import Forbidden

from .domain.operations import OPERATIONS, key_of
from .errors import NotSignedIn, SecondFactorRequired
from .rules import allowed, require

API = "api/v1/"
Page = Callable[..., HttpResponseBase]


def return_address(request: HttpRequest) -> str:
    """The page to come back to after signing in: the one shown, also when a fragment was asked."""
    shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    if shown.path:
        return f"{shown.path}?{shown.query}" if shown.query else shown.path
    return request.get_full_path()


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a stranger to the sign-in page, which brings her back."""
    address = f"{settings.LOGIN_URL}?{urlencode({'next': return_address(request)})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def signed_in(scope: str) -> Callable[[Page], Page]:
    """A page that needs a signed-in actor with this scope; `request.actor` is then never None."""

    def decorate(page: Page) -> Page:
        @wraps(page)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None:
                return to_sign_in(request)
            if getattr(request, "needs_factor", False):
                return redirect("identity:second-factor")
            require(actor, scope)
            return page(request, *args, **kwargs)

        guarded.scope = scope  # type: ignore[attr-defined]
        return guarded

    return decorate


def _protected() -> None:
    """Stands for the view in the CSRF check: the API's own views are exempt, a session's calls are not."""


def called_with(scope: str) -> Callable[[Page], Page]:
    """An address of programs outside the API: a stranger is refused, not sent to sign in.

    A session's call that changes something carries its CSRF token; a Bearer token needs none.
    """

    def decorate(page: Page) -> Page:
        @wraps(page)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require(_caller(request), scope)
            return page(request, *args, **kwargs)

        guarded.scope = scope  # type: ignore[attr-defined]
        guarded.csrf_exempt = True  # type: ignore[attr-defined]
        return guarded

    return decorate


def _caller(request: HttpRequest) -> Actor:
    """Who calls, by token or session; raises `NotSignedIn`, `SecondFactorRequired` or `Forbidden`."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise NotSignedIn
    if getattr(request, "needs_factor", False):
        raise SecondFactorRequired
    if "authorization" not in request.headers and check_csrf(request, _protected):
        raise Forbidden(scope="csrf")
    return actor


def declared_scopes(request: HttpRequest) -> tuple[str, ...]:
    """The scopes that the table gives to the call of this request; a call that the table does not know stays closed."""
    route = request.resolver_match.route if request.resolver_match else ""
    key = key_of(request.method or "", f"/{route.partition(API)[2]}")
    if key not in OPERATIONS:
        raise LookupError(f"'{key}' has no scope: say who may call it in identity/domain/operations.py")
    return OPERATIONS[key]


class ApiAuth(HttpBearer):
    """Authenticates a call by its Bearer token, or by the session of a page together with its CSRF token.

    The middleware has read the token or the session already; here the call is refused when nobody is there.
    """

    def __call__(self, request: HttpRequest) -> Actor:
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None:
            raise NotSignedIn
        if getattr(request, "needs_factor", False):
            raise SecondFactorRequired
        if "authorization" not in request.headers and check_csrf(request, _protected):
            raise HttpError(403, "CSRF verification failed")
        scopes = declared_scopes(request)
        if not any(allowed(actor, scope) for scope in scopes):
            raise Forbidden(scope=scopes[0])
        return actor

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Part of the base class; `__call__` answers alone."""
        return getattr(request, "actor", None)


api_auth = ApiAuth()
