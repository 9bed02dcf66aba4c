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
_sentences: dict[str, Callable[[Actor], str]] = {}
_doors: dict[str, str] = {}


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


def register_sentence(key: str, say: Callable[[Actor], str]) -> None:
    """Add one sentence about today's load under the greeting; "" when there is nothing to say."""
    _sentences[key] = say


def sentences_for(actor: Actor) -> list[str]:
    """The sentences about today's load of this actor."""
    return [sentence for _, say in sorted(_sentences.items()) if (sentence := say(actor))]


def open_on(role: str, url_name: str) -> None:
    """Have people whose only role is this one start on another page than the home page (an auditor on the ledger)."""
    _doors[role] = url_name


def door_of(actor: Actor) -> str:
    """The name of the page on which this actor starts, "" for the home page."""
    return _doors.get(next(iter(actor.roles)), "") if len(actor.roles) == 1 else ""
