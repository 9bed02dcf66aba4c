"""Entries and proofs as the page shows them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from epione.kernel.actor import Actor
from epione.kernel.clock import today
from epione.kernel.kit.charts import merkle_path
from epione.kernel.kit.formats import civil, clock, number
from epione.kernel.kit.parts import Change
from epione.ledger.directory import directory
from epione.ledger.public import (
    AuditEntry,
    CheckpointHead,
    LedgerState,
    Proof,
    anchors_of,
    entry_proof,
    leaf_hash,
    log_signer,
    verify_inclusion,
)
from epione.ledger.words import MISSING, action_words

SHOWN = 400
"""Longest value of a difference, in characters: the export has it whole."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry against the margin; `earlier` than today, it shows its day too."""

    entry: AuditEntry
    person: str
    words: str
    patient: str
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """The proof of an entry: `state` is "proved", "waiting" or "broken"."""

    state: str
    proof: Proof | None = None
    drawing: SafeString | None = None
    leaf: str = ""
    root: str = ""
    signed: bool = False
    witnesses: Sequence[str] = ()
    anchors: Sequence[tuple[str, datetime]] = ()


def lines_of(entries: Sequence[AuditEntry], by: Actor) -> list[Line]:
    """Entries with the names that the reader may know, asked for all at once."""
    wanted = sorted({entry.patient_id for entry in entries if entry.patient_id}, key=str)
    patients = directory.patients(by, wanted) if wanted else {}
    people: Mapping[UUID, str] = dict(directory.people(by))
    return [
        Line(
            entry,
            entry.actor_name or people.get(entry.actor_id, "") or str(entry.actor_id)[:8],
            action_words(entry.action),
            patients.get(entry.patient_id, str(entry.patient_id)[:8]) if entry.patient_id else "",
            civil(entry.at) < today(),
        )
        for entry in entries
    ]


def proof_of(entry: AuditEntry, state: LedgerState) -> Shown:
    """The proof of an entry under the newest signed head, checked here as an outsider would check it."""
    if entry.leaf_index is None or (state.checkpoint_size or 0) <= entry.leaf_index:
        return Shown("waiting")
    try:
        proof = entry_proof(entry.id)
    except KeyError:
        return Shown("broken")
    head = CheckpointHead.parse(proof.checkpoint)
    signed = log_signer().verifier.verifies(proof.checkpoint)
    sound = signed and verify_inclusion(proof.index, proof.size, leaf_hash(proof.leaf), proof.hashes, head.root)
    broken = bool(entry.missing == "tampered")
    return Shown(
        state="proved" if sound and not broken else "broken",
        proof=proof,
        drawing=_drawing(proof.index, state),
        leaf=spaced(leaf_hash(proof.leaf).hex()),
        root=spaced(head.root.hex()),
        signed=signed,
        witnesses=_witnesses(proof.checkpoint),
        anchors=anchors_of(proof.size),
    )


def _drawing(index: int, state: LedgerState) -> SafeString:
    entry = number(index)
    when = (
        _("root signed at %(time)s") % {"time": clock(state.checkpoint_at)} if state.checkpoint_at else _("signed root")
    )
    return merkle_path(index, _("Path from entry %(number)s to the signed root") % {"number": entry}, when, entry)


def _witnesses(note: str) -> list[str]:
    """Names of those who cosigned, the log itself left out."""
    own = log_signer().name
    signed = [line.split(" ")[1] for line in note.split("\n\n", 1)[-1].splitlines() if line.startswith("\u2014 ")]
    return [name for name in signed if name != own]


def spaced(digest: str) -> str:
    """9f3c 71aa 04e2 … b7d1."""
    groups = [digest[i : i + 4] for i in range(0, len(digest), 4)]
    return f"{' '.join(groups[:4])} … {groups[-1]}"


def changes_of(entry: AuditEntry) -> tuple[Change, ...]:
    """What an entry changed: one line per value removed, added, or kept as it was."""
    before, after = entry.before or {}, entry.after or {}
    changes: list[Change] = []
    for name in [*before, *(name for name in after if name not in before)]:
        old, new = _said(before.get(name)), _said(after.get(name))
        if name in before and name in after and old == new:
            changes.append(Change("", ((f"{name}: {old}", False),)))
            continue
        if name in before:
            changes.append(Change("-", ((f"{name}: ", False), (old, True))))
        if name in after:
            changes.append(Change("+", ((f"{name}: ", False), (new, True))))
    return tuple(changes)


def _said(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def missing_words(entry: AuditEntry) -> str:
    """Why there is no detail, "" when there is one."""
    return str(MISSING.get(entry.missing, ""))
