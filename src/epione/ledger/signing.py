"""The signing key of the log (and of this installation as a witness of others), in a file of mode 0600."""

import json
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from .domain.note import Signer


def log_signer() -> Signer:
    """The key that signs checkpoints, made on first use; its name (`EPIONE_LEDGER_ORIGIN`) is the log's for ever."""
    return _signer(Path(settings.HOME) / "keys" / "ledger.json", "log")


def witness_signer() -> Signer:
    """The key that cosigns the checkpoints of other logs, made on first use."""
    return _signer(Path(settings.HOME) / "keys" / "witness.json", "witness")


def forget_signers() -> None:
    """Read the key files again at the next use."""
    _signer.cache_clear()


@lru_cache(maxsize=16)
def _signer(path: Path, role: str) -> Signer:
    if not path.exists():
        _create(path, role)
    data = json.loads(path.read_bytes())
    return Signer(data["name"], Ed25519PrivateKey.from_private_bytes(bytes.fromhex(data["private"])))


def _create(path: Path, role: str) -> None:
    """The file appears whole or not at all; of two processes that race the first one wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    given = os.environ.get("EPIONE_LEDGER_ORIGIN") if role == "log" else None
    name = given or f"epione.invalid/{role}/{key.public_key().public_bytes_raw()[:6].hex()}"
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"name": name, "private": key.private_bytes_raw().hex()}, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()
