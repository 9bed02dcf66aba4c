"""Recording of one use case, in the transaction of the change itself."""

import hashlib
import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, InterfaceError, connection, transaction

from epione.kernel.actor import Actor
from epione.kernel.clock import now
from epione.kernel.context import current_origin
from epione.kernel.crypto import Erased, KeysUnavailable, Place, Tampered, seal
from epione.kernel.ids import uuid7
from epione.ledger import spool
from epione.ledger.domain.leaf import Leaf, commitment, is_action
from epione.ledger.domain.spool import spoolable
from epione.ledger.models import Detail, Entry
from epione.ledger.naming import keyed

from .sequencing import append_now, sequence, sequence_soon

logger = logging.getLogger(__name__)
AWAY = (DatabaseError, InterfaceError, KeysUnavailable, Tampered, KeyError)
"""What says that the ledger is away: its tables refuse or wait, a node of its tree is gone, its keys do not open."""
PATIENCE = "3s"
"""How long an emergency waits for a locked table of the ledger (PostgreSQL)."""


@dataclass(frozen=True, slots=True)
class EntryRef:
    """The entry that records a use case."""

    id: UUID


@dataclass(frozen=True, slots=True)
class Happened:
    """One use case before it is written: `detail` is the full audit record, `content` a commitment in hexadecimal."""

    id: UUID
    practice_id: UUID
    action: str
    at: datetime
    actor_id: UUID
    actor_kind: str
    entity: tuple[str, str]
    patient_id: UUID | None
    detail: bytes
    content: str | None


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
    If this raises, the caller's transaction must not commit: what cannot be recorded does not happen. One exception:
    what an emergency access reads while the ledger is away is kept in the local spool and enters the ledger later.
    """
    if not is_action(action):
        raise ValueError(f"'{action}' is not <module>.<verb>")
    detail = _detail(by, entity, {"before": before, "after": after}, content)
    happened = Happened(
        id=uuid7(),
        practice_id=by.practice_id,
        action=action,
        at=now(),
        actor_id=by.id,
        actor_kind=by.kind.value,
        entity=(entity[0], str(entity[1])),
        patient_id=patient_id,
        detail=detail,
        content=commitment(_salt_of(detail), content) if content is not None else None,
    )
    if spoolable(action, emergency=by.break_glass is not None):
        _write_or_spool(happened)
    else:
        with transaction.atomic(savepoint=False):
            _write(happened)
    return EntryRef(happened.id)


def _write_or_spool(happened: Happened) -> None:
    """In a savepoint, so that the reading itself can go on when the ledger refuses."""
    try:
        with transaction.atomic(), impatient():
            _write(happened)
    except AWAY as error:
        number = spool.append(_packed(happened))
        logger.warning("ledger away (%s): line %s of the spool", type(error).__name__, number)


@contextmanager
def impatient() -> Iterator[None]:
    """Give up soon on a table of the ledger that somebody has locked (PostgreSQL), inside a transaction."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        usual = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        yield
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [usual])


def write_spooled(raw: bytes) -> tuple[UUID, datetime] | None:
    """Write an event of the spool with its own time, marked as such: its practice and time; None when it is there."""
    happened = _unpacked(raw)
    if Entry.objects.filter(id=happened.id).exists():
        return None
    with transaction.atomic():
        _write(happened)
        # Its time is not of today: it gets its number here, so that no verification takes it for one left behind.
        sequence()
    return happened.practice_id, happened.at


def _write(happened: Happened) -> None:
    practice_id, patient_id = happened.practice_id, happened.patient_id
    subject_id, sealed = _sealed(happened.id, practice_id, patient_id, happened.detail)
    kind, entity_id = happened.entity
    leaf = Leaf(
        id=str(happened.id),
        practice=str(practice_id),
        action=happened.action,
        kind=happened.actor_kind,
        actor=keyed(practice_id, "actor", happened.actor_id),
        entity={"kind": kind, "hash": keyed(practice_id, f"entity.{kind}", entity_id)},
        patient=keyed(practice_id, "patient", patient_id) if patient_id else None,
        time=happened.at.isoformat(timespec="microseconds"),
        detail=hashlib.sha256(sealed).hexdigest(),
        opening=hashlib.sha256(happened.detail).hexdigest(),
        content=happened.content,
    )
    entry = Entry(
        id=happened.id,
        practice_id=practice_id,
        action=happened.action,
        actor_id=happened.actor_id,
        patient_id=patient_id,
        at=happened.at,
        leaf=leaf.encode(),
    )
    _append(entry)
    Detail.objects.create(entry_id=happened.id, subject_id=subject_id, sealed=sealed)


def _append(entry: Entry) -> None:
    """SQLite has one writer at a time, so the leaf gets its index here; PostgreSQL's get theirs after commit."""
    if connection.vendor == "sqlite":
        append_now(entry)
    else:
        entry.save(force_insert=True)
        transaction.on_commit(sequence_soon)


def _detail(by: Actor, entity: tuple[str, Any], change: Mapping[str, Any], content: bytes | None) -> bytes:
    """The full audit record; its random salt makes its own hash say nothing to those who cannot read it."""
    return _json(
        {
            "salt": os.urandom(32).hex(),
            "actor": {"id": str(by.id), "name": by.name, "roles": sorted(by.roles), "break_glass": by.break_glass},
            "entity": {"kind": entity[0], "id": str(entity[1])},
            **change,
            "content_size": len(content) if content is not None else None,
            "origin": asdict(current_origin()),
        }
    )


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _packed(happened: Happened) -> bytes:
    told = asdict(happened) | {"detail": happened.detail.decode(), "at": happened.at.isoformat()}
    return _json(told)


def _unpacked(raw: bytes) -> Happened:
    """The event of a line of the spool; its detail says that it was spooled, and since when it is in the ledger."""
    told = json.loads(raw)
    detail = json.loads(told["detail"]) | {"spooled": {"at": told["at"], "replayed_at": now().isoformat()}}
    return Happened(
        **told
        | {name: UUID(told[name]) for name in ("id", "practice_id", "actor_id")}
        | {
            "patient_id": UUID(told["patient_id"]) if told["patient_id"] else None,
            "entity": tuple(told["entity"]),
            "at": datetime.fromisoformat(told["at"]),
            "detail": _json(detail),
        }
    )


def _salt_of(detail: bytes) -> bytes:
    return bytes.fromhex(json.loads(detail)["salt"])


def _sealed(entry_id: UUID, practice_id: UUID, patient_id: UUID | None, detail: bytes) -> tuple[UUID | None, bytes]:
    """Sealed for the patient; for the practice when there is none, or none any more."""
    try:
        return patient_id, seal(Place(practice_id, patient_id, "ledger_detail", entry_id, "sealed"), detail)
    except Erased:
        return None, seal(Place(practice_id, None, "ledger_detail", entry_id, "sealed"), detail)
