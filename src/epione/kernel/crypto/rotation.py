"""Rotation of the key-encryption key: data keys are wrapped again, the data itself is not touched."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count

from epione.kernel.models.keys import DataKey

from .errors import KeysUnavailable
from .holder import key_holder
from .keyring import context_of

BATCH = 500


@dataclass(frozen=True, slots=True)
class KeysStatus:
    """State of the keys: `wrapped_by` counts the data keys under each key-encryption key."""

    holder: str
    active: str
    ids: list[str]
    wrapped_by: dict[str, int]
    erased: int

    @property
    def removable(self) -> list[str]:
        """Older key-encryption keys that wrap nothing any more."""
        return [kek_id for kek_id in self.ids if kek_id != self.active and not self.wrapped_by.get(kek_id)]

    @property
    def missing(self) -> list[str]:
        """Key-encryption keys that wrap data keys and are not there."""
        return sorted(set(self.wrapped_by) - set(self.ids))


def keys_status() -> KeysStatus:
    """Which keys exist and what they wrap."""
    holder = key_holder()
    living = DataKey.objects.filter(erased_at=None)
    return KeysStatus(
        holder=holder.name,
        active=holder.active(),
        ids=holder.ids(),
        wrapped_by=dict(living.values_list("kek_id").annotate(Count("id")).order_by("kek_id")),
        erased=DataKey.objects.exclude(erased_at=None).count(),
    )


def rotate() -> int:
    """Make a new key-encryption key and wrap every data key with it; returns how many.

    Readers go on meanwhile: both keys unwrap. May be interrupted and called again (`rewrap`).
    """
    key_holder().add()
    return rewrap()


def rewrap() -> int:
    """Wrap with the active key whatever an older one still wraps."""
    active, total = key_holder().active(), 0
    while True:
        with transaction.atomic():
            waiting = DataKey.objects.filter(erased_at=None).exclude(kek_id=active).select_for_update()
            batch = list(waiting.order_by("id")[:BATCH])
            for row in batch:
                _rewrap(row)
        total += len(batch)
        if len(batch) < BATCH:
            return total


def remove_unused() -> list[str]:
    """Destroy the key-encryption keys that wrap nothing any more. Backups made under them become unreadable."""
    removable = keys_status().removable
    for kek_id in removable:
        key_holder().remove(kek_id)
    return removable


def _rewrap(row: DataKey) -> None:
    holder, context = key_holder(), context_of(row.practice_id, row.subject_id, row.purpose)
    secret = holder.unwrap(row.kek_id, bytes(row.wrapped), context)
    row.kek_id, row.wrapped = holder.wrap(secret, context)
    row.save(update_fields=["kek_id", "wrapped"])


def check_keys() -> None:
    """Raise `KeysUnavailable` unless every data key could be unwrapped with the keys at hand."""
    missing = keys_status().missing
    if missing:
        raise KeysUnavailable(why=f"missing key-encryption keys: {', '.join(missing)}")
