"""Documents as lists show them, with the names of patients and authors asked for all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from epione.documents.kinds import kind_words
from epione.documents.queries import DocumentView, signed_among
from epione.identity.public import people_of
from epione.kernel.actor import Actor
from epione.patients.public import cards


@dataclass(frozen=True, slots=True)
class Line:
    """One document of a list."""

    document: DocumentView
    kind: str
    patient: str
    author: str
    signed: bool


def people(by: Actor) -> dict[UUID, str]:
    """The people of the practice by id."""
    return {one.id: one.name or one.username for one in people_of(by.practice_id)}


def lines_of(documents: Sequence[DocumentView], by: Actor) -> list[Line]:
    """The lines of a list."""
    known = cards(by.practice_id, {one.patient_id for one in documents if one.patient_id})
    authors, signed = people(by), signed_among(by.practice_id, [one.id for one in documents])
    return [
        Line(
            one,
            kind_words(one.kind),
            known[one.patient_id].identity.display if one.patient_id and one.patient_id in known else "",
            authors.get(one.author_id, ""),
            one.id in signed,
        )
        for one in documents
    ]
