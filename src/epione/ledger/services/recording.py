"""Recording of one use case, in the transaction of the change itself."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from epione.kernel.actor import Actor
from epione.kernel.clock import now
from epione.kernel.context import current_origin
from epione.kernel.crypto import Erased, Place, blind_index, seal
from epione.kernel.ids import uuid7
from epione.ledger.domain.leaf import Leaf, commitment, is_action
from epione.ledger.models import Detail, Entry

from .sequencing import append_now, sequence_soon


@dataclass(frozen=True, slots=True)
class EntryRef:
    """The entry that records a use case."""

    id: UUID


def record(
    *,
    action: str,
    by: Actor,
    entity: tuple[str, Any],
    patient_id: UUID | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    content: bytes | None = None,
) -> EntryRef:
    """Record one use case (or one read of a record), inside the caller's transaction.

    `action` is `<module>.<verb>`, `entity` is (kind, id). `before` and `after` are kept encrypted, under the
    patient's key when there is one; of `content` (a document, say) only a commitment is kept.
    If this raises, the caller's transaction must not commit: what cannot be recorded does not happen.
    """
    if not is_action(action):
        raise ValueError(f"'{action}' is not <module>.<verb>")
    with transaction.atomic(savepoint=False):
        entry_id, at = uuid7(), now()
        detail = _detail(by, entity, {"before": before, "after": after}, content)
        subject_id, sealed = _sealed(entry_id, by.practice_id, patient_id, detail)
        leaf = Leaf(
            id=str(entry_id),
            practice=str(by.practice_id),
            action=action,
            kind=by.kind.value,
            actor=keyed(by.practice_id, "actor", by.id),
            entity={"kind": entity[0], "hash": keyed(by.practice_id, f"entity.{entity[0]}", entity[1])},
            patient=keyed(by.practice_id, "patient", patient_id) if patient_id else None,
            time=at.isoformat(timespec="microseconds"),
            detail=hashlib.sha256(sealed).hexdigest(),
            opening=hashlib.sha256(detail).hexdigest(),
            content=commitment(_salt_of(detail), content) if content is not None else None,
        )
        entry = Entry(
            id=entry_id,
            practice_id=by.practice_id,
            action=action,
            actor_id=by.id,
            patient_id=patient_id,
            at=at,
            leaf=leaf.encode(),
        )
        _append(entry)
        Detail.objects.create(entry_id=entry_id, subject_id=subject_id, sealed=sealed)
    return EntryRef(entry_id)


def _append(entry: Entry) -> None:
    """SQLite has one writer at a time, so the leaf gets its index here; PostgreSQL's get theirs after commit."""
    if connection.vendor == "sqlite":
        append_now(entry)
    else:
        entry.save(force_insert=True)
        transaction.on_commit(sequence_soon)


def _detail(by: Actor, entity: tuple[str, Any], change: Mapping[str, Any], content: bytes | None) -> bytes:
    """The full audit record; its random salt makes its own hash say nothing to those who cannot read it."""
    return json.dumps(
        {
            "salt": os.urandom(32).hex(),
            "actor": {"id": str(by.id), "name": by.name, "roles": sorted(by.roles), "break_glass": by.break_glass},
            "entity": {"kind": entity[0], "id": str(entity[1])},
            **change,
            "content_size": len(content) if content is not None else None,
            "origin": asdict(current_origin()),
        },
        cls=DjangoJSONEncoder,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    ).encode()


def _salt_of(detail: bytes) -> bytes:
    return bytes.fromhex(json.loads(detail)["salt"])


def _sealed(entry_id: UUID, practice_id: UUID, patient_id: UUID | None, detail: bytes) -> tuple[UUID | None, bytes]:
    """Sealed for the patient; for the practice when there is none, or none any more."""
    try:
        return patient_id, seal(Place(practice_id, patient_id, "ledger_detail", entry_id, "sealed"), detail)
    except Erased:
        return None, seal(Place(practice_id, None, "ledger_detail", entry_id, "sealed"), detail)


def keyed(practice_id: UUID, what: str, value: Any) -> str:
    """A person or thing as a leaf names it: equal within one practice, meaningless outside."""
    return blind_index(practice_id, f"ledger.{what}", str(value)).hex()
