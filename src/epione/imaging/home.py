"""What the home page, the navigation and the record say of images."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from epione.identity.public import allowed
from epione.kernel.actor import Actor
from epione.patients.public import TimelineItem, closed_to

from . import queries
from .models import StudyState
from .rules import READ, WRITE

LISTED = 8


def to_read(by: Actor) -> int | None:
    """Examinations that nobody has read, for the navigation of those who report."""
    if not allowed(by, WRITE):
        return None
    wanted = queries.StudyFilter(state=StudyState.NEW, hidden=closed_to(by))
    return queries.studies(by.practice_id, wanted).count() or None


def load(by: Actor) -> str:
    """The load in one sentence, "" for those who do not report."""
    count = to_read(by)
    if not count:
        return ""
    return ngettext("%(n)s examination to read.", "%(n)s examinations to read.", count) % {"n": count}


def next_action(by: Actor) -> dict[str, Any] | None:
    """Images that may show a name come first, then the most urgent examination."""
    if not allowed(by, WRITE):
        return None
    waiting = queries.waiting(by.practice_id, closed_to(by)).count()
    if waiting:
        said = ngettext("%(n)s image may show a name", "%(n)s images may show a name", waiting) % {"n": waiting}
        text = _("Until somebody has looked, only radiologists see them.")
        return {"title": said, "text": text, "url": reverse("imaging:waiting"), "label": _("Check them")}
    wanted = queries.StudyFilter(state=StudyState.NEW, hidden=closed_to(by))
    row = queries.studies(by.practice_id, wanted).order_by("-urgent", "id").first()
    if row is None:
        return None
    study = queries.study_row(row)
    title = study.description or ", ".join(study.modalities)
    url = reverse("imaging:study", args=[study.id])
    return {"title": title, "text": _("The oldest that nobody has read."), "url": url, "label": _("Open the images")}


def worklist(by: Actor) -> dict[str, Any] | None:
    """Examinations to read, urgent ones first."""
    if not allowed(by, WRITE):
        return None
    wanted = queries.StudyFilter(state=StudyState.NEW, hidden=closed_to(by))
    rows = queries.studies(by.practice_id, wanted).order_by("-urgent", "id")[:LISTED]
    return {"rows": queries.study_rows(by.practice_id, rows), "url": reverse("imaging:list")}


def moments(by: Actor, patient_id: UUID) -> list[TimelineItem]:
    """Examinations of a record for its timeline."""
    if not allowed(by, READ):
        return []
    wanted = queries.StudyFilter(patient_id=patient_id)
    items = []
    for row in queries.studies(by.practice_id, wanted)[:200]:
        study = queries.study_row(row)
        title = study.description or _("Examination")
        when = study.study_date or study.received_at
        url = reverse("imaging:study", args=[study.id])
        items.append(TimelineItem(when, "scan", title, ", ".join(study.modalities), None, url))
    return items
