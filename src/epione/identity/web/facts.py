"""What the shell of a page says of a person: practice, role, emergency access."""

from uuid import UUID

from django.shortcuts import resolve_url
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from epione.identity.domain.roles import TITLES
from epione.identity.models import EmergencyAccess, Membership, Practice
from epione.identity.queries import people_of
from epione.identity.rules import allowed
from epione.kernel.actor import Actor
from epione.kernel.kit.shell import EmergencyLine


def may(actor: Actor, scope: str) -> bool:
    """Whether the navigation shows this entry."""
    return allowed(actor, scope)


def practice(actor: Actor) -> str:
    """The name of the actor's practice."""
    return Practice.objects.filter(pk=actor.practice_id).values_list("name", flat=True).first() or ""


def role(actor: Actor) -> str:
    """Her roles in words."""
    language = "en" if get_language() == "en" else "fr"
    return ", ".join(TITLES[name][language] for name in sorted(actor.roles) if name in TITLES)


def emergency(actor: Actor) -> EmergencyLine | None:
    """The red banner of an open emergency access."""
    if actor.break_glass is None:
        return None
    row = EmergencyAccess.objects.of_practice(actor.practice_id).get(pk=actor.break_glass)
    return EmergencyLine(_("every record"), row.reason, row.expires_at, resolve_url("identity:end-emergency"))


def waiting_reviews(actor: Actor) -> int | None:
    """How many emergency accesses wait for their review."""
    return EmergencyAccess.objects.of_practice(actor.practice_id).filter(reviewed_at=None).count() or None


def people(actor: Actor) -> list[tuple[UUID, str]]:
    """The members of the actor's practice by name, those whose access is closed included."""
    return [(one.id, one.name or one.username) for one in people_of(actor.practice_id)]


def waiting_people(actor: Actor) -> int | None:
    """How many people wait for an administrator's approval."""
    return Membership.objects.of_practice(actor.practice_id).filter(status=Membership.Status.PENDING).count() or None
