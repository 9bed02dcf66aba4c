"""What sign-in, factors and lockouts announce, written to the ledger."""

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa import signals as factors
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.signals import user_locked_out
from django.contrib.auth import signals as sign_in
from django.http import HttpRequest

from . import sessions
from .models import User
from .providers.lockout import identifier
from .services import note


def _known(typed: str) -> User | None:
    return (
        (User.objects.filter(username__iexact=typed) | User.objects.filter(email__iexact=typed)).first()
        if typed
        else None
    )


def signed_in(sender: Any, request: HttpRequest, user: User, **_rest: Any) -> None:  # noqa: ARG001 -- a signal gives it
    """A person is in: her clocks start, her device is listed, her entry is written."""
    if not hasattr(request, "session") or "REMOTE_ADDR" not in request.META:
        return
    request.user = user
    sessions.begin(request)
    UserSession.objects.create_from_request(request)
    note("sign_in", user=user)


def signed_out(sender: Any, request: HttpRequest, user: User | None, **_rest: Any) -> None:  # noqa: ARG001 -- a signal gives it
    """A person is out."""
    if isinstance(user, User):
        note("sign_out", user=user)


def failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_rest: Any) -> None:  # noqa: ARG001 -- a signal gives it
    """Somebody failed to sign in."""
    user = _known(identifier(request, credentials))
    note("sign_in_failed", user=user, known=user is not None)


def locked_out(sender: Any, username: str | None = None, **_rest: Any) -> None:  # noqa: ARG001 -- a signal gives it
    """One identifier, or one address, has failed too often."""
    note("locked_out", user=_known(username or ""))


def _factor(action: str) -> Any:
    def write(sender: Any, user: User, authenticator: Authenticator, **_rest: Any) -> None:  # noqa: ARG001 -- a signal gives it
        note(action, user=user, factor=str(authenticator.type))

    return write


def password_is_new(sender: Any, user: User, **_rest: Any) -> None:  # noqa: ARG001 -- a signal gives it
    """A person changed her password."""
    note("change_password", user=user)


def connect() -> None:
    """Listen, once per process."""
    heard = {
        "in": (sign_in.user_logged_in, signed_in),
        "out": (sign_in.user_logged_out, signed_out),
        "failed": (sign_in.user_login_failed, failed),
        "locked": (user_locked_out, locked_out),
        "password": (password_changed, password_is_new),
        "factor-added": (factors.authenticator_added, _factor("add_factor")),
        "factor-removed": (factors.authenticator_removed, _factor("remove_factor")),
        "factor-reset": (factors.authenticator_reset, _factor("renew_factor")),
        "factor-used": (factors.authenticator_used, _factor("use_factor")),
        "factor-failed": (factors.authentication_failed, _factor("factor_failed")),
    }
    for name, (signal, handler) in heard.items():
        signal.connect(handler, weak=False, dispatch_uid=f"identity.{name}")
