"""What every page needs: navigation, who is signed in, the practice, the theme."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from epione.kernel.actor import Actor
from epione.kernel.clock import PARIS, now

from . import navigation, search, shell

THEME_COOKIE = "epione_theme"
THEMES = ("light", "dark")


@dataclass
class Shell:
    """The frame of one page; each part is asked for once, and only when the template shows it."""

    actor: Actor
    request: HttpRequest

    @cached_property
    def nav(self) -> list[navigation.NavLink]:
        """Entries of the navigation."""
        return navigation.items_for(self.actor, self.request)

    @cached_property
    def sections(self) -> list[tuple[str, list[navigation.NavLink]]]:
        """The entries under their headings; a heading without entries is left out."""
        titles = {"": "", navigation.WORKSPACE: _("Workspaces"), navigation.PRACTICE: _("Practice")}
        grouped = [(title, [link for link in self.nav if link.section == key]) for key, title in titles.items()]
        return [(title, links) for title, links in grouped if links]

    @cached_property
    def practice(self) -> str:
        """Name of the practice."""
        return shell.practice_of(self.actor)

    @cached_property
    def role(self) -> str:
        """Role in words."""
        return shell.role_of(self.actor)

    @cached_property
    def ledger(self) -> shell.LedgerLine | None:
        """State of the ledger."""
        return shell.ledger_of(self.actor)

    @cached_property
    def emergency(self) -> shell.EmergencyLine | None:
        """Open emergency access."""
        return shell.emergency_of(self.actor)

    @cached_property
    def unread(self) -> int:
        """Unread notifications."""
        return shell.unread_of(self.actor)

    @property
    def parts(self) -> tuple[str, ...]:
        """Templates of other modules that the head of the page includes."""
        return shell.parts()

    @cached_property
    def searched(self) -> str:
        """What the search field looks through."""
        return search.scope_of(self.actor)

    @property
    def initials(self) -> str:
        """Two letters for the round mark beside the name."""
        words = [word for word in self.actor.name.replace("-", " ").split() if word[:1].isalpha()]
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of the base template."""
    actor: Actor | None = getattr(request, "actor", None)
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "actor": actor,
        "shell": Shell(actor, request) if actor else None,
        "theme": theme if theme in THEMES else "",
        "today": now().astimezone(PARIS),
        "other_language": "en" if get_language() == "fr" else "fr",
    }
