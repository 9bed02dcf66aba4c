"""The kinds of notifications; the module that sends a kind registers it in `apps.ready()`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .domain.channels import INFO

MESSAGE = "notifications.message"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its key (`module.what`), its name in the preferences, its sentence and its level.

    `text` is %-formatted with the sealed parameters when it is read, in the reader's language. A `required` kind cannot
    be switched off on the screen. `roles` are those who may get it, nobody named: everybody.
    """

    key: str
    label: Any
    text: Any
    level: str = INFO
    required: bool = False
    roles: frozenset[str] = frozenset()


_kinds: dict[str, Kind] = {MESSAGE: Kind(MESSAGE, _("Messages of the practice"), "%(text)s")}


def register_kind(kind: Kind) -> None:
    """Add or replace a kind."""
    _kinds[kind.key] = kind


def kind_of(key: str) -> Kind | None:
    """The kind of this key; None when nobody registered it."""
    return _kinds.get(key)


def kinds_for(roles: frozenset[str]) -> list[Kind]:
    """The kinds that a person with these roles may get, by key."""
    return [kind for _key, kind in sorted(_kinds.items()) if not kind.roles or kind.roles & roles]


def words(key: str, parameters: Mapping[str, str]) -> str:
    """What a notification says; one whose kind this version no longer has is shown by its key."""
    kind = kind_of(key)
    return str(kind.text) % parameters if kind else key


def label_of(key: str) -> str:
    """What a kind is called."""
    kind = kind_of(key)
    return str(kind.label) if kind else key
