"""The spool on the disk of this machine: appended under a lock, on the platter before anything is shown."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from .domain.spool import Head, Reading, Waiting, counted, emptied, head_bytes, line_of, read_head, read_lines
from .signing import log_signer


@dataclass(frozen=True, slots=True)
class SpoolState:
    """How many entries wait for the ledger, and what is wrong with the spool or with one kept aside."""

    waiting: int
    faults: Sequence[str] = ()


def folder() -> Path:
    """Where the spool lies."""
    return Path(settings.HOME) / "spool"


def append(event: bytes) -> int:
    """Keep an event until the ledger is back; the number of its line. It is on the disk when this returns."""
    with _locked():
        head = counted(_stored_head() or Head(), _current().lines)
        line, after = line_of(_seal(event), head, _sign)
        _add(line)
        _replace(folder() / "head.json", head_bytes(after, _sign))
        return after.written


def pending() -> Reading:
    """What waits, and what is wrong; nothing is changed."""
    if not folder().exists():
        return Reading()
    with _locked():
        return _current()


def state() -> SpoolState:
    """The spool in figures, for pages and checks; a damaged file kept aside counts as a fault until it is looked at."""
    found = pending()
    aside = [f"{path.name} is kept aside: it held lines that could not be believed" for path in kept_aside()]
    return SpoolState(len(found.lines), (*found.faults, *aside))


def kept_aside() -> list[Path]:
    """Damaged files, kept for whoever looks into them."""
    return sorted(folder().glob("damaged-*.jsonl"))


def forget(upto: int) -> None:
    """Take away the lines up to this number, which are in the ledger; a damaged file is kept aside first."""
    with _locked():
        found, file = _current(), folder() / "spool.jsonl"
        left = [line for line in found.lines if line.number > upto]
        if found.faults and file.exists():
            _replace(folder() / f"damaged-{os.urandom(4).hex()}.jsonl", file.read_bytes())
        head = counted(_stored_head() or Head(), found.lines)
        # The head first: after a crash in between, the lines of the file are known to be in the ledger.
        _replace(folder() / "head.json", head_bytes(emptied(head, left), _sign))
        _replace(file, b"".join(line.text + b"\n" for line in left))


def opened(line: Waiting) -> bytes:
    """The event of a line; raises `ValueError` when it does not open."""
    try:
        return AESGCM(_key()).decrypt(line.sealed[:12], line.sealed[12:], b"epione/spool/1")
    except InvalidTag as error:
        raise ValueError(f"line {line.number} does not open") from error


def _current() -> Reading:
    file = folder() / "spool.jsonl"
    raw = file.read_bytes() if file.exists() else b""
    stored = folder() / "head.json"
    head = _stored_head()
    found = read_lines(raw, head or Head(), _genuine)
    if head is None and (stored.exists() or raw):
        found.faults.insert(0, "the head of the spool was changed or removed")
    return found


def _stored_head() -> Head | None:
    path = folder() / "head.json"
    return read_head(path.read_bytes(), _genuine) if path.exists() else None


def _add(line: bytes) -> None:
    path = folder() / "spool.jsonl"
    torn = path.exists() and path.stat().st_size and not path.read_bytes().endswith(b"\n")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write((b"\n" if torn else b"") + line + b"\n")
        file.flush()
        os.fsync(file.fileno())
    _sync_folder()


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync_folder()


def _sync_folder() -> None:
    descriptor = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _locked() -> Iterator[None]:
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(folder() / "lock", os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _key() -> bytes:
    """From the key of the log, which lies on this machine: the keys of the record may be what is away."""
    secret = log_signer().key.private_bytes_raw()
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"epione/spool/1").derive(secret)


def _seal(event: bytes) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(_key()).encrypt(nonce, event, b"epione/spool/1")


def _sign(content: bytes) -> bytes:
    return log_signer().key.sign(content)


def _genuine(content: bytes, signature: bytes) -> bool:
    try:
        log_signer().key.public_key().verify(signature, content)
    except InvalidSignature:
        return False
    return True
