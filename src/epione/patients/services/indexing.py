"""The search indexes of identities, built again after their key changed."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from epione.kernel.actor import Actor
from epione.kernel.crypto import Erased, index_generation, preload
from epione.kernel.crypto import renew_index_key as renew
from epione.ledger.public import record
from epione.patients import queries
from epione.patients.models import Identifier, Patient, SearchKey

from .records import index_patient

BATCH = 200
Step = Callable[[int, int], None]


@transaction.atomic
def renew_index_key(*, by: Actor) -> int:
    """Give the search indexes of the practice a new key; its generation. `reindex` then makes records found again."""
    generation = renew(by.practice_id)
    told = {"generation": generation}
    record(action="patients.renew_index_key", by=by, entity=("practice", str(by.practice_id)), after=told)
    return generation


def unindexed(practice_id: UUID) -> int:
    """How many records are indexed under a former key, and therefore not found."""
    rows = Patient.objects.of_practice(practice_id).exclude(index_generation=index_generation(practice_id))
    return int(rows.count())


def reindex(*, by: Actor, step: Step) -> int:
    """Index again every record that a former key indexed; how many. `step` hears (done, total) after each batch.

    Each batch is a transaction of its own: stopped at any point, it goes on from there when called again.
    """
    total, done = unindexed(by.practice_id), 0
    while batch := _reindex_batch(by.practice_id):
        done += batch
        step(done, max(total, done))
    if done:
        _record(by, done)
    return done


@transaction.atomic
def _reindex_batch(practice_id: UUID) -> int:
    current = index_generation(practice_id)
    waiting = Patient.objects.of_practice(practice_id).exclude(index_generation=current).select_for_update()
    rows = list(waiting.order_by("id")[:BATCH])
    preload(practice_id, [row.id for row in rows])
    for row in rows:
        _reindex(row, current)
    return len(rows)


def _reindex(row: Patient, current: int) -> None:
    try:
        index_patient(row, queries.card_of(row).identity)
    except Erased:
        # Nobody finds an erased person again.
        SearchKey.objects.filter(patient=row).delete()
        Identifier.objects.filter(patient=row).delete()
        Patient.objects.filter(pk=row.pk).update(index_generation=current)


@transaction.atomic
def _record(by: Actor, count: int) -> None:
    told = {"patients": count, "generation": index_generation(by.practice_id)}
    record(action="patients.reindex", by=by, entity=("practice", str(by.practice_id)), after=told)
