"""One search field for everything: each module registers how it is searched, the page shows what each found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from epione.kernel.actor import Actor

from . import shell

Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its name as pieces (text, whether it matched), what tells it apart, where it opens."""

    pieces: Pieces
    url: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of things to find; `find(actor, text)` gives the best first, a dozen at most."""

    key: str
    label: Any
    icon: str
    find: Callable[[Actor, str], Sequence[Hit]]
    scope: str = ""
    order: int = 100


@dataclass(frozen=True, slots=True)
class Found:
    """What one source found."""

    label: str
    icon: str
    hits: tuple[Hit, ...]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add or replace the source of this key; called by `apps.ready()` of a module."""
    _sources[source.key] = source


def scope_of(actor: Actor) -> str:
    """What this actor may search, in words, for the empty field."""
    asked = sorted(_sources.values(), key=lambda source: (source.order, source.key))
    return ", ".join(str(source.label) for source in asked if shell.may(actor, source.scope)).capitalize()


def find(actor: Actor, text: str) -> list[Found]:
    """What the sources that this actor may ask found; sources without a hit are left out."""
    asked = sorted(_sources.values(), key=lambda source: (source.order, source.key))
    found = [
        Found(str(source.label), source.icon, tuple(source.find(actor, text)))
        for source in asked
        if shell.may(actor, source.scope)
    ]
    return [one for one in found if one.hits]
