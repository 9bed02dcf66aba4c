"""Reads of notifications; nothing here records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from epione.kernel.crypto import Erased, Place, unseal_json

from .domain.channels import Choice, chosen
from .kinds import Kind, kinds_for, words
from .models import Notification, Preference


@dataclass(frozen=True, slots=True)
class NotificationView:
    """A notification as its reader sees it; `text` is "" when the person it speaks of was erased."""

    id: UUID
    kind: str
    level: str
    text: str
    link: str
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which notifications: of a kind, unread only."""

    kind: str = ""
    unread: bool = False


def place_of(row: Notification) -> Place:
    """Where the parameters of a notification are sealed."""
    return Place(row.practice_id, row.patient_id, "notifications_notification", row.id, "sealed")


def view_of(row: Notification) -> NotificationView:
    """The notification in the language of the moment."""
    try:
        text = words(row.kind, unseal_json(place_of(row), bytes(row.sealed)))
    except Erased:
        text = ""
    return NotificationView(row.id, row.kind, row.level, text, row.link, row.created_at, row.read_at)


def of_person(practice_id: UUID, user_id: UUID) -> QuerySet[Any]:
    """The notifications on the screen of a person."""
    return Notification.objects.of_practice(practice_id).filter(user_id=user_id, on_screen=True)


def unread_count(practice_id: UUID, user_id: UUID) -> int:
    """How many wait to be read."""
    return int(of_person(practice_id, user_id).filter(read_at=None).count())


def listed(
    practice_id: UUID, user_id: UUID, which: Filter, *, begin: int, size: int
) -> tuple[list[NotificationView], int]:
    """Those that fit, newest first, and how many there are."""
    rows = of_person(practice_id, user_id)
    if which.kind:
        rows = rows.filter(kind=which.kind)
    if which.unread:
        rows = rows.filter(read_at=None)
    return [view_of(row) for row in rows.order_by("-id")[begin : begin + size]], rows.count()


def kinds_had(practice_id: UUID, user_id: UUID) -> list[str]:
    """The kinds of which the person has a notification."""
    rows = of_person(practice_id, user_id).order_by("kind")
    return list(rows.values_list("kind", flat=True).distinct())


def choices_of(practice_id: UUID, user_ids: Iterable[UUID], kind: Kind) -> dict[UUID, Choice]:
    """What each of these people chose for one kind."""
    wanted = list(user_ids)
    wishes: dict[UUID, dict[str, bool]] = {one: {} for one in wanted}
    rows = Preference.objects.of_practice(practice_id).filter(user_id__in=wanted, kind=kind.key)
    for user_id, channel, is_wanted in rows.values_list("user_id", "channel", "wanted"):
        wishes[user_id][channel] = is_wanted
    return {one: chosen(found, required=kind.required) for one, found in wishes.items()}


def preferences_of(practice_id: UUID, user_id: UUID, roles: frozenset[str]) -> list[tuple[Kind, Choice]]:
    """Every kind that the person may get, with what she chose."""
    return [(kind, choices_of(practice_id, [user_id], kind)[user_id]) for kind in kinds_for(roles)]
