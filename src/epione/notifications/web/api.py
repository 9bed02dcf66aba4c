"""`/api/v1/notifications`: send, read one's own, choose the channels."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import Field

from epione.identity.public import api_auth
from epione.kernel.actor import Actor
from epione.notifications import queries, services
from epione.notifications.providers import mail

from .schemas import History, NotificationOut, PreferenceOut, Preferences, Sending, SendingMade, Wishes

router = Router(tags=["Notifications"], auth=api_auth)


def _by(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@router.post("/send", response={201: SendingMade}, operation_id="notifications_send", summary="Send a message")
def send(request: HttpRequest, body: Sending) -> Status[services.Sent]:
    """Tell people of the practice something. Each hears it on the channels that she chose."""
    made = services.send_message(
        text=body.text, user_ids=body.user_ids, roles=body.roles, level=body.level, link=body.link, by=_by(request)
    )
    return Status(201, made)


@router.get("/history", response=History, operation_id="notifications_history", summary="My notifications")
def history(
    request: HttpRequest,
    *,
    page: Annotated[int, Field(ge=1, le=10_000)] = 1,
    size: Annotated[int, Field(ge=1, le=100)] = 25,
    unread: bool = False,
    kind: Annotated[str, Field(max_length=80)] = "",
) -> History:
    """The caller's own notifications, newest first."""
    by = _by(request)
    found, total = services.list_notifications(which=queries.Filter(kind, unread), by=by, page=page, size=size)
    return History(
        items=[NotificationOut.of(one) for one in found],
        total=total,
        unread=queries.unread_count(by.practice_id, by.id),
        page=page,
        size=size,
    )


def _preferences(by: Actor) -> Preferences:
    held = queries.preferences_of(by.practice_id, by.id, by.roles)
    return Preferences(
        preferences=[PreferenceOut.of(kind, choice) for kind, choice in held], mail_available=mail.is_configured()
    )


@router.get("/preferences", response=Preferences, operation_id="notifications_preferences", summary="My channels")
def preferences(request: HttpRequest) -> Preferences:
    """What the caller hears of each kind, and how."""
    return _preferences(_by(request))


@router.put(
    "/preferences", response=Preferences, operation_id="notifications_set_preferences", summary="Choose my channels"
)
def set_preferences(request: HttpRequest, body: Wishes) -> Preferences:
    """Choose how the caller hears of each kind. A mail never says more than that a notification waits."""
    by = _by(request)
    services.set_preferences(wishes={one.kind: one.channels() for one in body.preferences}, by=by)
    return _preferences(by)
