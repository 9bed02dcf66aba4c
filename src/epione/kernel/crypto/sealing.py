"""Sealing of fields: AES-256-GCM under the key of the subject, bound to the place of the field.

Format: `EPI` | version 1 | algorithm 1 | key id (24, commits to the key) | nonce (12) | ciphertext and tag.
"""

import hmac
import json
import os
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag

from .errors import Tampered
from .keyring import KID_SIZE, Key, current_key, first_index_key, key_by_id
from .place import Place

MAGIC: Final = b"EPI\x01\x01"
_KID_END: Final = len(MAGIC) + KID_SIZE
_HEADER: Final = _KID_END + 12
OVERHEAD: Final = _HEADER + 16
"""Bytes that sealing adds to a value."""


def seal(place: Place, plaintext: bytes) -> bytes:
    """Encrypt a value for one place, under the key of its subject (made on first use)."""
    key = current_key(place.practice_id, place.subject_id)
    head, nonce = MAGIC + key.kid, os.urandom(12)
    return head + nonce + key.cipher.encrypt(nonce, plaintext, head + place.bound())


def unseal(place: Place, sealed: bytes) -> bytes:
    """Decrypt a value of this place; raises `Tampered` if it was changed, cut or sealed elsewhere, else `Erased`."""
    sealed = bytes(sealed)
    if len(sealed) < OVERHEAD or not sealed.startswith(MAGIC):
        raise Tampered(f"{place.table}.{place.column}: not a sealed value")
    head = sealed[:_KID_END]
    key = key_by_id(place.practice_id, place.subject_id, head[len(MAGIC) :])
    try:
        return key.cipher.decrypt(sealed[_KID_END:_HEADER], sealed[_HEADER:], head + place.bound())
    except InvalidTag as error:
        raise Tampered(f"{place.table}.{place.column} of row {place.row}") from error


def seal_text(place: Place, text: str) -> bytes:
    """`seal` of a text."""
    return seal(place, text.encode())


def unseal_text(place: Place, sealed: bytes) -> str:
    """`unseal` of a text."""
    return unseal(place, sealed).decode()


def seal_json(place: Place, value: Any) -> bytes:
    """`seal` of anything that JSON can carry."""
    return seal(place, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def unseal_json(place: Place, sealed: bytes) -> Any:
    """`unseal` of a JSON value."""
    return json.loads(unseal(place, sealed))


def blind_index(practice_id: UUID, purpose: str, text: str) -> bytes:
    """32 bytes by which equal texts of one practice and purpose are found without reading them (HMAC-SHA-256)."""
    return _marked(current_key(practice_id, None, "index"), purpose, text)


def lasting_index(practice_id: UUID, purpose: str, text: str) -> bytes:
    """`blind_index` under the first index key of the practice, whatever came after: hashes of the ledger last."""
    return _marked(first_index_key(practice_id), purpose, text)


def index_generation(practice_id: UUID) -> int:
    """Which index key `blind_index` uses now; it grows when the key is renewed."""
    return current_key(practice_id, None, "index").generation


def _marked(key: Key, purpose: str, text: str) -> bytes:
    name = purpose.encode()
    return hmac.digest(key.secret, len(name).to_bytes(2) + name + text.encode(), "sha256")
