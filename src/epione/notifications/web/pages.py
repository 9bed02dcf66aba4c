"""Pages of notifications: mine, their filters, the channels that I chose."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from epione.identity.public import signed_in
from epione.kernel.actor import Actor
from epione.kernel.kit.parts import Tab
from epione.notifications import queries, services
from epione.notifications.domain.channels import CHANNELS, IMPORTANT, INFO, MAIL, SCREEN, URGENT
from epione.notifications.kinds import label_of
from epione.notifications.providers import mail

SIZE = 30
LEVELS = {INFO: "info", IMPORTANT: "pe", URGENT: "ad"}
"""A level of a notification -> the colour of the kit."""


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in actor of a page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@signed_in("account:read")
def listing(request: HttpRequest) -> HttpResponseBase:
    """My notifications, newest first."""
    by = actor_of(request)
    known = queries.kinds_had(by.practice_id, by.id)
    kind, only = request.GET.get("kind", ""), request.GET.get("view") == "unread"
    kind = kind if kind in known else ""
    asked = request.GET.get("page", "1")
    number = max(int(asked), 1) if asked.isdigit() and len(asked) < 6 else 1
    found, total = services.list_notifications(which=queries.Filter(kind, only), by=by, page=number, size=SIZE)
    views = {"": _("All"), "unread": _("Unread")}
    context = {
        "lines": [(one, LEVELS[one.level], _level(one.level), label_of(one.kind)) for one in found],
        "page": Paginator(range(total), SIZE).get_page(number),
        "kinds": [(one, label_of(one), one == kind) for one in known],
        "views": [Tab(text, _address(kind, key), (key == "unread") is only) for key, text in views.items()],
        "view": "unread" if only else "",
        "filtered": bool(kind or only),
        "unread": queries.unread_count(by.practice_id, by.id),
    }
    return render(request, "notifications/list.html", context)


def _level(level: str) -> str:
    return {INFO: "", IMPORTANT: _("Important"), URGENT: _("Urgent")}[level]


def _address(kind: str, view: str) -> str:
    kept = [f"{name}={value}" for name, value in (("kind", kind), ("view", view)) if value]
    return "?" + "&".join(kept)


@signed_in("account:read")
def go(request: HttpRequest, notification_id: UUID) -> HttpResponseBase:
    """Open one of mine: it is read, and leads where it says."""
    found = services.open_notification(notification_id=notification_id, by=actor_of(request))
    return redirect(found.link or "notifications:list")


@require_POST
@signed_in("account:write")
def read(request: HttpRequest, notification_id: UUID) -> HttpResponseBase:
    """Mark one of mine as read."""
    services.mark_read(notification_id=notification_id, by=actor_of(request))
    return redirect("notifications:list")


@require_POST
@signed_in("account:write")
def read_all(request: HttpRequest) -> HttpResponseBase:
    """Mark all of mine as read."""
    count = services.mark_read(by=actor_of(request))
    told = ngettext("%(n)s notification is marked as read.", "%(n)s notifications are marked as read.", count)
    messages.success(request, told % {"n": count})
    return redirect("notifications:list")


@signed_in("account:write")
def preferences(request: HttpRequest) -> HttpResponseBase:
    """Choose what I hear of, and how."""
    by = actor_of(request)
    held = queries.preferences_of(by.practice_id, by.id, by.roles)
    if request.method == "POST":
        ticked = set(request.POST.getlist("wanted"))
        open_channels = CHANNELS if mail.is_configured() else (SCREEN,)
        wishes = {
            kind.key: {
                channel: f"{kind.key}:{channel}" in ticked
                for channel in open_channels
                if not (kind.required and channel == SCREEN)
            }
            for kind, _choice in held
        }
        services.set_preferences(wishes=wishes, by=by)
        messages.success(request, _("Your choice is saved."))
        return redirect("notifications:preferences")
    context = {"held": held, "mail": mail.is_configured(), "channels": {"screen": SCREEN, "mail": MAIL}}
    return render(request, "notifications/preferences.html", context)
