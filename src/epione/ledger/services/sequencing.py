"""The one sequencer: gives each leaf its index and grows the tree."""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Max

from epione.ledger.domain.merkle import CompactRange, leaf_hash, peak_ids
from epione.ledger.models import Entry, Node

BATCH = 1_000
_LOCK = 0x45504C47  # "EPLG": the advisory lock of the sequencer
_STATEMENT = "SELECT pg_advisory_xact_lock(%s)"


def sequence() -> int:
    """Index every committed entry that has none yet, oldest first; returns how many. Safe to call from anywhere."""
    total = 0
    while done := _sequence_batch():
        total += done
        if done < BATCH:
            break
    return total


def append_now(entry: Entry) -> None:
    """Insert an entry with its index, in a transaction that holds the only write lock (SQLite)."""
    tree = right_edge()
    entry.leaf_index = tree.size
    entry.save(force_insert=True)
    _grow(tree, [entry])


def right_edge() -> CompactRange:
    """The right edge of the stored tree."""
    newest = Entry.objects.aggregate(newest=Max("leaf_index"))["newest"]
    size = 0 if newest is None else newest + 1
    numbers = peak_ids(size)
    known = dict(Node.objects.filter(id__in=numbers).values_list("id", "hash"))
    return CompactRange(size, [bytes(known[number]) for number in numbers])


def _sequence_batch() -> int:
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(_STATEMENT, [_LOCK])
        waiting = list(Entry.objects.filter(leaf_index=None).order_by("id").only("id", "leaf")[:BATCH])
        if not waiting:
            return 0
        tree = right_edge()
        for offset, entry in enumerate(waiting):
            entry.leaf_index = tree.size + offset
        Entry.objects.bulk_update(waiting, ["leaf_index"])
        _grow(tree, waiting)
        return len(waiting)


def _grow(tree: CompactRange, entries: Sequence[Entry]) -> None:
    nodes = [pair for entry in entries for pair in tree.append(leaf_hash(bytes(entry.leaf)))]
    Node.objects.bulk_create([Node(id=number, hash=hashed) for number, hashed in nodes])
