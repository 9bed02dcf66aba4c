"""What the API says of proofs."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema

from epione.imaging.services.proving import Kept, Registration, Verdict
from epione.ledger.public import AuditEntry, AuditPage, action_words, is_read


class AnchorOut(Schema):
    """A place outside the database that keeps a signed head covering the image."""

    anchor: str
    size: int
    since: datetime

    @classmethod
    def of(cls, kept: Kept) -> "AnchorOut":
        return cls(anchor=kept.anchor, size=kept.size, since=kept.since)


class ProofOut(Schema):
    """`proof` is the file that docs/verify/epione_verify.py reads; `sequence` is the number of the entry."""

    image_id: UUID
    hash_registered: bool
    stored_sha256: str
    entry_id: UUID
    sequence: int
    log_size: int
    anchors: list[AnchorOut]
    proof: dict[str, Any]

    @classmethod
    def of(cls, told: Registration) -> "ProofOut":
        return cls(
            image_id=told.image_id,
            hash_registered=True,
            stored_sha256=told.stored_sha256,
            entry_id=told.entry_id,
            sequence=told.proof.index,
            log_size=told.proof.size,
            anchors=[AnchorOut.of(kept) for kept in told.anchors],
            proof=told.proof.as_json(),
        )


class ImageVerdictOut(Schema):
    """`verified` is null when it cannot be known: the person was erased and what her entry states no longer opens.

    `faults`: not_registered, file_gone, file_changed, entry_differs, not_in_log.
    """

    image_id: UUID
    verified: bool | None
    verdict: Literal["proved", "broken", "unknown"]
    faults: list[str]
    stored_sha256: str
    computed_sha256: str
    entry_id: UUID | None
    log_size: int | None
    anchors: list[AnchorOut]
    timestamp: datetime

    @classmethod
    def of(cls, told: Verdict) -> "ImageVerdictOut":
        return cls(
            image_id=told.image_id,
            verified={"proved": True, "broken": False}.get(told.verdict),
            verdict=told.verdict,
            faults=list(told.faults),
            stored_sha256=told.stored_sha256,
            computed_sha256=told.computed_sha256,
            entry_id=told.entry_id,
            log_size=told.size,
            anchors=[AnchorOut.of(kept) for kept in told.anchors],
            timestamp=told.checked_at,
        )


class AccessOut(Schema):
    """One access: who, when, what; `reading` when nothing was changed, `emergency` under an emergency access."""

    entry_id: UUID
    sequence: int | None
    timestamp: datetime
    actor_id: UUID
    actor: str
    roles: list[str]
    action: str
    action_text: str
    reading: bool
    emergency: bool

    @classmethod
    def of(cls, entry: AuditEntry) -> "AccessOut":
        return cls(
            entry_id=entry.id,
            sequence=entry.leaf_index,
            timestamp=entry.at,
            actor_id=entry.actor_id,
            actor=entry.actor_name,
            roles=list(entry.actor_roles),
            action=entry.action,
            action_text=str(action_words(entry.action)),
            reading=is_read(entry.action),
            emergency=entry.break_glass is not None,
        )


class AccessLogOut(Schema):
    """One page of accesses, newest first."""

    image_id: UUID
    items: list[AccessOut]
    total: int
    page: int
    size: int

    @classmethod
    def of(cls, image_id: UUID, found: AuditPage) -> "AccessLogOut":
        items = [AccessOut.of(entry) for entry in found.items]
        return cls(image_id=image_id, items=items, total=found.total, page=found.page, size=found.size)
