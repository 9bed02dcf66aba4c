"""What somebody with all rights on the database could do to the ledger."""

from epione.ledger.domain.merkle import CompactRange, leaf_hash
from epione.ledger.models import Entry, Node


def rewrite(number: int, leaf: bytes) -> None:
    Entry.objects.filter(leaf_index=number).update(leaf=leaf)


def regrow() -> None:
    """The work of an administrator who recomputes the whole tree over changed leaves."""
    Node.objects.all().delete()
    tree = CompactRange()
    for leaf in Entry.objects.filter(leaf_index__isnull=False).order_by("leaf_index").values_list("leaf", flat=True):
        Node.objects.bulk_create([Node(id=i, hash=h) for i, h in tree.append(leaf_hash(bytes(leaf)))])
