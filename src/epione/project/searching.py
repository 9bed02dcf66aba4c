"""What the search field of every page looks through: patients, and the pages themselves."""

from collections.abc import Sequence

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from epione.kernel.actor import Actor
from epione.kernel.kit import formats, navigation, parts, shell
from epione.kernel.kit.search import Hit, Source, register
from epione.patients.public import search_patients

MOST = 12


def register_sources() -> None:
    """Give the search its sources, the most asked first."""
    register(Source("patients", _("Patients"), "people", patients, scope="patients:read", order=10))
    register(Source("pages", _("Pages"), "arrow", pages, order=90))


def patients(actor: Actor, text: str) -> Sequence[Hit]:
    """Patients by name, birth date or identifier; the search is recorded as any other."""
    found = search_patients(text=text, by=actor, size=MOST)
    return [
        Hit(
            parts.highlighted(card.identity.display, text),
            reverse("patients:record", args=[card.id]),
            formats.day(card.identity.birth_date),
        )
        for card in found.cards
    ]


def pages(actor: Actor, text: str) -> Sequence[Hit]:
    """Pages whose name contains the text."""
    wanted = [item for item in navigation.registered() if text.lower() in str(item.label).lower()]
    return [
        Hit(parts.highlighted(str(item.label), text), address)
        for item in wanted
        if shell.may(actor, item.scope) and (address := _address(item.url_name))
    ]


def _address(name: str) -> str:
    """The address of a page, "" while its module has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
