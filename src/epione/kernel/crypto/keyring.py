"""Data keys: one per patient and two per practice, made on first use, cached once committed."""

import hmac
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Literal
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction
from django.db.models import QuerySet

from epione.kernel.models.keys import PRACTICE_ITSELF, DataKey

from .cache import Cache
from .errors import Erased, Tampered
from .holder import key_holder

Purpose = Literal["data", "index"]
KID_SIZE: Final = 24
CACHED_KEYS: Final = 20_000
CACHED_SECONDS: Final = 300.0


@dataclass(frozen=True, slots=True)
class Key:
    """An unwrapped key; `kid` commits to it (AES-GCM alone does not)."""

    kid: bytes
    secret: bytes = field(repr=False)
    cipher: AESGCM = field(repr=False)
    generation: int = 1

    @classmethod
    def of(cls, secret: bytes, generation: int = 1) -> "Key":
        kid = hmac.digest(secret, b"epione/key-commitment/1", "sha256")[:KID_SIZE]
        return cls(kid, secret, AESGCM(secret), generation)


_Name = tuple[UUID, UUID | None, Purpose | bytes]
_cache: Cache[Key] = Cache(CACHED_KEYS, CACHED_SECONDS)


class _Uncommitted(threading.local):
    """Keys made by the transaction of this thread: they count only while that transaction can still commit them."""

    def __init__(self) -> None:
        self.keys: dict[_Name, tuple[Key, int, Callable[[], None]]] = {}

    def get(self, name: _Name) -> Key | None:
        found = self.keys.get(name)
        if found is None:
            return None
        key, index, on_commit = found
        # A rolled back transaction or savepoint takes its hooks away: the row of the key went with them.
        hooks = connection.run_on_commit
        if index < len(hooks) and hooks[index][1] is on_commit:
            return key
        del self.keys[name]
        return None


_uncommitted = _Uncommitted()


def current_key(practice_id: UUID, subject_id: UUID | None, purpose: Purpose = "data") -> Key:
    """The key that seals today for this subject, made if there is none; raises `Erased`."""
    name: _Name = (practice_id, subject_id, purpose)
    key = _cache.get(name) or _uncommitted.get(name)
    if key is not None:
        return key
    row = _rows(practice_id, subject_id, purpose).order_by("-generation").first()
    if row is None:
        return _make(practice_id, subject_id, purpose)
    key = _open(row)
    _cache.put(name, key)
    return key


def first_index_key(practice_id: UUID) -> Key:
    """The index key that the practice had first: for hashes that are written once and compared for ever."""
    key = current_key(practice_id, None, "index")
    if key.generation == 1:
        return key
    name: _Name = (practice_id, None, b"first-index")
    if (known := _cache.get(name)) is not None:
        return known
    first = _open(_rows(practice_id, None, "index").get(generation=1))
    _cache.put(name, first)
    return first


def renew_index_key(practice_id: UUID) -> int:
    """Make a new index key; its generation. What was indexed under the former one is found again once reindexed.

    Other processes go on with the former key until their cache ends (`CACHED_SECONDS`).
    """
    former = current_key(practice_id, None, "index")
    key = Key.of(os.urandom(32), former.generation + 1)
    kek_id, wrapped = key_holder().wrap(key.secret, context_of(practice_id, PRACTICE_ITSELF, "index"))
    DataKey.objects.create(
        practice_id=practice_id, purpose="index", generation=key.generation, kid=key.kid, kek_id=kek_id, wrapped=wrapped
    )
    _cache.drop((practice_id, None, "index"))
    _remember_once_committed(practice_id, None, "index", key)
    return key.generation


def key_by_id(practice_id: UUID, subject_id: UUID | None, kid: bytes) -> Key:
    """The data key with this id, if it is one of this subject; raises `Tampered` or `Erased`."""
    current = _cache.get((practice_id, subject_id, "data"))
    if current is not None and current.kid == kid:
        return current
    name: _Name = (practice_id, subject_id, kid)
    key = _cache.get(name) or _uncommitted.get(name)
    if key is not None:
        return key
    row = _rows(practice_id, subject_id, "data").filter(kid=kid).first()
    if row is None:
        raise Tampered("sealed under a key that this subject does not have")
    key = _open(row)
    _cache.put(name, key)
    return key


def prefetch_keys(practice_id: UUID, subject_ids: Iterable[UUID]) -> None:
    """Read the keys of many subjects at once, before a list of them is unsealed; erased ones are left out."""
    wanted = [subject for subject in subject_ids if _cache.get((practice_id, subject, "data")) is None]
    for start in range(0, len(wanted), 500):
        rows = DataKey.objects.filter(practice_id=practice_id, subject_id__in=wanted[start : start + 500])
        for row in rows.filter(purpose="data", erased_at=None).order_by("generation"):
            if _uncommitted.get((practice_id, row.subject_id, "data")) is None:
                _cache.put((practice_id, row.subject_id, "data"), _open(row))


def preload(practice_id: UUID, subject_ids: Iterable[UUID]) -> None:
    """Open the current data keys of many subjects with one query, before their values are read; erased ones do not."""
    missing = [subject for subject in subject_ids if _cache.get((practice_id, subject, "data")) is None]
    if not missing:
        return
    rows = DataKey.objects.filter(practice_id=practice_id, subject_id__in=missing, purpose="data", erased_at=None)
    for row in rows.order_by("generation"):
        _cache.put((practice_id, row.subject_id, "data"), _open(row))


def make_keys(practice_id: UUID, subject_ids: Iterable[UUID]) -> None:
    """Make the data keys of many new subjects with one insertion; a subject that has one already keeps it."""
    rows, keys = [], {}
    for subject in subject_ids:
        key = keys[subject] = Key.of(os.urandom(32))
        kek_id, wrapped = key_holder().wrap(key.secret, context_of(practice_id, subject, "data"))
        rows.append(
            DataKey(
                practice_id=practice_id, subject_id=subject, purpose="data", kid=key.kid, kek_id=kek_id, wrapped=wrapped
            )
        )
    DataKey.objects.bulk_create(rows, ignore_conflicts=True)
    stored = DataKey.objects.filter(practice_id=practice_id, subject_id__in=list(keys), purpose="data")
    kids = {(subject, bytes(kid)) for subject, kid in stored.values_list("subject_id", "kid")}
    for subject, key in keys.items():
        if (subject, key.kid) in kids:
            _remember_once_committed(practice_id, subject, "data", key)


def forget_cached(practice_id: UUID, subject_id: UUID) -> None:
    """Drop the unwrapped keys of one subject from this process."""
    rows = _rows(practice_id, subject_id, "data").values_list("kid", flat=True)
    names: list[_Name] = [(practice_id, subject_id, bytes(kid)) for kid in rows]
    names.append((practice_id, subject_id, "data"))
    _cache.drop(*names)
    for name in names:
        _uncommitted.keys.pop(name, None)


def clear_cache() -> None:
    """Forget every unwrapped key of this process (after a restore, a flush or a migration)."""
    _cache.clear()
    _uncommitted.keys.clear()


def context_of(practice_id: UUID, subject_id: UUID, purpose: str) -> bytes:
    """What a wrapped key is bound to."""
    return practice_id.bytes + subject_id.bytes + purpose.encode()


def _rows(practice_id: UUID, subject_id: UUID | None, purpose: Purpose) -> QuerySet[DataKey]:
    return DataKey.objects.filter(practice_id=practice_id, subject_id=subject_id or PRACTICE_ITSELF, purpose=purpose)


def _open(row: DataKey) -> Key:
    if row.erased_at is not None:
        raise Erased
    context = context_of(row.practice_id, row.subject_id, row.purpose)
    key = Key.of(key_holder().unwrap(row.kek_id, bytes(row.wrapped), context), row.generation)
    if key.kid != bytes(row.kid):
        raise Tampered("data key does not match its commitment")
    return key


def _make(practice_id: UUID, subject_id: UUID | None, purpose: Purpose) -> Key:
    """Insert a new key; of two concurrent makers the first one wins and both use its key."""
    key = Key.of(os.urandom(32))
    subject = subject_id or PRACTICE_ITSELF
    kek_id, wrapped = key_holder().wrap(key.secret, context_of(practice_id, subject, purpose))
    row = DataKey(
        practice_id=practice_id, subject_id=subject, purpose=purpose, kid=key.kid, kek_id=kek_id, wrapped=wrapped
    )
    DataKey.objects.bulk_create([row], ignore_conflicts=True)
    stored = _rows(practice_id, subject_id, purpose).order_by("-generation").get()
    if bytes(stored.kid) != key.kid:
        return _open(stored)
    _remember_once_committed(practice_id, subject_id, purpose, key)
    return key


def _remember_once_committed(practice_id: UUID, subject_id: UUID | None, purpose: Purpose, key: Key) -> None:
    names: list[_Name] = [(practice_id, subject_id, purpose), (practice_id, subject_id, key.kid)]

    def on_commit() -> None:
        for name in names:
            _cache.put(name, key)
            _uncommitted.keys.pop(name, None)

    for name in names:
        _uncommitted.keys[name] = (key, len(connection.run_on_commit), on_commit)
    transaction.on_commit(on_commit)
