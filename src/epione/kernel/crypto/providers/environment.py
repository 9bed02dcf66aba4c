"""One key-encryption key given in the environment as 64 hexadecimal characters (`ENCRYPTION_KEY`)."""

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from epione.kernel.crypto.errors import KeysUnavailable, Tampered

from .base import KeyHolder


class EnvironmentKey(KeyHolder):
    """For containers whose orchestrator hands secrets out as variables; it cannot rotate by itself."""

    name = "environment"

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._id = f"env-{hashlib.sha256(b'epione/env-key' + key).hexdigest()[:12]}"

    def active(self) -> str:
        return self._id

    def ids(self) -> list[str]:
        return [self._id]

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        nonce = os.urandom(12)
        return self._id, nonce + self._cipher.encrypt(nonce, key, context)

    def unwrap(self, kek_id: str, wrapped: bytes, context: bytes) -> bytes:
        if kek_id != self._id:
            raise KeysUnavailable(why=f"ENCRYPTION_KEY is not the key {kek_id}.")
        try:
            return self._cipher.decrypt(wrapped[:12], wrapped[12:], context)
        except (InvalidTag, ValueError) as error:
            raise Tampered(f"data key wrapped by {kek_id}") from error

    def add(self) -> str:
        raise KeysUnavailable(why="a key given by ENCRYPTION_KEY cannot rotate; move to a key file first.")

    def remove(self, kek_id: str) -> None:
        raise KeysUnavailable(why=f"{kek_id} is given by the environment and cannot be removed here.")


def connect(url: str) -> EnvironmentKey:  # noqa: ARG001 -- the address names only the engine
    """`environment:`; reads `ENCRYPTION_KEY`."""
    try:
        key = bytes.fromhex(os.environ.get("ENCRYPTION_KEY", ""))
    except ValueError as error:
        raise KeysUnavailable(why="ENCRYPTION_KEY must be 64 hexadecimal characters.") from error
    if len(key) != 32:
        raise KeysUnavailable(why="ENCRYPTION_KEY must be 64 hexadecimal characters (32 bytes).")
    return EnvironmentKey(key)
