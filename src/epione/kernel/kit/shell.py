"""What the shell of a page says about the person, the practice and the ledger; modules above the kernel provide it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from epione.kernel.actor import Actor
from epione.kernel.errors import Forbidden

Page = Callable[..., HttpResponseBase]


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


def _closed(scope: str) -> Callable[[Page], Page]:
    """The guard of pages while nobody knows who is there: closed."""

    def decorate(_page: Page) -> Page:
        def refuse(*_args: Any, **_kwargs: Any) -> HttpResponseBase:
            raise Forbidden(scope=scope)

        return refuse

    return decorate


@dataclass(slots=True)
class Providers:
    """Functions given by other modules; each has an honest answer while nobody provides it."""

    may: Callable[[Actor, str], bool] = field(default=lambda _actor, scope: not scope)
    practice: Callable[[Actor], str] = field(default=lambda _actor: "")
    role: Callable[[Actor], Any] = field(default=lambda _actor: "")
    ledger: Callable[[Actor], LedgerLine | None] = field(default=lambda _actor: None)
    emergency: Callable[[Actor], EmergencyLine | None] = field(default=lambda _actor: None)
    unread: Callable[[Actor], int] = field(default=lambda _actor: 0)
    guard: Callable[[str], Callable[[Page], Page]] = field(default=_closed)


_providers = Providers()
_parts: list[str] = []


def include(template: str) -> None:
    """Have every page with the shell include this template in its head (a script of another module, say)."""
    if template not in _parts:
        _parts.append(template)


def parts() -> tuple[str, ...]:
    """The templates that every page with the shell includes."""
    return tuple(_parts)


def provide(**functions: Callable[..., Any]) -> None:
    """Give one or several of the functions of `Providers`, by name; unknown names are refused."""
    for name, function in functions.items():
        if name not in Providers.__slots__:
            raise TypeError(f"The shell asks for no {name!r}")
        setattr(_providers, name, function)


def may(actor: Actor, scope: str) -> bool:
    """Whether this actor holds the scope; an empty scope is everybody's."""
    return not scope or _providers.may(actor, scope)


def guarded(scope: str) -> Callable[[Page], Page]:
    """A page for whoever is signed in with this scope, for the modules on which the guard itself stands."""

    def decorate(page: Page) -> Page:
        @wraps(page)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return _providers.guard(scope)(page)(request, *args, **kwargs)

        asked.scope = scope  # type: ignore[attr-defined]
        return asked

    return decorate


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
