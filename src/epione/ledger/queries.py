"""Reads of the ledger and of the audit store; nothing here records."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BinaryField, BooleanField, F, Func, Max, Min, Q, QuerySet, Value

from epione.kernel.clock import now
from epione.kernel.crypto import Erased, Place, Tampered, unseal

from .domain.merkle import CompactRange, peak_ids
from .domain.verbs import READS
from .models import Anchor, Checkpoint, Detail, Entry, Node, Verification
from .naming import keyed


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to look for; `action` is an action or the beginning of one (`patients.`), `until` is exclusive.

    `reading` keeps only the reads (True) or only the changes (False); `entities` only entries about one of these
    things, as (kind, id).
    """

    actor_id: UUID | None = None
    patient_id: UUID | None = None
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    reading: bool | None = None
    entities: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One audit record, opened; `digest` is the hash of its leaf, in hexadecimal.

    `missing` says why there is no detail: "erased" (person), "shredded" (retention), "tampered" (it does not open).
    `spooled` marks what an emergency read while the ledger was away: it happened at `at` and was entered later.
    """

    id: UUID
    leaf_index: int | None
    at: datetime
    action: str
    actor_id: UUID
    actor_kind: str
    patient_id: UUID | None
    entity_kind: str
    entity_id: str = ""
    actor_name: str = ""
    actor_roles: Sequence[str] = ()
    break_glass: str | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    address: str = ""
    agent: str = ""
    purpose: str = ""
    correlation_id: str = ""
    missing: str = ""
    digest: str = ""
    spooled: bool = False


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of entries, newest first."""

    items: Sequence[AuditEntry]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class LedgerState:
    """Where the ledger stands. `verified_*` are of the last verification, `faults` what it found."""

    size: int
    waiting: int
    oldest_waiting_seconds: float
    checkpoint_size: int | None
    checkpoint_at: datetime | None
    checkpoint_note: str
    verified_at: datetime | None
    verified_size: int | None
    verified_in_full: bool
    faults: Sequence[dict[str, Any]] = field(default_factory=list)

    @property
    def sound(self) -> bool | None:
        """Whether the last verification found nothing; None when there was none."""
        return None if self.verified_at is None else not self.faults


def tree_size() -> int:
    """Number of sequenced leaves."""
    newest = Entry.objects.aggregate(newest=Max("leaf_index"))["newest"]
    return 0 if newest is None else newest + 1


def node_hashes(numbers: Sequence[int]) -> dict[int, bytes]:
    """Hashes of complete nodes by number."""
    found: dict[int, bytes] = {}
    for start in range(0, len(numbers), 500):
        rows = Node.objects.filter(id__in=numbers[start : start + 500]).values_list("id", "hash")
        found.update((number, bytes(hashed)) for number, hashed in rows)
    return found


def edge_at(size: int) -> CompactRange:
    """The right edge that the tree had at this size, from the stored nodes; raises `KeyError` if one is gone."""
    numbers = peak_ids(size)
    known = node_hashes(numbers)
    return CompactRange(size, [known[number] for number in numbers])


def matching(practice_id: UUID, filters: AuditFilter) -> QuerySet[Entry]:
    """Entries of one practice that fit, newest first."""
    rows = Entry.objects.filter(practice_id=practice_id)
    if filters.actor_id:
        rows = rows.filter(actor_id=filters.actor_id)
    if filters.patient_id:
        rows = rows.filter(patient_id=filters.patient_id)
    if filters.action:
        rows = rows.filter(action__startswith=filters.action)
    if filters.since:
        rows = rows.filter(at__gte=filters.since)
    if filters.until:
        rows = rows.filter(at__lt=filters.until)
    if filters.reading is not None:
        rows = rows.filter(action__regex=READS) if filters.reading else rows.exclude(action__regex=READS)
    if filters.entities:
        rows = rows.filter(_about(practice_id, filters.entities))
    return rows.order_by("-id")


class _Holds(Func):
    """Whether the bytes of a column contain others."""

    output_field = BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="INSTR(%(expressions)s) > 0", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        turned = self.copy()
        turned.set_source_expressions(self.get_source_expressions()[::-1])
        return turned.as_sql(
            compiler, connection, template="POSITION(%(expressions)s) > 0", arg_joiner=" IN ", **context
        )


def _about(practice_id: UUID, entities: Sequence[tuple[str, str]]) -> Q:
    """Entries about one of these things: only the leaf says it, by a keyed hash."""
    found = Q()
    for kind, entity_id in entities:
        named = keyed(practice_id, f"entity.{kind}", entity_id).encode()
        found |= Q(_Holds(F("leaf"), Value(named, output_field=BinaryField())))
    return found


def actions(practice_id: UUID) -> list[str]:
    """Every action that this practice has recorded, for the filter's list."""
    return list(
        Entry.objects.filter(practice_id=practice_id).values_list("action", flat=True).distinct().order_by("action")
    )


def practices() -> list[UUID]:
    """Every practice that has recorded anything."""
    return list(Entry.objects.values_list("practice_id", flat=True).distinct().order_by("practice_id"))


def page_of(practice_id: UUID, filters: AuditFilter, page: int, size: int) -> AuditPage:
    """One page of opened entries."""
    rows = matching(practice_id, filters)
    begin = (max(1, page) - 1) * size
    return AuditPage(opened(list(rows[begin : begin + size])), rows.count(), max(1, page), size)


def opened(entries: Sequence[Entry]) -> list[AuditEntry]:
    """Entries with their details, as far as these can still be read."""
    details = {row.entry_id: row for row in Detail.objects.filter(entry_id__in=[entry.id for entry in entries])}
    return [_audit_entry(entry, details.get(entry.id)) for entry in entries]


def entry_of(practice_id: UUID, entry_id: UUID) -> AuditEntry | None:
    """One entry of a practice, opened."""
    row = Entry.objects.filter(practice_id=practice_id, id=entry_id).first()
    return opened([row])[0] if row else None


def anchors_of(size: int) -> list[tuple[str, datetime]]:
    """Where outside the database the checkpoint of this size is kept, and since when."""
    rows = Anchor.objects.filter(checkpoint__size=size).order_by("at")
    return list(rows.values_list("provider", "at"))


def anchors_covering(index: int) -> list[tuple[str, int, datetime]]:
    """For each anchor the first checkpoint it keeps that covers the entry of this number: name, size, since when."""
    first = dict(
        Anchor.objects.filter(checkpoint__size__gt=index)
        .values_list("provider")
        .annotate(size=Min("checkpoint__size"))
        .order_by("provider")
    )
    rows = Anchor.objects.filter(checkpoint__size__in=set(first.values())).order_by("at")
    found = rows.values_list("provider", "checkpoint__size", "at")
    since = {(name, size): at for name, size, at in found.reverse()}
    return [(name, size, since[name, size]) for name, size in first.items()]


def detail_bytes(entry: Entry, detail: Detail) -> bytes:
    """The detail as it was recorded; raises `Erased` or `Tampered`."""
    return unseal(
        Place(entry.practice_id, detail.subject_id, "ledger_detail", entry.id, "sealed"), bytes(detail.sealed)
    )


def state() -> LedgerState:
    """Count, last checkpoint, last verification."""
    waiting = Entry.objects.filter(leaf_index=None)
    oldest = waiting.order_by("id").first()
    checkpoint = Checkpoint.objects.order_by("-size").first()
    verified = Verification.objects.order_by("-id").first()
    return LedgerState(
        size=tree_size(),
        waiting=waiting.count(),
        oldest_waiting_seconds=(now() - oldest.at).total_seconds() if oldest else 0.0,
        checkpoint_size=checkpoint.size if checkpoint else None,
        checkpoint_at=checkpoint.at if checkpoint else None,
        checkpoint_note=checkpoint.note if checkpoint else "",
        verified_at=verified.at if verified else None,
        verified_size=verified.size if verified else None,
        verified_in_full=bool(verified and verified.full),
        faults=verified.faults if verified else [],
    )


def _leaf(entry: Entry) -> dict[str, Any]:
    """What the leaf says; nothing when somebody damaged it, which the verification then locates."""
    try:
        leaf = json.loads(bytes(entry.leaf))
    except ValueError:
        return {}
    return leaf if isinstance(leaf, dict) else {}


def _audit_entry(entry: Entry, detail: Detail | None) -> AuditEntry:
    leaf = _leaf(entry)
    known = {
        "id": entry.id,
        "leaf_index": entry.leaf_index,
        "at": entry.at,
        "action": entry.action,
        "actor_id": entry.actor_id,
        "actor_kind": leaf.get("kind", ""),
        "patient_id": entry.patient_id,
        "entity_kind": leaf.get("entity", {}).get("kind", ""),
        "digest": hashlib.sha256(b"\x00" + bytes(entry.leaf)).hexdigest(),
    }
    if detail is None:
        return AuditEntry(**known, missing="shredded")
    try:
        said = json.loads(detail_bytes(entry, detail))
    except Erased:
        return AuditEntry(**known, missing="erased")
    except Tampered:
        return AuditEntry(**known, missing="tampered")
    return AuditEntry(
        **known,
        entity_id=said["entity"]["id"],
        actor_name=said["actor"]["name"],
        actor_roles=said["actor"]["roles"],
        break_glass=said["actor"]["break_glass"],
        before=said["before"],
        after=said["after"],
        spooled="spooled" in said,
        **{name: said["origin"][name] for name in ("address", "agent", "purpose", "correlation_id")},
    )
