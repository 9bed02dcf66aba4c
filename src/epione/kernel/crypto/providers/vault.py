"""Key-encryption key in the transit engine of HashiCorp Vault (or OpenBao): it never leaves the server."""

import base64
import os
from urllib.parse import parse_qs, urlsplit

import hvac
import hvac.exceptions
import requests.exceptions

from epione.kernel.crypto.errors import KeysUnavailable, Tampered

from .base import KeyHolder


class VaultKeys(KeyHolder):
    """One transit key of type aes256-gcm96; its versions are the key-encryption keys (`name:v1`, `name:v2`...)."""

    name = "vault"

    def __init__(self, client: hvac.Client, mount: str, key: str) -> None:
        self._transit, self._mount, self._key = client.secrets.transit, mount, key

    def active(self) -> str:
        return self._id(self._read()["latest_version"])

    def ids(self) -> list[str]:
        data = self._read()
        usable = range(data["min_decryption_version"] or 1, data["latest_version"] + 1)
        return [self._id(version) for version in usable]

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        answer = self._ask("encrypt_data", plaintext=_text(key), associated_data=_text(context))
        wrapped: str = answer["data"]["ciphertext"]
        return self._id(int(wrapped.split(":")[1][1:])), wrapped.encode()

    def unwrap(self, kek_id: str, wrapped: bytes, context: bytes) -> bytes:
        try:
            answer = self._ask("decrypt_data", ciphertext=wrapped.decode(), associated_data=_text(context))
        except hvac.exceptions.InvalidRequest as error:
            raise Tampered(f"data key wrapped by {kek_id}") from error
        return base64.b64decode(answer["data"]["plaintext"])

    def add(self) -> str:
        self._ask("rotate_key")
        return self.active()

    def remove(self, kek_id: str) -> None:
        """Vault retires versions from the oldest on: nothing up to this one unwraps any more (trim destroys them)."""
        version = int(kek_id.rpartition(":v")[2])
        if version >= self._read()["latest_version"]:
            raise KeysUnavailable(why=f"{kek_id} is active, so it cannot be removed.")
        self._ask("update_key_configuration", min_decryption_version=version + 1)

    def _read(self) -> dict[str, int]:
        data: dict[str, int] = self._ask("read_key")["data"]
        return data

    def _id(self, version: int) -> str:
        return f"{self._key}:v{version}"

    def _ask(self, call: str, **arguments: object) -> dict[str, dict]:  # type: ignore[type-arg]
        try:
            answer = getattr(self._transit, call)(name=self._key, mount_point=self._mount, **arguments)
        except hvac.exceptions.InvalidRequest:
            raise
        except (hvac.exceptions.VaultError, requests.exceptions.RequestException) as error:
            raise KeysUnavailable(why=f"Vault answered {call} with: {error}") from error
        return answer if isinstance(answer, dict) else {}


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def connect(url: str) -> VaultKeys:
    """`vault://host:8200/transit/epione` (add `?tls=off` on a local socket); the token comes from `VAULT_TOKEN`."""
    parts = urlsplit(url)
    mount, _, key = parts.path.strip("/").rpartition("/")
    scheme = "http" if parse_qs(parts.query).get("tls") == ["off"] else "https"
    client = hvac.Client(url=f"{scheme}://{parts.netloc}", token=os.environ.get("VAULT_TOKEN"), timeout=10)
    return VaultKeys(client, mount or "transit", key or "epione")
