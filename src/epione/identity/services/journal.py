"""What the ledger keeps of sign-ins, failures, lockouts, factors and tokens."""

from typing import Any

from django.db import transaction

from epione.identity.models import Membership, Practice, User
from epione.identity.queries import service_actor
from epione.kernel.actor import Actor, ActorKind
from epione.ledger.public import record


def _actor(user: User | None) -> Actor | None:
    """Who the entry is about; a stranger's failure goes to the practice that this installation opened first."""
    membership = Membership.objects.filter(user=user).order_by("created_at").first() if user else None
    if user is not None and membership is not None:
        roles = frozenset(membership.roles)
        return Actor(user.id, ActorKind.PERSON, membership.practice_id, roles, user.get_full_name())
    practice = Practice.objects.order_by("created_at").first()
    return service_actor(practice.id, "Sign-in") if practice else None


@transaction.atomic
def note(action: str, *, user: User | None, by: Actor | None = None, **facts: Any) -> None:
    """Record one event of sign-in about a person, or about a stranger when `user` is None.

    The identifier that a stranger typed is not kept: people type their password there.
    """
    actor = by or _actor(user)
    if actor is None:
        return
    entity = ("user", str(user.id) if user else "unknown")
    record(action=f"identity.{action}", by=actor, entity=entity, after=facts or None)
