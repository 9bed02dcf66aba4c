"""Verification of the whole ledger against its own leaves, its tree, its signatures and its anchors."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.db import connection
from django.db.models import Max

from epione.kernel.clock import now
from epione.ledger import triggers
from epione.ledger.domain.merkle import CompactRange, node_name
from epione.ledger.domain.report import Report
from epione.ledger.models import Checkpoint, Entry, Node, Verification
from epione.ledger.queries import edge_at, tree_size
from epione.ledger.signing import forget_signers

from .heads import Head, known_heads
from .leaf_check import LeafCheck
from .sequencing import sequence

BATCH: Final = 2_000
MOST_FAULTS: Final = 100
WINDOW: Final = timedelta(seconds=60)
"""An entry that has no index after this time is a fault."""


def verify(*, full: bool = True, keep: bool = True) -> Report:
    """Verify every leaf, or (`full=False`) only those after the last sound verification, whose root must still hold.

    The report locates the first sequence number that is not as it was recorded. `keep` stores the outcome.
    Recording goes on meanwhile: what comes after the start is left to the next verification.
    """
    start = _start(full)
    report = Report(begin=start.size)
    _check_waiting(report)
    _Walk(start, report).run()
    _check_nodes(report)
    _check_triggers(report)
    report.faults.sort(key=lambda fault: (fault.number is None, fault.number or 0))
    if keep:
        faults = report.as_json()["faults"][:MOST_FAULTS]
        Verification.objects.create(at=now(), size=report.size, root=report.root, full=report.begin == 0, faults=faults)
    return report


def faults_after_restore() -> list[str]:
    """What a full verification finds, in sentences; the signing key is read anew, because it came with the restore."""
    forget_signers()
    return [f"{fault.kind} {'' if fault.number is None else fault.number}: {fault.what}" for fault in verify().faults]


def _start(full: bool) -> CompactRange:
    """The edge to continue from: that of the last sound verification, if the stored nodes still lead to its root."""
    last = None if full else Verification.objects.filter(faults=[]).order_by("-id").first()
    if last is None:
        return CompactRange()
    try:
        edge = edge_at(last.size)
    except KeyError:
        return CompactRange()
    return edge if edge.root() == bytes(last.root) else CompactRange()


class _Walk:
    """One pass over the leaves in order, growing the tree anew beside the stored one."""

    def __init__(self, tree: CompactRange, report: Report) -> None:
        self.tree, self.report = tree, report
        # The heads are read before the size: a head of later must not look like a log that was cut.
        self.heads: list[Head] = known_heads(report, after=tree.size)
        self.end = tree_size()
        self.passed: list[tuple[Head, bytes]] = []
        self.bad: list[int] = []

    def run(self) -> None:
        self._pass_heads()
        for batch in _batches(self.tree.size, self.end):
            if len(self.report.faults) >= MOST_FAULTS:
                break
            self._take(batch)
        self.report.size, self.report.root = self.tree.size, self.tree.root()
        self.report.checkpoints = Checkpoint.objects.count()
        self._compare_heads()

    def _take(self, batch: list[Entry]) -> None:
        check = LeafCheck(batch)
        computed: dict[int, bytes] = {}
        begin = self.tree.size
        for entry in batch:
            number = entry.leaf_index or 0
            if number != self.tree.size:
                self._fault("missing", self.tree.size, f"no entry has this number; the next one has {number}")
                # What follows is compared at its own number: the stored nodes tell whether it was moved too.
                self.tree = CompactRange(number, [bytes(32)] * number.bit_count())
            hashed, said = check.of(entry)
            for kind, what in said:
                self._fault(kind, number, what)
            computed.update(self.tree.append(hashed))
            self._pass_heads()
        self._compare_nodes(begin, computed)

    def _compare_nodes(self, begin: int, computed: dict[int, bytes]) -> None:
        rows = Node.objects.filter(id__gte=2 * begin, id__lt=2 * self.tree.size).values_list("id", "hash")
        stored = {number: bytes(hashed) for number, hashed in rows.iterator()}
        # A node that covers leaves of earlier batches has its number among theirs.
        early = [number for number in computed if number < 2 * begin]
        rows = Node.objects.filter(id__in=early).values_list("id", "hash")
        stored.update((number, bytes(hashed)) for number, hashed in rows)
        wrong = [number for number, hashed in computed.items() if stored.get(number) != hashed]
        for level, position in sorted(node_name(number) for number in wrong):
            first, after = position << level, (position + 1) << level
            if level == 0:
                self._fault("leaf", first, "the leaf is not the one in the tree")
            elif not any(first <= number < after for number in self.bad):
                self._fault("node", first, f"tree node {level}/{position} is not what its leaves make")

    def _pass_heads(self) -> None:
        while self.heads and self.heads[0].size == self.tree.size:
            self.passed.append((self.heads.pop(0), self.tree.root()))

    def _compare_heads(self) -> None:
        """Last, because a change that the tree has located already needs no second fault."""
        sound = self.report.begin
        for head, root in self.passed:
            if head.root == root:
                sound = head.size
            elif not any(number < head.size for number in self.bad):
                what = f"{head.source} attests another history of entries {sound} to {head.size - 1}"
                self._fault("rewritten", sound, what)
        for head in self.heads:
            self._fault("cut", self.tree.size, f"{head.source} attests {head.size} entries")

    def _fault(self, kind: str, number: int, what: str) -> None:
        self.bad.append(number)
        self.report.fault(kind, number, what)


def _batches(begin: int, end: int) -> Iterator[list[Entry]]:
    at = begin
    while True:
        rows = Entry.objects.filter(leaf_index__gte=at, leaf_index__lt=end).order_by("leaf_index")[:BATCH]
        batch = list(rows)
        if not batch:
            return
        yield batch
        at = (batch[-1].leaf_index or 0) + 1


def _check_waiting(report: Report) -> None:
    """Entries without a number: late ones are a fault, the others get theirs now."""
    waiting = Entry.objects.filter(leaf_index=None)
    report.waiting = waiting.count()
    late = waiting.filter(at__lt=now() - WINDOW).order_by("id").first()
    if late is not None:
        report.fault("waiting", None, f"entry {late.id} has waited for its number for more than 60 s")
    elif report.waiting:
        sequence()


def _check_nodes(report: Report) -> None:
    """Nodes that no leaf accounts for. They are read before the size, because both grow while this runs."""
    newest = Node.objects.aggregate(newest=Max("id"))["newest"]
    count, size = Node.objects.count(), tree_size()
    cut = newest is not None and newest >= 2 * size
    if cut and not any(fault.kind == "cut" for fault in report.faults):
        report.fault("cut", size, "the tree has more leaves than there are entries")
    grown = size != report.size
    if report.sound and not grown and count != 2 * size - size.bit_count():
        report.fault("node", None, "the tree has nodes that no leaf accounts for")
    if Entry.objects.filter(leaf_index__lt=0).exists():
        report.fault("order", None, "an entry has a negative number")


def _check_triggers(report: Report) -> None:
    gone = triggers.expected() - triggers.installed(connection)
    if gone:
        report.fault("triggers", None, f"missing: {', '.join(sorted(gone))}")
