"""Key-encryption keys in a file of mode 0600, the default: simple, and as safe as the folder that holds it."""

import base64
import json
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from epione.kernel.clock import now
from epione.kernel.crypto.errors import KeysUnavailable, Tampered

from .base import KeyHolder

LOUD_NOTE = """
========================================================================
 A new encryption key was created:
   {path}
 Without this file NOTHING in the record can be read, not even from a
 backup. Copy it now to a safe place apart from the backups:
   epione keys backup FILE
========================================================================
"""


@dataclass(frozen=True, slots=True)
class _Ring:
    """The content of the key file."""

    active: str
    keys: dict[str, bytes]
    created: dict[str, str]

    def encode(self) -> bytes:
        rows = [
            {"id": kek_id, "created": self.created[kek_id], "key": base64.b64encode(key).decode()}
            for kek_id, key in self.keys.items()
        ]
        return json.dumps({"version": 1, "active": self.active, "keys": rows}, indent=2).encode()

    @classmethod
    def decode(cls, raw: bytes) -> "_Ring":
        data = json.loads(raw)
        keys = {row["id"]: base64.b64decode(row["key"], validate=True) for row in data["keys"]}
        if data["active"] not in keys or any(len(key) != 32 for key in keys.values()):
            raise ValueError("active key missing or a key that is not 32 bytes")
        return cls(data["active"], keys, {row["id"]: row["created"] for row in data["keys"]})


class FileKeys(KeyHolder):
    """A ring of AES-256 keys in one JSON file."""

    name = "file"

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            self._create()
        self._ring, self._stamp = self._read()

    def active(self) -> str:
        return self._fresh().active

    def ids(self) -> list[str]:
        return list(self._fresh().keys)

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        ring = self._fresh()
        nonce = os.urandom(12)
        return ring.active, nonce + AESGCM(ring.keys[ring.active]).encrypt(nonce, key, context)

    def unwrap(self, kek_id: str, wrapped: bytes, context: bytes) -> bytes:
        key = self._fresh().keys.get(kek_id)
        if key is None:
            raise KeysUnavailable(why=f"{self.path} does not hold the key {kek_id}.")
        try:
            return AESGCM(key).decrypt(wrapped[:12], wrapped[12:], context)
        except (InvalidTag, ValueError) as error:
            raise Tampered(f"data key wrapped by {kek_id}") from error

    def add(self) -> str:
        ring, kek_id = self._fresh(), _new_id()
        keys = {**ring.keys, kek_id: os.urandom(32)}
        self._write(_Ring(kek_id, keys, {**ring.created, kek_id: now().isoformat()}))
        return kek_id

    def remove(self, kek_id: str) -> None:
        ring = self._fresh()
        if kek_id == ring.active or kek_id not in ring.keys:
            raise KeysUnavailable(why=f"{kek_id} is active or unknown, so it cannot be removed.")
        self._write(_Ring(ring.active, {k: v for k, v in ring.keys.items() if k != kek_id}, ring.created))

    def _fresh(self) -> _Ring:
        """The ring, read again when another process has rotated it."""
        try:
            stamp = self.path.stat().st_mtime_ns
        except FileNotFoundError as error:
            raise KeysUnavailable(why=f"{self.path} is gone.") from error
        if stamp != self._stamp:
            self._ring, self._stamp = self._read()
        return self._ring

    def _read(self) -> tuple[_Ring, int]:
        if self.path.stat().st_mode & 0o077:
            raise KeysUnavailable(why=f"{self.path} can be read by others: run chmod 600 on it.")
        stamp = self.path.stat().st_mtime_ns
        try:
            return _Ring.decode(self.path.read_bytes()), stamp
        except (ValueError, KeyError, TypeError) as error:
            raise KeysUnavailable(why=f"{self.path} is not a key file ({error}).") from error

    def _create(self) -> None:
        """First run: two processes may race, so the file appears whole or not at all and the first one wins."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        kek_id = _new_id()
        draft = self._draft(_Ring(kek_id, {kek_id: os.urandom(32)}, {kek_id: now().isoformat()}))
        try:
            self.path.hardlink_to(draft)
        except FileExistsError:
            return
        finally:
            draft.unlink()
        sys.stderr.write(LOUD_NOTE.format(path=self.path))

    def _write(self, ring: _Ring) -> None:
        self._draft(ring).replace(self.path)
        self._ring, self._stamp = self._read()

    def _draft(self, ring: _Ring) -> Path:
        draft = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(ring.encode())
            file.flush()
            os.fsync(file.fileno())
        return draft


def _new_id() -> str:
    return f"{now():%Y-%m-%d}-{secrets.token_hex(4)}"


def connect(url: str) -> FileKeys:
    """`file:///path/to/kek.json`; without a path, `EPIONE_HOME/keys/kek.json`."""
    path = unquote(urlsplit(url).path)
    return FileKeys(Path(path) if path else Path(settings.HOME) / "keys" / "kek.json")
