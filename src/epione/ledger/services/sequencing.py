"""The one sequencer: gives each leaf its index and grows the tree."""

from collections.abc import Sequence

from django.db import OperationalError, connection, transaction

from epione.kernel.jobs import enqueue
from epione.ledger.domain.merkle import CompactRange, leaf_hash
from epione.ledger.models import Entry, Node
from epione.ledger.queries import edge_at, tree_size

BATCH = 1_000
CHECKPOINT_EVERY = 1_000
"""Entries after which a checkpoint is due, besides the hourly one."""
_LOCK = 0x45504C47  # "EPLG": PostgreSQL's advisory lock of the sequencer


def sequence() -> int:
    """Index every committed entry that has none yet, oldest first; returns how many. Safe to call from anywhere."""
    total = 0
    if not Entry.objects.filter(leaf_index=None).exists():
        return total
    while done := _sequence_batch():
        total += done
        if done < BATCH:
            break
    return total


def sequence_soon() -> None:
    """After a commit: index now; if another sequencer is at work it takes these entries along."""
    try:
        sequence()
    except OperationalError as error:
        if "lock timeout" not in str(error):
            raise


def append_now(entry: Entry) -> None:
    """Insert an entry with its index, in a transaction that holds the only write lock (SQLite)."""
    tree = edge_at(tree_size())
    entry.leaf_index = tree.size
    entry.save(force_insert=True)
    _grow(tree, [entry])


def _sequence_batch() -> int:
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '1s'")
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        waiting = list(Entry.objects.filter(leaf_index=None).order_by("id")[:BATCH])
        if not waiting:
            return 0
        tree = edge_at(tree_size())
        for offset, entry in enumerate(waiting):
            entry.leaf_index = tree.size + offset
        Entry.objects.bulk_update(waiting, ["leaf_index"])
        _grow(tree, waiting)
        return len(waiting)


def _grow(tree: CompactRange, entries: Sequence[Entry]) -> None:
    before = tree.size
    nodes = [pair for entry in entries for pair in tree.append(leaf_hash(bytes(entry.leaf)))]
    Node.objects.bulk_create([Node(id=number, hash=hashed) for number, hashed in nodes])
    thousands = tree.size // CHECKPOINT_EVERY
    if thousands != before // CHECKPOINT_EVERY:
        # By a job, because an anchor may be slow and care does not wait for it.
        enqueue("ledger.checkpoint", practice_id=None, key=f"ledger.checkpoint@{thousands}")
