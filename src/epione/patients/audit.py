"""What the audit page may know of a patient: the name for those who read records, else the record number."""

from collections.abc import Sequence
from uuid import UUID

from epione.identity.public import allowed
from epione.kernel.actor import Actor
from epione.kernel.crypto import Erased
from epione.kernel.errors import Forbidden, NotFound

from . import queries
from .errors import RecordClosed
from .models import Patient
from .rules import require_clinical


def names(by: Actor, ids: Sequence[UUID]) -> dict[UUID, str]:
    """How the reader may call these records."""
    named = allowed(by, "patients:read")
    found = {}
    for row in Patient.objects.of_practice(by.practice_id).filter(id__in=list(ids)):
        try:
            identity = queries.card_of(row).identity
        except Erased:
            continue
        found[row.id] = identity.display if named else identity.medical_id
    return found


def find(by: Actor, text: str) -> UUID | None:
    """The record of this number."""
    return queries.with_number(by.practice_id, text)


def opens(by: Actor, patient_id: UUID) -> bool:
    """Whether the reader may see the clinical content of this record."""
    try:
        require_clinical(by, patient_id)
    except (Forbidden, NotFound, RecordClosed):
        return False
    return True
