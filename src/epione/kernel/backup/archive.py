"""The file of a backup: a header line in clear, then a tar stream sealed in chunks under a key of its own.

The key is wrapped by the key-encryption key, or derived from a passphrase. The tar stream ends with a manifest that
gives size and SHA-256 of every member. Any flipped bit, cut or added byte is noticed before a member is used.
"""

import base64
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from epione.kernel.crypto import Tampered
from epione.kernel.crypto.custody import derived
from epione.kernel.crypto.holder import key_holder
from epione.kernel.crypto.stream import CHUNK, seal_chunks, unseal_chunks

from .errors import BackupRefused

FORMAT = "epione-backup/1"
MANIFEST = "manifest.json"
_LONGEST_HEADER = 10_000
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Member:
    """A file to put into a backup; `size` in bytes must be what `pieces` give."""

    name: str
    size: int
    pieces: Iterable[bytes]


def seal_archive(backup_id: UUID, created: str, members: Iterable[Member], passphrase: str | None) -> Iterator[bytes]:
    """The bytes of a backup, piece by piece."""
    secret = os.urandom(32)
    header = {"format": FORMAT, "id": str(backup_id), "created": created}
    if passphrase is None:
        kek_id, wrapped = key_holder().wrap(secret, _context(backup_id))
        header |= {"kek": kek_id, "wrapped": base64.b64encode(wrapped).decode()}
    else:
        salt = os.urandom(16)
        secret = derived(passphrase, salt)
        header |= {"scrypt": base64.b64encode(salt).decode()}
    line = json.dumps(header).encode() + b"\n"
    yield line
    yield from seal_chunks(secret, line, _tar(members))


def read_header(path: Path) -> dict[str, Any]:
    """What a backup says in clear; raises `BackupRefused`."""
    with path.open("rb") as file:
        return _header(file.readline(_LONGEST_HEADER), path)


def open_archive(path: Path, passphrase: str | None = None) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The members in order, each with its pieces; every byte was verified before it is handed out.

    The manifest, at the end, is compared with what came before. Raises `BackupRefused` or `Tampered`.
    """
    seen: dict[str, list[Any]] = {}
    with path.open("rb") as file:
        line = file.readline(_LONGEST_HEADER)
        secret = _secret(_header(line, path), passphrase)
        plain = _Reader(unseal_chunks(secret, line, iter(lambda: file.read(CHUNK), b"")))
        with tarfile.open(fileobj=plain, mode="r|") as tar:
            for info in tar:
                content = tar.extractfile(info)
                if content is None:
                    raise Tampered(f"{info.name} in {path.name} is not a file")
                if info.name == MANIFEST:
                    _compare(json.loads(content.read()), seen, path)
                    continue
                yield info.name, _counted(info.name, content, seen)
        plain.drain()
    if not seen.pop(MANIFEST, None):
        raise Tampered(f"{path.name} ends before its manifest")


def _compare(manifest: dict[str, Any], seen: dict[str, list[Any]], path: Path) -> None:
    if manifest["members"] != seen:
        raise Tampered(f"the members of {path.name} are not those of its manifest")
    seen[MANIFEST] = [True]


def _counted(name: str, content: Any, seen: dict[str, list[Any]]) -> Iterator[bytes]:
    digest, size = hashlib.sha256(), 0
    while piece := content.read(CHUNK):
        digest.update(piece)
        size += len(piece)
        yield piece
    seen[name] = [size, digest.hexdigest()]


def _tar(members: Iterable[Member]) -> Iterator[bytes]:
    manifest: dict[str, list[Any]] = {}
    for member in members:
        digest, size = hashlib.sha256(), 0
        yield _tar_header(member.name, member.size)
        for piece in member.pieces:
            digest.update(piece)
            size += len(piece)
            yield piece
        if size != member.size:
            raise BackupRefused(why=f"{member.name} changed while it was read.")
        yield bytes(-size % _BLOCK)
        manifest[member.name] = [size, digest.hexdigest()]
    raw = json.dumps({"format": FORMAT, "members": manifest}).encode()
    yield _tar_header(MANIFEST, len(raw)) + raw + bytes(-len(raw) % _BLOCK) + bytes(2 * _BLOCK)


def _tar_header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.PAX_FORMAT)


def _header(line: bytes, path: Path) -> dict[str, Any]:
    try:
        header: dict[str, Any] = json.loads(line)
        UUID(header["id"])
        known = header["format"] == FORMAT and ("scrypt" in header or str(header["kek"]) == header["kek"])
        header["key"] = base64.b64decode(header["scrypt" if "scrypt" in header else "wrapped"], validate=True)
    except (ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise BackupRefused(why=f"{path.name} is not a backup of Epione.")
    return header


def _secret(header: dict[str, Any], passphrase: str | None) -> bytes:
    if "scrypt" not in header:
        return key_holder().unwrap(header["kek"], header["key"], _context(UUID(header["id"])))
    if passphrase is None:
        raise BackupRefused(why="it was sealed with a passphrase: give it.")
    return derived(passphrase, header["key"])


def _context(backup_id: UUID) -> bytes:
    return b"epione/backup/1" + backup_id.bytes


class _Reader(io.RawIOBase):
    """A file over the verified pieces, for tarfile."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._held = pieces, b""

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._held) < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._held += piece
        taken = self._held if size < 0 else self._held[:size]
        self._held = self._held[len(taken) :]
        return taken

    def drain(self) -> None:
        """Verify what follows the last member too."""
        while self.read(CHUNK):
            pass
