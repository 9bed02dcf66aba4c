"""The number on the bell."""

from epione.kernel.actor import Actor, ActorKind
from epione.notifications.queries import unread_count


def unread(actor: Actor) -> int:
    """How many notifications wait to be read; a service gets none."""
    return 0 if actor.kind is ActorKind.SERVICE else unread_count(actor.practice_id, actor.id)
