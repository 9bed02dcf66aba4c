"""The life of a session: idle lock, absolute end, forms kept meanwhile, re-authentication."""

import base64
import time
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.conf import settings
from django.http import HttpRequest

from epione.kernel.crypto import Place, seal_json, unseal_json

from .errors import ReauthenticationRequired

KEPT = "epione_kept"
LOCKED = "epione_locked"
SEEN, SINCE = "epione_seen", "epione_since"
PRACTICE = "epione_practice"
ROLES = "epione_roles"
WRITE_EVERY = 30
LARGEST_FORM = 200_000
SECRET_FIELDS = frozenset(
    {"csrfmiddlewaretoken", "confirm_password", "password", "password1", "password2", "oldpassword"}
)


def begin(request: HttpRequest) -> None:
    """Start the clocks of a session that has just been opened."""
    request.session[SINCE] = request.session[SEEN] = time.time()
    request.session.pop(LOCKED, None)


def is_over(request: HttpRequest) -> bool:
    """Whether the session reached its absolute end, activity or not."""
    return bool(time.time() - request.session.get(SINCE, 0) > settings.SESSION_COOKIE_AGE)


def is_locked(request: HttpRequest) -> bool:
    """Whether nobody was there for too long; a re-authentication since then unlocks."""
    session = request.session
    if LOCKED not in session and time.time() - session.get(SEEN, 0) > settings.IDLE_SECONDS:
        session[LOCKED] = time.time()
    if LOCKED not in session:
        return False
    if _last_proof(request) > session[LOCKED]:
        del session[LOCKED]
        session[SEEN] = time.time()
        return False
    return True


def touch(request: HttpRequest) -> None:
    """Somebody is there; a page that refreshes itself says so with a header, and does not count."""
    if "Epione-Background" in request.headers:
        return
    if time.time() - request.session.get(SEEN, 0) > WRITE_EVERY:
        request.session[SEEN] = time.time()


def _last_proof(request: HttpRequest) -> float:
    records = get_authentication_records(request, request.user)
    return max((record["at"] for record in records if record.get("reauthenticated")), default=0.0)


def reauthenticated(request: HttpRequest, within: int = 300) -> bool:
    """Whether the person proved again who she is, less than `within` seconds ago.

    A program proves it by the age of its sign-in.
    """
    since: float | None = getattr(request, "bearer_since", None)
    proof = since if since is not None else _last_proof(request)
    return time.time() - proof < within


def require_reauthentication(request: HttpRequest, within: int = 300) -> None:
    """Accept a recent proof, or the password typed in the form's `confirm_password`; else ask for it.

    Raises `ReauthenticationRequired`: on a page, the form is kept, the person asked, and her form brought back.
    """
    if reauthenticated(request, within):
        return
    password = request.POST.get("confirm_password", "")
    if password and request.user.is_authenticated and get_adapter(request).reauthenticate(request.user, password):
        reauthenticate_by_password(request)
        return
    raise ReauthenticationRequired


def _place(practice_id: UUID, user_id: UUID) -> Place:
    return Place(practice_id=practice_id, subject_id=None, table="session", row=user_id, column=KEPT)


def keep_form(request: HttpRequest, practice_id: UUID) -> None:
    """Keep the form that could not be received now, sealed; files are not kept."""
    if request.method != "POST" or request.content_type == "application/json":
        return
    fields = [[name, value] for name, values in request.POST.lists() if name not in SECRET_FIELDS for value in values]
    if sum(len(str(name)) + len(str(value)) for name, value in fields) > LARGEST_FORM:
        return
    user_id = UUID(str(request.user.pk))
    shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    form = {"path": request.get_full_path(), "page": shown.path, "fields": fields}
    sealed = base64.b64encode(seal_json(_place(practice_id, user_id), form)).decode()
    request.session[KEPT] = {"user": str(user_id), "practice": str(practice_id), "sealed": sealed}


def kept_form(request: HttpRequest) -> dict[str, Any] | None:
    """The form kept for this person, if any; another person's is never shown."""
    kept = request.session.get(KEPT)
    if not kept or kept["user"] != str(request.user.pk):
        return None
    form: dict[str, Any] = unseal_json(
        _place(UUID(kept["practice"]), UUID(kept["user"])), base64.b64decode(kept["sealed"])
    )
    return form


def forget_form(request: HttpRequest) -> None:
    """The form was sent again, or given up."""
    request.session.pop(KEPT, None)
