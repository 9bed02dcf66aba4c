"""What treatments add to the record of a patient: names, lanes under the curves, events of the timeline."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from epione.identity.public import allowed
from epione.kernel.actor import Actor
from epione.kernel.kit import charts
from epione.kernel.kit.formats import day, number
from epione.kernel.kit.parts import Series
from epione.medications.public import Coverage, percent
from epione.patients.public import Lane, TimelineItem, sees_clinical

from .queries import LineView, Supply, current_names, treatment_of

MOST_LANES = 6
NARROW = 340
RENAL = frozenset({"C09", "C03", "M01", "A10", "B01", "N05", "C08"})
"""ATC groups whose start or stop a prescriber reads against the filtration, shown first."""


def _sees(by: Actor) -> bool:
    return allowed(by, "prescriptions:read") and sees_clinical(by)


def names(by: Actor, patient_id: UUID) -> list[str]:
    """Names of the current medicines."""
    return current_names(by.practice_id, patient_id) if _sees(by) else []


def _rank(view: LineView) -> tuple[bool, date]:
    renal = any(code[:3] in RENAL for code in view.drug.atc)
    return not renal, view.content.start or date.min


def lanes(by: Actor, patient_id: UUID) -> list[Lane]:
    """Dated treatments, those that matter to the kidney first."""
    if not _sees(by):
        return []
    dated = [view for view in treatment_of(by.practice_id, patient_id).lines if view.content.start]
    chosen = sorted(dated, key=_rank)[:MOST_LANES]
    return [
        Lane(_short(view), view.content.start, view.content.end, view.content.posology)
        for view in chosen
        if view.content.start
    ]


def _short(view: LineView) -> str:
    """The name up to its form: "RAMIPRIL EG 5 mg"."""
    return view.drug.short[:20]


def _supplied(supply: Supply, found: Coverage) -> charts.Supplied:
    handed = [one.content.on for one in supply.counted if found.since <= one.content.on < found.until]
    level = {True: "ok", False: "pe", None: ""}[found.good]
    least = "≥ " if found.unknown else ""
    share = f"{least}{number(percent(found))}\u202f%"
    return charts.Supplied(
        supply.line.drug.short, found.since, found.until, found.gaps, found.unknown, handed, share, level
    )


def coverage_chart(supplies: Iterable[Supply], label: str) -> dict[str, Any] | None:
    """The days that refills cover, a lane for each line: `drawing`, `narrow` and `values`; None when nothing tells."""
    lanes = [_supplied(supply, supply.coverage) for supply in supplies if supply.coverage]
    if not lanes:
        return None
    rows = [
        (lane.label, day(first), day(last), what)
        for lane in lanes
        for what, stretches in ((_("no box"), lane.gaps), (_("not known"), lane.unknown))
        for first, last in stretches
    ]
    heads = (_("Medicine"), _("From"), _("To"), _("Days"))
    values = Series(heads, tuple(rows), _("Days that are not covered"))
    return {"drawing": charts.coverage(lanes, label), "narrow": charts.coverage(lanes, label, NARROW), "values": values}


def moments(by: Actor, patient_id: UUID) -> list[TimelineItem]:
    """Starts and stops of treatments."""
    if not _sees(by):
        return []
    url = reverse("prescriptions:treatment", args=[patient_id])
    items = []
    for view in treatment_of(by.practice_id, patient_id).lines:
        told = ((view.content.start, _("Start of %(name)s")), (view.content.end, _("End of %(name)s")))
        items += [
            TimelineItem(on, "pill", words % {"name": _short(view)}, view.content.posology, view.author_id, url)
            for on, words in told
            if on
        ]
    return items
