"""Proof that an image is what was registered: its ledger entry, the verdict of a fresh check, who read it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from django.db import transaction

from epione.imaging.models import Instance
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.crypto import Tampered
from epione.kernel.errors import NotFound
from epione.kernel.storage import stream_stored
from epione.ledger.public import (
    AuditFilter,
    AuditPage,
    Proof,
    anchors_covering,
    entries,
    entry_proof,
    record,
    states_content,
)

from .opening import find_instance

FAULTS: Final = ("not_registered", "file_gone", "file_changed", "entry_differs", "not_in_log")
"""What a check may find, gravest first."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An anchor that keeps a signed head covering the image: its name, the size of that head, since when."""

    anchor: str
    size: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Registration:
    """An image in the ledger: what is registered is the hash of its encrypted file. `proof` is for an outsider."""

    image_id: UUID
    stored_sha256: str
    entry_id: UUID
    proof: Proof
    anchors: Sequence[Kept]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Outcome of a check made now, from the stored bytes up to the signed head.

    `verdict`: proved, broken, or unknown (the person was erased: what her entry states can no longer be opened).
    `computed_sha256` is of the file as it lies, "" when it is gone.
    """

    image_id: UUID
    verdict: Literal["proved", "broken", "unknown"]
    faults: Sequence[str]
    stored_sha256: str
    computed_sha256: str
    entry_id: UUID | None
    size: int | None
    anchors: Sequence[Kept]
    checked_at: datetime


def open_proof(*, instance_id: UUID, by: Actor) -> Registration:
    """The proof of an image, for `docs/verify/epione_verify.py`; raises `NotFound` when it has no entry."""
    row = find_instance(by=by, instance_id=instance_id)
    if row.entry_id is None:
        raise NotFound
    # Before this reading is recorded: a head that is signed must not hold an entry that may yet be rolled back.
    proof = entry_proof(row.entry_id, row.practice_id)
    _tell(row, "imaging.prove", by=by)
    return Registration(row.id, row.stored_sha256, row.entry_id, proof, _anchors(proof))


def verify_image(*, instance_id: UUID, by: Actor) -> Verdict:
    """Read the encrypted file again, compare it with what its entry states, and prove that entry under a head."""
    row = find_instance(by=by, instance_id=instance_id)
    computed = _hash_of(row)
    proof = _proof_of(row)
    stated = _stated(row)
    held = {
        "not_registered": row.entry_id is not None,
        "file_gone": bool(computed),
        "file_changed": not computed or computed == row.stored_sha256,
        "entry_differs": stated is not False,
        "not_in_log": proof is not None and proof.holds,
    }
    faults = [name for name in FAULTS if not held[name]]
    verdict: Literal["proved", "broken", "unknown"] = "broken" if faults else "proved" if stated else "unknown"
    _tell(row, "imaging.verify", by=by, verdict=verdict, faults=faults)
    return Verdict(
        image_id=row.id,
        verdict=verdict,
        faults=faults,
        stored_sha256=row.stored_sha256,
        computed_sha256=computed,
        entry_id=row.entry_id,
        size=proof.size if proof else None,
        anchors=_anchors(proof) if proof else [],
        checked_at=clock.now(),
    )


def access_log(*, instance_id: UUID, by: Actor, page: int = 1, size: int = 50) -> AuditPage:
    """Everything that was done to an image or its study and who did it, newest first; itself recorded."""
    row = find_instance(by=by, instance_id=instance_id)
    about = (("image", str(row.id)), ("study", str(row.series.study_id)))
    return entries(by=by, filters=AuditFilter(action="imaging.", entities=about), page=page, size=size)


def _hash_of(row: Instance) -> str:
    """SHA-256 of the encrypted file as it lies, in hexadecimal; "" when it is gone."""
    digest = hashlib.sha256()
    try:
        for piece in stream_stored(practice_id=row.practice_id, blob_id=row.blob_id):
            digest.update(piece)
    except (NotFound, Tampered):
        return ""
    return digest.hexdigest()


def _stated(row: Instance) -> bool | None:
    if row.entry_id is None:
        return False
    content = bytes.fromhex(row.stored_sha256)
    return states_content(entry_id=row.entry_id, practice_id=row.practice_id, content=content)


def _proof_of(row: Instance) -> Proof | None:
    """None when the entry, or a node of the tree that leads to it, is gone."""
    if row.entry_id is None:
        return None
    try:
        return entry_proof(row.entry_id, row.practice_id)
    except (NotFound, KeyError):
        return None


def _anchors(proof: Proof) -> list[Kept]:
    return [Kept(name, size, since) for name, size, since in anchors_covering(proof.index)]


def _tell(row: Instance, action: str, *, by: Actor, **said: object) -> None:
    with transaction.atomic():
        record(
            action=action,
            by=by,
            entity=("image", str(row.id)),
            patient_id=row.series.study.subject.patient_id,
            after={"stored_sha256": row.stored_sha256, **said},
        )
