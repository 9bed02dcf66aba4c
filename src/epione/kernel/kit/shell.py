"""What the shell of a page says about the person, the practice and the ledger; modules above the kernel provide it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from epione.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """The state of the ledger at the foot of the navigation; `head` is the hash drawn as a fingerprint."""

    entries: int
    verified_at: datetime | None
    head: bytes = b""
    url: str = ""
    intact: bool = True


@dataclass(frozen=True, slots=True)
class EmergencyLine:
    """An open emergency access: whose record, why, until when, where to close it."""

    patient: str
    reason: str
    until: datetime
    close_url: str = ""


@dataclass(slots=True)
class Providers:
    """Functions given by other modules; each has an honest answer while nobody provides it."""

    may: Callable[[Actor, str], bool] = field(default=lambda _actor, scope: not scope)
    practice: Callable[[Actor], str] = field(default=lambda _actor: "")
    role: Callable[[Actor], Any] = field(default=lambda _actor: "")
    ledger: Callable[[Actor], LedgerLine | None] = field(default=lambda _actor: None)
    emergency: Callable[[Actor], EmergencyLine | None] = field(default=lambda _actor: None)
    unread: Callable[[Actor], int] = field(default=lambda _actor: 0)


_providers = Providers()


def provide(**functions: Callable[..., Any]) -> None:
    """Give one or several of the functions of `Providers`, by name; unknown names are refused."""
    for name, function in functions.items():
        if name not in Providers.__slots__:
            raise TypeError(f"The shell asks for no {name!r}")
        setattr(_providers, name, function)


def may(actor: Actor, scope: str) -> bool:
    """Whether this actor holds the scope; an empty scope is everybody's."""
    return not scope or _providers.may(actor, scope)


def practice_of(actor: Actor) -> str:
    """The name of the practice, as its people call it."""
    return _providers.practice(actor)


def role_of(actor: Actor) -> str:
    """The role of the actor in words."""
    return str(_providers.role(actor))


def ledger_of(actor: Actor) -> LedgerLine | None:
    """The state of the ledger, None while nothing knows it."""
    return _providers.ledger(actor)


def emergency_of(actor: Actor) -> EmergencyLine | None:
    """The emergency access that this actor holds open."""
    return _providers.emergency(actor)


def unread_of(actor: Actor) -> int:
    """How many notifications wait to be read."""
    return _providers.unread(actor)
