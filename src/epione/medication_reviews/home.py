"""What the home page says to those who review medicines."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from epione.kernel.actor import Actor
from epione.patients.public import cards, closed_to

from . import queries
from . import worklist as worklists
from .domain.pathway import Step


def open_count(by: Actor) -> int | None:
    """Reviews of this person under way, for the navigation."""
    return sum(1 for review in queries.open_reviews(by.practice_id, closed_to(by)) if review.author_id == by.id) or None


def load(by: Actor) -> str:
    """The load of this person in one sentence, "" for those who review nothing."""
    reviews = [review for review in queries.open_reviews(by.practice_id, closed_to(by)) if review.author_id == by.id]
    if not reviews:
        return ""
    wait = sum(1 for review in reviews if review.next is Step.ANALYSIS)
    said = ngettext("%(n)s review under way", "%(n)s reviews under way", len(reviews)) % {"n": len(reviews)}
    if not wait:
        return f"{said}."
    awaited = ngettext("%(n)s awaits your decisions", "%(n)s await your decisions", wait) % {"n": wait}
    return f"{said}, {awaited}."


def next_action(by: Actor) -> dict[str, Any] | None:
    """The gravest review that waits."""
    reviews = [
        review
        for review in queries.open_reviews(by.practice_id, closed_to(by))
        if review.author_id == by.id and review.next
    ]
    counts = queries.latest_counts(by.practice_id, [review.id for review in reviews])
    waiting = [review for review in reviews if review.next and review.next.value in {"analysis", "collection"}]
    if not waiting:
        return None
    gravest = max(waiting, key=lambda r: [counts.get(r.id, {}).get(level, 0) for level in ("ci", "ad", "pe")])
    found = counts.get(gravest.id, {})
    person = cards(by.practice_id, [gravest.patient_id]).get(gravest.patient_id)
    if person is None:
        return None
    grave, discouraged = found.get("ci", 0), found.get("ad", 0)
    said = [
        ngettext("%(n)s contra-indication", "%(n)s contra-indications", grave) % {"n": grave} if grave else "",
        ngettext("%(n)s discouraged", "%(n)s discouraged", discouraged) % {"n": discouraged} if discouraged else "",
    ]
    title = ", ".join([person.identity.display, *filter(None, said)])
    waits = (
        _("The collection interview waits.") if gravest.next is Step.COLLECTION else _("Your decisions are awaited.")
    )
    url = reverse("medication_reviews:review", args=[gravest.id])
    label = _("Open the collection") if gravest.next is Step.COLLECTION else _("Open the analysis")
    return {"title": title, "text": waits, "url": url, "label": label}


def worklist(by: Actor) -> dict[str, Any] | None:
    """Reviews under way of this person, for the home page; those of the team for who leads none."""
    rows = worklists.worklist(by, mine=True) or worklists.worklist(by, mine=False)
    return {"rows": rows[:8], "url": reverse("medication_reviews:worklist")}


def followed(by: Actor) -> dict[str, Any] | None:
    """How often physicians followed, by rule."""
    return worklists.acceptance(by)


def spent(by: Actor) -> dict[str, Any] | None:
    """Time of work by step."""
    steps = worklists.time_spent(by)
    return {"steps": steps} if steps else None
