"""The home page of each role, and the one search field."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, path, reverse
from django.views.decorators.http import require_GET

from epione.identity.public import signed_in
from epione.kernel.actor import Actor
from epione.kernel.clock import PARIS, now
from epione.kernel.kit import home as panels
from epione.kernel.kit import search as sources

from .searching import register_sources

SHORTEST_SEARCH = 2


@require_GET
@signed_in("account:read")
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person, gravest first; a role that has a page of its own starts there."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    door = _address(panels.door_of(actor))
    if door:
        return redirect(door)
    columns = panels.panels_for(actor)
    context = {
        "first_name": actor.name.split()[0] if actor.name else "",
        "sentences": panels.sentences_for(actor),
        "evening": _is_evening(now().astimezone(PARIS)),
        "next": columns[panels.NEXT],
        "main": columns[panels.MAIN],
        "side": columns[panels.SIDE],
    }
    return render(request, "project/home.html", context)


@require_GET
@signed_in("account:read")
def search(request: HttpRequest) -> HttpResponse:
    """What was typed, looked for in every source that this person may ask."""
    typed = request.GET.get("q", "").strip()
    long_enough = len(typed) >= SHORTEST_SEARCH
    found = sources.find(request.actor, typed) if long_enough else []  # type: ignore[attr-defined]
    return render(request, "project/search.html", {"typed": typed, "found": found, "long_enough": long_enough})


def _is_evening(at: datetime) -> bool:
    return at.hour >= 18


def _address(name: str) -> str:
    """The address of a named page, "" while no module has it."""
    try:
        return reverse(name) if name else ""
    except NoReverseMatch:
        return ""


register_sources()
urlpatterns = [path("", home, name="home"), path("search/", search, name="search")]
