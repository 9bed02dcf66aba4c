"""Crypto-shredding: the keys of a person are destroyed, and stay destroyed after a restore."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from epione.kernel.clock import now
from epione.kernel.models.keys import DataKey, Erasure

from .keyring import forget_cached


def forget_subject(practice_id: UUID, subject_id: UUID) -> None:
    """Destroy the data keys of one person: every field and blob sealed for them becomes unreadable for ever.

    The erasure is recorded beside the keys (never in a backup's stead), so that a restore replays it.
    """
    with transaction.atomic():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA secure_delete=ON")
        Erasure.objects.get_or_create(practice_id=practice_id, subject_id=subject_id, defaults={"at": now()})
        _destroy(practice_id, subject_id)
        transaction.on_commit(write_erasures)
    forget_cached(practice_id, subject_id)


def replay_erasures(lines: Iterable[str]) -> int:
    """After a restore: destroy again every key that was destroyed since the backup; returns how many persons."""
    count = 0
    for line in lines:
        row = json.loads(line)
        practice_id, subject_id = UUID(row["practice"]), UUID(row["subject"])
        with transaction.atomic():
            Erasure.objects.get_or_create(practice_id=practice_id, subject_id=subject_id, defaults={"at": row["at"]})
            _destroy(practice_id, subject_id)
        forget_cached(practice_id, subject_id)
        count += 1
    return count


def erasures_path() -> Path:
    """The list of erasures, beside the keys."""
    return Path(settings.HOME) / "keys" / "erasures.jsonl"


def erasure_lines() -> list[str]:
    """Every erasure known to the database or to the list beside the keys, as JSON lines."""
    known: dict[tuple[str, str], str] = {}
    if erasures_path().exists():
        for line in erasures_path().read_text().splitlines():
            row = json.loads(line)
            known[row["practice"], row["subject"]] = row["at"]
    for row in Erasure.objects.all():
        known[str(row.practice_id), str(row.subject_id)] = row.at.isoformat()
    return [json.dumps({"practice": p, "subject": s, "at": at}) for (p, s), at in sorted(known.items())]


def write_erasures() -> None:
    """Bring the list beside the keys up to date."""
    path = erasures_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.writelines(f"{line}\n" for line in erasure_lines())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _destroy(practice_id: UUID, subject_id: UUID) -> None:
    keys = DataKey.objects.filter(practice_id=practice_id, subject_id=subject_id)
    keys.filter(erased_at=None).update(wrapped=b"", erased_at=now())
    if not keys.exists():
        # A tombstone without a key: nothing can be sealed for this person later on.
        DataKey.objects.create(
            practice_id=practice_id, subject_id=subject_id, purpose="data", kid=os.urandom(24), erased_at=now()
        )
