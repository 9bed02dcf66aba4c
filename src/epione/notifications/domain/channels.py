"""Channels, levels, and which channels a person chose for a kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SCREEN, MAIL = "screen", "mail"
CHANNELS: Final = (SCREEN, MAIL)
INFO, IMPORTANT, URGENT = "info", "important", "urgent"
LEVELS: Final = (INFO, IMPORTANT, URGENT)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person hears of one kind: on her screen, by mail."""

    screen: bool = True
    mail: bool = False


def chosen(wishes: Mapping[str, bool], *, required: bool) -> Choice:
    """The choice that these wishes (channel -> yes or no) make; a required kind always stays on the screen.

    Without a wish the screen is on and mail is off.
    """
    return Choice(screen=required or wishes.get(SCREEN, True), mail=wishes.get(MAIL, False))


def is_local(link: str) -> bool:
    """Whether a link is an address of Epione itself: it begins with one slash and leaves nowhere."""
    return link.startswith("/") and not link.startswith("//") and "\\" not in link and link.isprintable()
