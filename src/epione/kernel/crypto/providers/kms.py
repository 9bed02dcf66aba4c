"""Key-encryption key in AWS KMS (or a service that speaks its protocol): it never leaves the service."""

import base64
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import botocore.exceptions

from epione.kernel.crypto.errors import KeysUnavailable, Tampered

from .base import KeyHolder

MINIMUM_WAIT_DAYS = 7


class KmsKeys(KeyHolder):
    """An alias points to the active key; older keys stay enabled until they are removed."""

    name = "kms"

    def __init__(self, client: Any, alias: str) -> None:
        self._client, self._alias = client, alias

    def active(self) -> str:
        return str(self._ask("describe_key", KeyId=self._alias)["KeyMetadata"]["Arn"])

    def ids(self) -> list[str]:
        tagged = []
        for key in self._ask("list_keys")["Keys"]:
            about = self._ask("describe_key", KeyId=key["KeyArn"])["KeyMetadata"]
            if about["Description"] == self._description() and about["KeyState"] == "Enabled":
                tagged.append(key["KeyArn"])
        return sorted({*tagged, self.active()})

    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        answer = self._ask("encrypt", KeyId=self._alias, Plaintext=key, EncryptionContext=_named(context))
        return str(answer["KeyId"]), bytes(answer["CiphertextBlob"])

    def unwrap(self, kek_id: str, wrapped: bytes, context: bytes) -> bytes:
        try:
            answer = self._ask("decrypt", KeyId=kek_id, CiphertextBlob=wrapped, EncryptionContext=_named(context))
        except self._client.exceptions.InvalidCiphertextException as error:
            raise Tampered(f"data key wrapped by {kek_id}") from error
        return bytes(answer["Plaintext"])

    def add(self) -> str:
        made = self._ask("create_key", Description=self._description(), KeySpec="SYMMETRIC_DEFAULT")
        arn = str(made["KeyMetadata"]["Arn"])
        call = "update_alias" if self._alias_exists() else "create_alias"
        self._ask(call, AliasName=self._alias, TargetKeyId=arn)
        return arn

    def remove(self, kek_id: str) -> None:
        """KMS keeps a key for some days before it destroys it; it stops unwrapping at once."""
        if kek_id == self.active():
            raise KeysUnavailable(why=f"{kek_id} is active, so it cannot be removed.")
        self._ask("schedule_key_deletion", KeyId=kek_id.rpartition("/")[2], PendingWindowInDays=MINIMUM_WAIT_DAYS)

    def _alias_exists(self) -> bool:
        return any(alias["AliasName"] == self._alias for alias in self._ask("list_aliases")["Aliases"])

    def _description(self) -> str:
        return f"Epione key-encryption key {self._alias}"

    def _ask(self, call: str, **arguments: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self._client, call)(**arguments)
        except self._client.exceptions.InvalidCiphertextException:
            raise
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
            raise KeysUnavailable(why=f"KMS answered {call} with: {error}") from error
        return answer


def _named(context: bytes) -> dict[str, str]:
    return {"epione": base64.b64encode(context).decode()}


def connect(url: str) -> KmsKeys:
    """`kms://eu-west-3/alias/epione` (`?endpoint=http://...` for another service); credentials as AWS tools find them.

    The alias is made, with its first key, when it does not exist.
    """
    parts = urlsplit(url)
    endpoint = parse_qs(parts.query).get("endpoint", [None])[0]
    client = boto3.client("kms", region_name=parts.netloc or None, endpoint_url=endpoint)
    keys = KmsKeys(client, parts.path.strip("/") or "alias/epione")
    if not keys._alias_exists():  # noqa: SLF001 -- its own factory
        keys.add()
    return keys
