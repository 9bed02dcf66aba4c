"""The navigation: each module registers its entry, a person sees those that her scopes allow."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from epione.kernel.actor import Actor

from . import shell

WORKSPACE = "workspace"
PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry: `section` is "", "workspace" or "practice"; `roles` are those for whom it comes first.

    `count` gives the open work behind the entry for one actor, None for no figure; `tab` keeps it on the tab bar of
    narrow screens.
    """

    key: str
    label: Any
    url_name: str
    icon: str
    section: str = WORKSPACE
    scope: str = ""
    order: int = 100
    roles: frozenset[str] = frozenset()
    count: Callable[[Actor], int | None] | None = None
    tab: bool = False


@dataclass(frozen=True, slots=True)
class NavLink:
    """An entry as one page shows it."""

    key: str
    label: str
    url: str
    icon: str
    section: str
    current: bool
    count: int | None
    tab: bool


_items: dict[str, NavItem] = {}


def register(item: NavItem) -> None:
    """Add or replace the entry of this key; called by `apps.ready()` of a module."""
    _items[item.key] = item


def registered() -> tuple[NavItem, ...]:
    """Every entry, in the order of the menu."""
    return tuple(sorted(_items.values(), key=lambda item: (item.order, item.key)))


def items_for(actor: Actor | None, request: HttpRequest) -> list[NavLink]:
    """The entries that this actor may open, those of her role first; none for a stranger."""
    if actor is None:
        return []
    allowed = [item for item in registered() if shell.may(actor, item.scope) and _address(item)]
    mine = sorted(allowed, key=lambda item: not item.roles & actor.roles)
    workspace = next((item.key for item in mine if item.section == WORKSPACE), "")
    addresses = {item.key: _address(item) for item in mine}
    current = _current(addresses, request.path)
    return [_link(item, actor, addresses[item.key], current=current, first=workspace) for item in mine]


def _link(item: NavItem, actor: Actor, url: str, *, current: str, first: str) -> NavLink:
    return NavLink(
        key=item.key,
        label=str(item.label),
        url=url,
        icon=item.icon,
        section=item.section,
        current=item.key == current,
        count=item.count(actor) if item.count else None,
        tab=item.tab or item.key == first,
    )


def _address(item: NavItem) -> str:
    """The address of an entry, "" while its module has no such page."""
    try:
        return reverse(item.url_name)
    except NoReverseMatch:
        return ""


def _current(addresses: dict[str, str], path: str) -> str:
    """The entry whose address is the longest beginning of the path."""
    matching = [
        (len(url), key) for key, url in addresses.items() if path == url or (url != "/" and path.startswith(url))
    ]
    return max(matching, default=(0, ""))[1]
