"""What the documents add elsewhere: search, the timeline of a record, the count of the navigation."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from epione.documents import queries
from epione.documents.kinds import kind_words
from epione.kernel.actor import Actor, ActorKind
from epione.kernel.kit.formats import day
from epione.kernel.kit.parts import highlighted
from epione.kernel.kit.search import Hit
from epione.patients.public import TimelineItem, closed_to, sees_clinical

from .rows import lines_of

LOOKED_AT = 200
"""Newest documents among which a search looks: their titles are encrypted."""
MOST = 12


def find(actor: Actor, text: str) -> Sequence[Hit]:
    """Documents whose title, kind or patient holds what was typed."""
    own = actor.patient_id if actor.kind is ActorKind.PATIENT else None
    documents, _total = queries.listed(
        actor.practice_id, queries.Choice(), begin=0, size=LOOKED_AT, patient_id=own, closed=closed_to(actor)
    )
    wanted = text.casefold()
    found = []
    for line in lines_of(documents, actor):
        title = line.document.content.title
        if any(wanted in part.casefold() for part in (title, line.kind, line.patient)):
            detail = ", ".join(filter(None, (line.patient, day(line.document.created_at))))
            found.append(Hit(highlighted(title, text), reverse("documents:document", args=[line.document.id]), detail))
    return found[:MOST]


def waiting(actor: Actor) -> int | None:
    """How many documents wait to be validated; nothing for a patient."""
    return None if actor.kind is ActorKind.PATIENT else queries.drafts(actor.practice_id) or None


def moments(actor: Actor, patient_id: UUID) -> list[TimelineItem]:
    """Validated documents of a patient, for those who see clinical content."""
    if not sees_clinical(actor):
        return []
    return [
        TimelineItem(
            one.validated_at, "doc", kind_words(one.kind), one.content.title, one.author_id,
            reverse("documents:document", args=[one.id]),
        )
        for one in queries.of_patient(actor.practice_id, patient_id)
        if one.validated_at
    ]  # fmt: skip
