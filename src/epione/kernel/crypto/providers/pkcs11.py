"""Key-encryption key in a hardware security module, through PKCS#11: it cannot be extracted."""

import os
import threading
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pkcs11
import pkcs11.exceptions

from epione.kernel.crypto.errors import KeysUnavailable, Tampered

from .base import KeyHolder

_MECHANISM = pkcs11.Mechanism.AES_GCM


class TokenKeys(KeyHolder):
    """AES-256 keys of one token whose labels begin with one prefix; the last label in order is the active one."""

    name = "pkcs11"

    def __init__(self, token: pkcs11.Token, prefix: str, pin: str) -> None:
        # A PKCS#11 session serves one call at a time.
        self._lock = threading.Lock()
        self._session, self._prefix = token.open(user_pin=pin, rw=True), prefix
        if not self.ids():
            self.add()

    def active(self) -> str:
        return self.ids()[-1]

    def ids(self) -> list[str]:
        with self._lock:
            found: Any = self._session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.SECRET_KEY})
            return sorted(key.label for key in found if key.label.startswith(f"{self._prefix}-"))

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        kek_id, nonce = self.active(), os.urandom(12)
        with self._lock:
            sealed = self._key(kek_id).encrypt(key, mechanism=_MECHANISM, mechanism_param=_gcm(nonce, context))
        return kek_id, nonce + sealed

    def unwrap(self, kek_id: str, wrapped: bytes, context: bytes) -> bytes:
        try:
            with self._lock:
                opened: bytes = self._key(kek_id).decrypt(
                    wrapped[12:], mechanism=_MECHANISM, mechanism_param=_gcm(wrapped[:12], context)
                )
        except KeysUnavailable:
            raise
        except (pkcs11.exceptions.PKCS11Error, ValueError) as error:
            # SoftHSM answers a wrong tag with a general error, other modules with EncryptedDataInvalid.
            raise Tampered(f"data key wrapped by {kek_id}") from error
        return opened

    def add(self) -> str:
        label = f"{self._prefix}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        with self._lock:
            self._session.generate_key(
                pkcs11.KeyType.AES,
                256,
                label=label,
                store=True,
                template={pkcs11.Attribute.EXTRACTABLE: False, pkcs11.Attribute.SENSITIVE: True},
            )
        return label

    def remove(self, kek_id: str) -> None:
        if kek_id == self.active():
            raise KeysUnavailable(why=f"{kek_id} is active, so it cannot be removed.")
        with self._lock:
            self._key(kek_id).destroy()

    def _key(self, label: str) -> Any:
        try:
            return self._session.get_key(object_class=pkcs11.ObjectClass.SECRET_KEY, label=label)
        except pkcs11.exceptions.NoSuchKey as error:
            raise KeysUnavailable(why=f"the token does not hold the key {label}.") from error


def _gcm(nonce: bytes, context: bytes) -> pkcs11.GCMParams:
    return pkcs11.GCMParams(nonce, context, 128)


def connect(url: str) -> TokenKeys:
    """`pkcs11:///usr/lib/softhsm/libsofthsm2.so?token=epione&label=kek`; the PIN comes from `EPIONE_KEYS_PIN`."""
    parts = urlsplit(url)
    options = parse_qs(parts.query)
    try:
        token = pkcs11.lib(parts.path).get_token(token_label=options.get("token", ["epione"])[0])
        return TokenKeys(token, options.get("label", ["epione-kek"])[0], os.environ.get("EPIONE_KEYS_PIN", ""))
    except (pkcs11.exceptions.PKCS11Error, RuntimeError) as error:
        raise KeysUnavailable(why=f"PKCS#11 token: {type(error).__name__} {error}") from error
