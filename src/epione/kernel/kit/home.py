"""Panels of the home page: each module registers what its people need first, the page composes them by role."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from epione.kernel.actor import Actor

from . import shell

NEXT = "next"
MAIN = "main"
SIDE = "side"


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: `context` gives what its template needs for one actor, None when there is nothing to say.

    `column` is "next" (the one blue action: the first that answers wins), "main" or "side"; no `roles` means everybody.
    """

    key: str
    template: str
    context: Callable[[Actor], dict[str, Any] | None]
    roles: frozenset[str] = frozenset()
    scope: str = ""
    column: str = MAIN
    order: int = 100


@dataclass(frozen=True, slots=True)
class Filled:
    """A panel with the facts of this moment."""

    key: str
    template: str
    context: dict[str, Any]


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Add or replace the panel of this key; called by `apps.ready()` of a module."""
    _panels[panel.key] = panel


def panels_for(actor: Actor) -> dict[str, list[Filled]]:
    """The filled panels of this actor by column; "next" holds one at most."""
    columns: dict[str, list[Filled]] = {NEXT: [], MAIN: [], SIDE: []}
    for panel in sorted(_panels.values(), key=lambda one: (one.order, one.key)):
        if not _is_for(panel, actor) or (panel.column == NEXT and columns[NEXT]):
            continue
        context = panel.context(actor)
        if context is not None:
            columns[panel.column].append(Filled(panel.key, panel.template, context))
    return columns


def _is_for(panel: Panel, actor: Actor) -> bool:
    return (not panel.roles or bool(panel.roles & actor.roles)) and shell.may(actor, panel.scope)
