"""Reads of the audit store, which are recorded themselves."""

from uuid import UUID

from django.db import transaction

from epione.kernel.actor import Actor
from epione.kernel.errors import NotFound
from epione.ledger.queries import AuditEntry, AuditFilter, AuditPage, entry_of, page_of

from .proofs import filters_told
from .recording import record


def entries(*, by: Actor, filters: AuditFilter | None = None, page: int = 1, size: int = 50) -> AuditPage:
    """One page of the practice's audit records, newest first, opened as far as keys and retention allow.

    The caller has checked that the actor may read them. Recorded as one entry, with the filter and the count.
    """
    chosen = filters or AuditFilter()
    with transaction.atomic():
        found = page_of(by.practice_id, chosen, page, min(size, 500))
        record(
            action="ledger.list",
            by=by,
            entity=("audit", by.practice_id),
            patient_id=chosen.patient_id,
            after={"total": found.total, "page": page, "filters": filters_told(chosen)},
        )
    return found


def open_entry(*, entry_id: UUID, by: Actor) -> AuditEntry:
    """One audit record of the practice, opened as far as keys and retention allow; recorded itself.

    The caller has checked that the actor may read it.
    """
    with transaction.atomic():
        found = entry_of(by.practice_id, entry_id)
        if found is None:
            raise NotFound
        record(action="ledger.open", by=by, entity=("entry", entry_id), patient_id=found.patient_id)
    return found
