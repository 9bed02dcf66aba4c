"""Check of one leaf against the row that carries it and the detail beside it."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from epione.ledger.domain.merkle import leaf_hash
from epione.ledger.models import Detail, Entry, Shredding
from epione.ledger.naming import keyed

from .shredding import sound_runs


class LeafCheck:
    """Checks the leaves of one batch; what they need is read at once."""

    def __init__(self, batch: Sequence[Entry]) -> None:
        ids = [entry.id for entry in batch]
        details = Detail.objects.filter(entry_id__in=ids).values_list("entry_id", "sealed")
        self._details: dict[UUID, str] = {i: hashlib.sha256(bytes(sealed)).hexdigest() for i, sealed in details}
        gone = [i for i in ids if i not in self._details]
        self._runs: dict[UUID, UUID] = dict(
            Shredding.objects.filter(entry_id__in=gone).values_list("entry_id", "run_id")
        )
        self._sound_runs = sound_runs(set(self._runs.values()))

    def of(self, entry: Entry) -> tuple[bytes, list[tuple[str, str]]]:
        """Leaf hash, and what is wrong as (kind, sentence)."""
        raw = bytes(entry.leaf)
        try:
            leaf = json.loads(raw)
            wrong = [*self._columns(entry, leaf), *self._detail(entry, leaf)]
        except (ValueError, KeyError, TypeError) as error:
            wrong = [("leaf", f"is not readable ({type(error).__name__})")]
        return leaf_hash(raw), wrong

    def _columns(self, entry: Entry, leaf: dict[str, Any]) -> list[tuple[str, str]]:
        practice_id = entry.practice_id
        told = {
            "id": str(entry.id),
            "practice": str(practice_id),
            "action": entry.action,
            "time": entry.at.isoformat(timespec="microseconds"),
            "actor": keyed(practice_id, "actor", entry.actor_id),
            "patient": keyed(practice_id, "patient", entry.patient_id) if entry.patient_id else None,
        }
        return [("columns", f"column {name} is not what the leaf says") for name in told if leaf[name] != told[name]]

    def _detail(self, entry: Entry, leaf: dict[str, Any]) -> list[tuple[str, str]]:
        found = self._details.get(entry.id)
        if found is None:
            if self._runs.get(entry.id) in self._sound_runs:
                return []
            return [("detail", "the detail is gone, and no retention run accounts for it")]
        return [] if found == leaf["detail"] else [("detail", "the detail was changed")]
