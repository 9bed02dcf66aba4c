"""Where the present work comes from (address, agent, correlation id), kept out of every signature."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """What the audit record says of the origin of an action."""

    address: str = ""
    agent: str = ""
    correlation_id: str = ""
    purpose: str = "care"


_NOWHERE = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=_NOWHERE)


def current_origin() -> Origin:
    """The origin of the present request, job or command."""
    return _origin.get()


@contextmanager
def origin(value: Origin) -> Iterator[None]:
    """Everything inside is recorded as coming from `value`."""
    token = _origin.set(value)
    try:
        yield
    finally:
        _origin.reset(token)
