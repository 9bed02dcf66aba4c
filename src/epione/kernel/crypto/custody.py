"""The keys in one file, to be kept apart from the backups: without it, no backup can be read."""

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from epione.kernel.clock import now

from .erasure import write_erasures
from .errors import KeysUnavailable
from .holder import keys_url

FORMAT = "epione-keys/1"
KEPT = ("keys/kek.json", "keys/ledger.json", "keys/witness.json", "keys/erasures.jsonl", "secret")
"""Files of the home that the record cannot do without, besides the backups themselves."""
_COST = {"n": 2**15, "r": 8, "p": 1}


def export_keys(passphrase: str | None = None) -> bytes:
    """One file with every key of this home (a key held by Vault, KMS or a token stays there), sealed if asked."""
    write_erasures()
    home = Path(settings.HOME)
    files = {name: base64.b64encode((home / name).read_bytes()).decode() for name in KEPT if (home / name).exists()}
    raw = json.dumps({"format": FORMAT, "created": now().isoformat(), "files": files}, indent=1).encode()
    return raw if passphrase is None else _sealed(raw, passphrase)


def import_keys(raw: bytes, passphrase: str | None = None) -> list[str]:
    """Put the keys of such a file into this home; refuses to overwrite one that is there. Returns the names."""
    files = {name: base64.b64decode(text) for name, text in _opened(raw, passphrase)["files"].items()}
    home = Path(settings.HOME)
    for name, content in files.items():
        if name not in KEPT:
            raise KeysUnavailable(why=f"{name} is not a file of keys.")
        if (home / name).exists() and (home / name).read_bytes() != content and name != "secret":
            raise KeysUnavailable(why=f"{home / name} exists and is another one.")
    for name, content in files.items():
        path = home / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    return sorted(files)


def keys_are_here() -> bool:
    """Whether the key-encryption key needs no import: its file is there, or something else holds it."""
    return not keys_url().startswith("file:") or (Path(settings.HOME) / "keys" / "kek.json").exists()


def _sealed(raw: bytes, passphrase: str) -> bytes:
    salt, nonce = os.urandom(16), os.urandom(12)
    content = AESGCM(derived(passphrase, salt)).encrypt(nonce, raw, FORMAT.encode())
    parts = {"salt": salt, "nonce": nonce, "content": content}
    return json.dumps(
        {"format": f"{FORMAT}+scrypt"} | {name: base64.b64encode(part).decode() for name, part in parts.items()}
    ).encode()


def _opened(raw: bytes, passphrase: str | None) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads(raw)
        if data["format"] == FORMAT:
            return data
        if passphrase is None:
            raise KeysUnavailable(why="this file of keys is sealed: give its passphrase.")
        salt, nonce, content = (base64.b64decode(data[name]) for name in ("salt", "nonce", "content"))
        opened: dict[str, Any] = json.loads(AESGCM(derived(passphrase, salt)).decrypt(nonce, content, FORMAT.encode()))
    except InvalidTag as error:
        raise KeysUnavailable(why="the passphrase is wrong, or the file of keys was changed.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise KeysUnavailable(why="this is not a file of keys.") from error
    return opened


def derived(passphrase: str, salt: bytes) -> bytes:
    """A key from a passphrase (scrypt, 32 MiB)."""
    return hashlib.scrypt(passphrase.encode(), salt=salt, dklen=32, maxmem=64 * 1024 * 1024, **_COST)
