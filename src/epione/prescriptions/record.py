"""What treatments add to the record of a patient: names, lanes under the curves, events of the timeline."""

from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from epione.identity.public import allowed
from epione.kernel.actor import Actor
from epione.patients.public import Lane, TimelineItem, sees_clinical

from .queries import LineView, current_names, treatment_of

MOST_LANES = 6
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
