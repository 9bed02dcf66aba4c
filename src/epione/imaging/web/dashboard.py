"""The administrator's page of imaging: volumes, what waits, what was refused, proof; and how images are received."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from epione.identity.public import allowed, signed_in
from epione.imaging import services
from epione.imaging.domain.deid import POLICIES
from epione.imaging.volumes import Volumes, volumes
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.kit.charts.svg import drawing, tag
from epione.kernel.kit.formats import day, number
from epione.kernel.kit.parts import Series
from epione.ledger.public import AuditFilter, action_words, anchor_states, entries, state

from .asked import actor_of
from .words import POLICY_WORDS, modality_words, refusal_words

LISTED = 12
WIDTH, HEIGHT = 640, 150


@signed_in("imaging_settings:read")
def dashboard(request: HttpRequest) -> HttpResponseBase:
    """What came in and what became of it; the form of reception, for those who may change it."""
    by = actor_of(request)
    if request.method == "POST":
        keep = request.POST.get("keep_originals") == "on"
        services.set_reception(policy=request.POST.get("policy", ""), keep_originals=keep, by=by)
        messages.success(request, _("Images received from now on follow these rules."))
        return redirect("imaging:dashboard")
    found = volumes(by.practice_id)
    context = {
        "volumes": found,
        "figures": _figures(found),
        "chart": _columns(found),
        "values": _values(found),
        "refused": [(refusal_words(code), count) for code, count in found.refused.items()],
        "waited_days": (clock.now() - found.oldest_waiting).days if found.oldest_waiting else None,
        "ledger": state(),
        "anchors": anchor_states(),
        "accesses": _accesses(by),
    }
    return render(request, "imaging/dashboard.html", context | _reception(by))


def _reception(by: Actor) -> dict[str, Any]:
    return {
        "reception": services.reception_of(by.practice_id),
        "policies": [(name, *POLICY_WORDS[name]) for name in POLICIES],
        "may_set": allowed(by, "imaging_settings:write"),
    }


def _accesses(by: Actor) -> list[tuple[Any, str]] | None:
    """The last acts upon images, for those who may read the ledger; None for the others."""
    if not allowed(by, "audit:read"):
        return None
    found = entries(by=by, filters=AuditFilter(action="imaging."), size=LISTED)
    return [(entry, action_words(entry.action)) for entry in found.items]


def _figures(found: Volumes) -> list[tuple[str, str, str]]:
    unread = _("%(n)s to read") % {"n": number(found.to_read)}
    alone = _("%(n)s without a record") % {"n": number(found.unlinked)}
    return [
        (_("Examinations"), number(found.studies), f"{unread}, {alone}"),
        (_("Images"), number(found.images), ""),
        (_("Stored, encrypted"), size_words(found.stored_bytes), _("without the originals")),
        (_("To check"), number(found.waiting), ""),
        (_("Refused files"), number(sum(found.refused.values())), ""),
    ]


def size_words(count: int) -> str:
    """Bytes in the unit that reads best."""
    if count < 1_000_000:
        return _("%(n)s kB") % {"n": number(round(count / 1000))}
    if count < 1_000_000_000:
        return _("%(n)s MB") % {"n": number(round(count / 1_000_000, 1))}
    return _("%(n)s GB") % {"n": number(round(count / 1_000_000_000, 1))}


def _columns(found: Volumes) -> SafeString:
    """One column a week from zero, its count above and its Monday below."""
    counts = [found.of_week(week) for week in found.weeks]
    top, step = max([*counts, 1]), WIDTH / len(found.weeks)
    parts: list[SafeString] = [tag("line", x1=0, x2=WIDTH, y1=HEIGHT - 20, y2=HEIGHT - 20, css="s-rule2")]
    for place, (week, count) in enumerate(zip(found.weeks, counts, strict=True)):
        tall, middle = (HEIGHT - 44) * count / top, (place + 0.5) * step
        parts += [
            tag("rect", x=middle - 22, y=HEIGHT - 20 - tall, width=44, height=tall, rx=2, css="f-s1")
            if count
            else SafeString(""),
            tag("text", number(count), x=middle, y=HEIGHT - 26 - tall, css="mid l12 b"),
            tag("text", day(week)[:-5], x=middle, y=HEIGHT - 4, css="mid l12 t2"),
        ]
    last = _("%(n)s images received this week") % {"n": number(counts[-1])}
    return drawing(WIDTH, HEIGHT, last, parts, css="chart")


def _values(found: Volumes) -> Series:
    heads = (_("Modality"), *(day(week)[:-5] for week in found.weeks))
    rows = tuple(
        (modality_words(modality), *(number(found.received.get((week, modality), 0)) for week in found.weeks))
        for modality in found.modalities
    )
    return Series(heads, rows, _("Images received by week and modality"))
