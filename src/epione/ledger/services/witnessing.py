"""Witness of another log: this installation cosigns only what continues what it has seen."""

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from epione.kernel.clock import now
from epione.kernel.errors import Expected
from epione.ledger.domain.merkle import verify_consistency
from epione.ledger.domain.note import Checkpoint, Verifier
from epione.ledger.signing import witness_signer


class NotWitnessed(Expected):
    """The checkpoint is not signed by its log, or does not continue what this witness has seen."""

    status = 409
    code = "not-witnessed"
    sentence = _("This checkpoint is refused: %(why)s")


def cosign(*, note: str, key: str, proof: dict[str, Any] | None = None) -> str:
    """Cosign a checkpoint of the log with this verification key; `proof` shows that it continues the last one seen.

    The new state is stored before the signature is given out, so that a crash never lets two histories be cosigned.
    """
    try:
        verifier, head = Verifier.parse(key), Checkpoint.parse(note)
    except ValueError as error:
        raise NotWitnessed(why=str(error)) from error
    if head.origin != verifier.name or not verifier.verifies(note):
        raise NotWitnessed(why="it is not signed by the key of that log.")
    seen = _seen(head.origin)
    if seen is not None:
        _continues(seen, head, proof or {})
    _store(head)
    return witness_signer().cosign(note, int(now().timestamp()))


def _continues(seen: Checkpoint, head: Checkpoint, proof: dict[str, Any]) -> None:
    if head.size < seen.size:
        raise NotWitnessed(why=f"it has {head.size} entries, and this witness has already seen {seen.size}.")
    path = [base64.b64decode(text) for text in proof.get("hashes", [])]
    if not verify_consistency(seen.size, head.size, seen.root, head.root, path):
        raise NotWitnessed(why=f"nothing proves that it continues the {seen.size} entries seen before.")


def _seen(origin: str) -> Checkpoint | None:
    path = _path(origin)
    if not path.exists():
        return None
    data = json.loads(path.read_bytes())
    return Checkpoint(data["origin"], data["size"], bytes.fromhex(data["root"]))


def _store(head: Checkpoint) -> None:
    path = _path(head.origin)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    with draft.open("w") as file:
        json.dump({"origin": head.origin, "size": head.size, "root": head.root.hex()}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _path(origin: str) -> Path:
    return Path(settings.HOME) / "witness" / f"{hashlib.sha256(origin.encode()).hexdigest()[:32]}.json"
