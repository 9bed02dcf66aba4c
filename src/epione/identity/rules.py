"""Who may do what."""

from django.conf import settings

from epione.kernel.actor import Actor, ActorKind
from epione.kernel.errors import Forbidden

from .domain.roles import PROTECTED_ROLES, permits


def allowed(by: Actor, scope: str) -> bool:
    """Whether the actor's roles, or her open emergency access, give this scope."""
    emergency = by.break_glass is not None and by.kind is ActorKind.PERSON
    return permits(by.roles, scope, emergency=emergency)


def require(by: Actor, scope: str) -> None:
    """Raise `Forbidden` unless the actor has the scope."""
    if not allowed(by, scope):
        raise Forbidden(scope=scope)


def demands_factor(actor: Actor) -> bool:
    """Whether the actor's roles demand a second factor here: clinical and administrative ones, outside the demo."""
    return bool(settings.SECOND_FACTOR_REQUIRED and actor.roles & PROTECTED_ROLES)
