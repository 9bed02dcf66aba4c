"""Append, prove and verify on a growing ledger, beside a naive recomputation of the same tree in the same run."""

import hashlib
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.core.management import call_command
from django.db import transaction

from epione.kernel.actor import Actor, ActorKind
from epione.ledger.domain.merkle import (
    CompactRange,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    proof_hashes,
    verify_inclusion,
)
from epione.ledger.public import consistency_proof, entry_proof, make_checkpoint, record, verify

LEAVES = 100_000
ENTRIES = 5_000
PROOFS = 200


def run() -> list[dict[str, Any]]:
    """CPU time: the tree alone on 100,000 leaves, then the whole ledger on 5,000 entries in the database."""
    call_command("migrate", verbosity=0)
    return [*_tree(), *_ledger()]


def _tree() -> list[dict[str, Any]]:
    leaves = [f"leaf {number}".encode() for number in range(LEAVES)]
    nodes: dict[int, bytes] = {}
    tree = CompactRange()

    def grow() -> None:
        for leaf in leaves:
            nodes.update(tree.append(leaf_hash(leaf)))

    appended, naive = _seconds(grow), _seconds(lambda: naive_root(leaves))
    if tree.root() != naive_root(leaves):
        raise AssertionError("the tree differs from the definition")
    root, index = tree.root(), LEAVES // 3
    path = proof_hashes(inclusion_ranges(index, LEAVES), lambda _: nodes)
    proved = _seconds(lambda: proof_hashes(inclusion_ranges(index, LEAVES), lambda _: nodes), PROOFS)
    grew = _seconds(lambda: proof_hashes(consistency_ranges(index, LEAVES), lambda _: nodes), PROOFS)
    checked = _seconds(lambda: verify_inclusion(index, LEAVES, leaf_hash(leaves[index]), path, root), PROOFS)
    peer = "the definition, recomputed"
    return [
        _row("tree of 100,000", "append one leaf", appended / LEAVES, 10.0, (f"{peer} after each", naive)),
        _row("tree of 100,000", "inclusion proof", proved, 200.0, (peer, naive)),
        _row("tree of 100,000", "consistency proof", grew, 200.0, (peer, naive)),
        _row("tree of 100,000", "check of a proof", checked, 200.0, (peer, naive)),
    ]


def _ledger() -> list[dict[str, Any]]:
    by = Actor(uuid4(), ActorKind.PERSON, uuid4(), frozenset({"pharmacist"}), "bench")
    patient = uuid4()
    ids: list[UUID] = []

    def one() -> None:
        with transaction.atomic():
            change = {"name": "DURAND", "weight_kg": 60}
            entity = ("patient", patient)
            ids.append(
                record(
                    action="patients.update", by=by, entity=entity, patient_id=patient, before=change, after=change
                ).id
            )

    recorded = _seconds(one, ENTRIES)
    make_checkpoint()
    proved = _seconds(lambda: entry_proof(ids[ENTRIES // 3]), PROOFS)
    grew = _seconds(lambda: consistency_proof(ENTRIES // 3), PROOFS)
    full = _seconds(lambda: _sound(full=True))
    for _ in range(100):
        one()
    incremental = _seconds(lambda: _sound(full=False))
    return [
        _row(f"ledger of {ENTRIES}", "record one use case", recorded, 2_000.0),
        _row(f"ledger of {ENTRIES}", "proof of an entry", proved, 5_000.0),
        _row(f"ledger of {ENTRIES}", "proof of growth", grew, 5_000.0),
        _row(f"ledger of {ENTRIES}", "full verification, per 100,000", full / ENTRIES * LEAVES, 30_000_000.0),
        _row(f"ledger of {ENTRIES}", "verification of 100 more", incremental, 1_000_000.0),
    ]


def naive_root(leaves: list[bytes]) -> bytes:
    """The recursive definition of RFC 9162."""
    if len(leaves) < 2:
        return leaf_hash(leaves[0]) if leaves else hashlib.sha256().digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + naive_root(leaves[:half]) + naive_root(leaves[half:])).digest()


def _sound(*, full: bool) -> None:
    report = verify(full=full)
    if not report.sound:
        raise AssertionError(f"the ledger does not verify: {report.faults[:3]}")


def _seconds(act: Callable[[], object], times: int = 1) -> float:
    begin = time.process_time()
    for _ in range(times):
        act()
    return (time.process_time() - begin) / times


def _row(
    case: str, metric: str, seconds: float, target: float, peer: tuple[str, float] | None = None
) -> dict[str, Any]:
    value = seconds * 1e6
    row: dict[str, Any] = {"case": case, "metric": metric, "unit": "us CPU", "value": round(value, 1), "target": target}
    if peer is not None:
        row |= {"peer": peer[0], "peer_value": round(peer[1] * 1e6, 1), "ratio": round(peer[1] / seconds, 1)}
    return row | {"met": value <= target}
