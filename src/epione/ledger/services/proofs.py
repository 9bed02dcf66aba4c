"""Proofs that an outsider checks without this installation."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from epione.kernel.actor import Actor
from epione.kernel.crypto import Erased, Tampered
from epione.kernel.errors import Conflict, NotFound
from epione.ledger.domain.leaf import canonical, commitment
from epione.ledger.domain.merkle import (
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    proof_hashes,
    verify_inclusion,
)
from epione.ledger.domain.note import Checkpoint as CheckpointHead
from epione.ledger.models import Checkpoint, Detail, Entry
from epione.ledger.queries import AuditFilter, detail_bytes, matching, node_hashes
from epione.ledger.signing import log_signer

from .checkpoints import make_checkpoint
from .recording import record
from .sequencing import sequence

EXPORT_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Proof:
    """A leaf, its place, and the path from it to a signed head; `as_json` is the file that the verifier reads."""

    index: int
    leaf: bytes
    size: int
    hashes: list[bytes]
    checkpoint: str
    key: str

    @property
    def holds(self) -> bool:
        """Whether the path leads from the leaf to the signed root, computed here as an outsider would."""
        head = CheckpointHead.parse(self.checkpoint)
        signed = log_signer().verifier.verifies(self.checkpoint) and head.size == self.size
        return signed and verify_inclusion(self.index, self.size, leaf_hash(self.leaf), self.hashes, head.root)

    def as_json(self) -> dict[str, Any]:
        return {
            "type": "inclusion",
            "index": self.index,
            "size": self.size,
            "leaf": _text(self.leaf),
            "hashes": [_text(hashed) for hashed in self.hashes],
            "checkpoint": self.checkpoint,
            "key": self.key,
        }


def entry_proof(entry_id: UUID, practice_id: UUID | None = None) -> Proof:
    """Proof that an entry is in the log, under the newest checkpoint (a new one when none covers it yet)."""
    rows = Entry.objects.filter(id=entry_id)
    entry = (rows.filter(practice_id=practice_id) if practice_id else rows).first()
    if entry is None:
        raise NotFound
    if entry.leaf_index is None:
        sequence()
        entry.refresh_from_db()
    return _proof(entry, _covering(entry))


def states_content(*, entry_id: UUID, practice_id: UUID, content: bytes) -> bool | None:
    """Whether an entry commits to this content; None when its detail, which holds the salt, is there no more.

    A detail that was changed, or an entry that was removed, commits to nothing.
    """
    entry = Entry.objects.filter(id=entry_id, practice_id=practice_id).first()
    if entry is None:
        return False
    detail = Detail.objects.filter(entry_id=entry_id).first()
    if detail is None:
        return None
    try:
        said = json.loads(detail_bytes(entry, detail))
        stated = json.loads(bytes(entry.leaf))["content"]
    except Erased:
        return None
    except (Tampered, ValueError, KeyError, TypeError):
        return False
    return bool(stated == commitment(bytes.fromhex(said["salt"]), content))


def consistency_proof(old: int, size: int | None = None) -> dict[str, Any]:
    """Proof that the log of `old` leaves is the beginning of the one under the newest checkpoint (or of `size`)."""
    checkpoint = Checkpoint.objects.filter(size=size).first() if size else _newest()
    if checkpoint is None or not 0 < old <= checkpoint.size:
        raise Conflict
    hashes = proof_hashes(consistency_ranges(old, checkpoint.size), node_hashes)
    return {
        "type": "consistency",
        "old": old,
        "size": checkpoint.size,
        "hashes": [_text(hashed) for hashed in hashes],
        "checkpoint": checkpoint.note,
        "key": str(log_signer().verifier),
    }


def export_log() -> Iterator[dict[str, Any]]:
    """Every leaf in order, then the newest checkpoint: enough to compute each root again; no personal data."""
    checkpoint = _newest()
    if checkpoint is None:
        return
    rows = Entry.objects.filter(leaf_index__lt=checkpoint.size).order_by("leaf_index")
    for index, leaf in rows.values_list("leaf_index", "leaf").iterator():
        yield {"index": index, "leaf": bytes(leaf).decode()}
    yield {"checkpoint": checkpoint.note, "key": str(log_signer().verifier)}


def export_with_proof(*, by: Actor, filters: AuditFilter, details: bool = True) -> bytes:
    """The entries that fit (10,000 at most), opened, each with its proof: one JSON document for an outsider.

    The one who receives it checks with the independent verifier that no word of it was changed. Without `details`,
    the proofs go alone. Itself recorded.
    """
    rows = list(matching(by.practice_id, filters)[:EXPORT_LIMIT])
    make_checkpoint(far=False)
    rows = list(Entry.objects.filter(id__in=[row.id for row in rows]).order_by("-id"))
    checkpoint = _newest()
    if checkpoint is None:
        raise NotFound
    kept = {row.entry_id: row for row in Detail.objects.filter(entry_id__in=[row.id for row in rows])}
    document = {
        "type": "audit-export",
        "checkpoint": checkpoint.note,
        "key": str(log_signer().verifier),
        "entries": [_exported(row, kept.get(row.id), checkpoint, details=details) for row in rows],
    }
    raw = canonical(document)
    record(
        action="ledger.export",
        by=by,
        entity=("audit", by.practice_id),
        patient_id=filters.patient_id,
        after={"entries": len(rows), "filters": filters_told(filters), "details": details},
        content=raw,
    )
    return raw


def filters_told(filters: AuditFilter) -> dict[str, Any]:
    """A filter as an audit record says it."""
    return {
        "actor": filters.actor_id,
        "patient": filters.patient_id,
        "action": filters.action,
        "since": filters.since,
        "until": filters.until,
        "reading": filters.reading,
        **({"entities": [f"{kind} {name}" for kind, name in filters.entities]} if filters.entities else {}),
    }


def _exported(entry: Entry, detail: Detail | None, checkpoint: Checkpoint, *, details: bool) -> dict[str, Any]:
    proof = _proof(entry, checkpoint)
    told: dict[str, Any] = {
        "index": proof.index,
        "leaf": _text(proof.leaf),
        "hashes": [_text(hashed) for hashed in proof.hashes],
        "detail": None,
    }
    if not details:
        told["missing"] = "withheld"
    elif detail is not None:
        try:
            told["detail"] = detail_bytes(entry, detail).decode()
        except Erased:
            told["missing"] = "erased"
        except Tampered:
            told["missing"] = "tampered"
    else:
        told["missing"] = "shredded"
    return told


def _proof(entry: Entry, checkpoint: Checkpoint) -> Proof:
    index = entry.leaf_index
    if index is None or index >= checkpoint.size:
        raise Conflict
    hashes = proof_hashes(inclusion_ranges(index, checkpoint.size), node_hashes)
    key = str(log_signer().verifier)
    return Proof(index, bytes(entry.leaf), checkpoint.size, hashes, checkpoint.note, key)


def _covering(entry: Entry) -> Checkpoint:
    newest = _newest()
    if newest is None or entry.leaf_index is None or newest.size <= entry.leaf_index:
        make_checkpoint(far=False)
        newest = _newest()
    if newest is None:
        raise NotFound
    return newest


def _newest() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size", "id").first()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
