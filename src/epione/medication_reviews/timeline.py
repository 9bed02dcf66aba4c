"""What reviews add to the timeline of a patient."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from epione.identity.public import allowed
from epione.kernel.actor import Actor
from epione.patients.public import TimelineItem

from . import queries


def items(by: Actor, patient_id: UUID) -> list[TimelineItem]:
    """Each step of each review."""
    if not allowed(by, "medication_reviews:read"):
        return []
    words = {
        "adhesion": _("Adhesion"),
        "collection": _("Collection interview"),
        "analysis": _("Letter sent to the physician"),
        "interview": _("Interview"),
        "follow_up": _("Follow-up"),
    }
    return [
        TimelineItem(step.on, "pill", _("Medication review"), words[step.step.value], step.author_id,
                     reverse("medication_reviews:review", args=[review.id]))
        for review in queries.reviews_of(by.practice_id, patient_id)
        for step in review.steps
    ]  # fmt: skip
