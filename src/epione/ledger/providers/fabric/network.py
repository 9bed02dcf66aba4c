"""The anchor: a checkpoint is a transaction, its proof the endorsed and signed envelope, with its block."""

import base64
import binascii
import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from django.core.exceptions import ImproperlyConfigured
from google.protobuf.message import DecodeError

from epione.ledger.providers.base import AnchorAway, AnchorFailed, AnchorPlace, Holding

from .gateway import Gateway
from .identity import Identity, load, verified
from .transactions import Call, check_endorsed, read_envelope
from .wire import wire

LISTING_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the peer is, who Epione is there, and where checkpoints go; paths are of PEM files.

    `tls`: authority of the peer's certificate, or "off". `ca`: authorities of the endorsers, by choice.
    """

    peer: str
    msp: str
    cert: str
    key: str
    tls: str
    channel: str
    chaincode: str
    ca: str = ""
    name: str = ""
    timeout: float = 10.0


class FabricNetwork(AnchorPlace):
    """A channel and its chaincode, reached through one peer."""

    name = "fabric"
    far = True

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def anchor(self, note: bytes) -> bytes:
        envelope, block = self._gateway().submit(self._call("put", key_of(note).encode(), note), self._identity())
        proof = json.dumps({"block": block, "envelope": base64.b64encode(envelope).decode()}).encode()
        self.check(note, proof)
        return proof

    def check(self, note: bytes, proof: bytes) -> None:
        """The call, who signed it, who endorsed it; that the block holds it is the word of the peer."""
        try:
            told = json.loads(proof)
            envelope = wire.Envelope.FromString(base64.b64decode(told["envelope"], validate=True))
            endorsed = read_envelope(envelope.payload)
            verified(endorsed.creator, envelope.payload, envelope.signature)
            accepted = int(told["block"]) > 0
        except (ValueError, KeyError, TypeError, binascii.Error, DecodeError) as error:
            raise AnchorFailed(f"{self._settings.peer}: not a proof of Fabric ({type(error).__name__})") from error
        if not accepted:
            raise AnchorFailed(f"{self._settings.peer}: the transaction is in no block")
        check_endorsed(endorsed, self._call("put", key_of(note).encode(), note), self._authorities())

    def answers(self) -> str:
        self._keys("epione-check", "")
        return f"{self._settings.peer} answers (channel {self._settings.channel}, {self._settings.chaincode})"

    def holding(self, origin: str, kept: Sequence[bytes]) -> Holding:
        """Keys tell which checkpoints are there; only those that the database does not know are read."""
        known = {key_of(note) for note in kept}
        listed = set(self._listed(prefix_of(origin)))
        begin = time.monotonic()
        others = []
        for key in sorted(listed - known):
            if time.monotonic() - begin > LISTING_SECONDS:
                raise AnchorAway(f"{self._settings.peer}: not all unknown checkpoints could be read")
            note = self._gateway().evaluate(self._call("get", key.encode()), self._identity())
            if not key.endswith(hashlib.sha256(note).hexdigest()):
                raise AnchorFailed(f"{self._settings.peer}: what is kept as {key} is another content")
            others.append(note)
        return Holding(others, lost=len(known - listed))

    def _listed(self, prefix: str) -> Iterator[str]:
        after, begin = "", time.monotonic()
        while page := self._keys(prefix, after):
            yield from page
            if page[-1] <= after or time.monotonic() - begin > LISTING_SECONDS:
                raise AnchorAway(f"{self._settings.peer}: the list of checkpoints does not end")
            after = page[-1]

    def _keys(self, prefix: str, after: str) -> list[str]:
        raw = self._gateway().evaluate(self._call("keys", prefix.encode(), after.encode()), self._identity())
        try:
            told = json.loads(raw)
        except ValueError as error:
            raise AnchorFailed(f"{self._settings.peer}: the chaincode does not list its keys") from error
        if not isinstance(told, list) or not all(isinstance(key, str) for key in told):
            raise AnchorFailed(f"{self._settings.peer}: the chaincode does not list its keys")
        return [str(key) for key in told]

    def _call(self, function: str, *arguments: bytes) -> Call:
        return Call(self._settings.channel, self._settings.chaincode, (function.encode(), *arguments))

    def _identity(self) -> Identity:
        given = self._settings
        return load(given.msp, Path(given.cert), Path(given.key))

    def _gateway(self) -> Gateway:
        given = self._settings
        root = None if given.tls == "off" else _read(given.tls)
        return Gateway(given.peer, root, server_name=given.name, seconds=given.timeout)

    def _authorities(self) -> list[x509.Certificate]:
        try:
            return x509.load_pem_x509_certificates(_read(self._settings.ca)) if self._settings.ca else []
        except ValueError as error:
            raise AnchorAway(f"{self._settings.ca} holds no certificates") from error


def key_of(note: bytes) -> str:
    """Under which key a checkpoint is kept: its log, its size, its hash."""
    origin, size, *_ = note.decode().split("\n")
    return f"{prefix_of(origin)}{int(size):012d}:{hashlib.sha256(note).hexdigest()}"


def prefix_of(origin: str) -> str:
    """What the keys of one log begin with: practices may share a channel."""
    return f"{hashlib.sha256(origin.encode()).hexdigest()[:16]}:"


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise AnchorAway(f"{path} cannot be read") from error


def connect(url: str) -> FabricNetwork:
    """`fabric://peer:7051?msp=..&cert=..&key=..&tls=..&channel=..&chaincode=..` (also `ca`, `name`, `timeout`).

    `fabric:?config=/path.json` reads the same names, and `peer`, from a JSON object.
    """
    parts = urlsplit(url)
    given: dict[str, Any] = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if "config" in given:
        given = _configured(given["config"])
    else:
        given["peer"] = parts.netloc
    return FabricNetwork(_settings(given))


def _configured(path: str) -> dict[str, Any]:
    try:
        told = json.loads(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{path} cannot be read as JSON ({type(error).__name__}).") from error
    if not isinstance(told, dict):
        raise ImproperlyConfigured(f"{path} must hold one JSON object.")
    return told


def _settings(given: Mapping[str, Any]) -> Settings:
    lacking = [name for name in ("peer", "msp", "cert", "key", "tls", "channel", "chaincode") if not given.get(name)]
    unknown = sorted(set(given) - set(Settings.__slots__))
    if lacking or unknown:
        said = [f"lacks {', '.join(lacking)}"] * bool(lacking) + [f"does not know {', '.join(unknown)}"] * bool(unknown)
        raise ImproperlyConfigured(f"The address of the Fabric anchor {' and '.join(said)}.")
    try:
        timeout = float(given.get("timeout", 10.0))
    except ValueError as error:
        raise ImproperlyConfigured("The timeout of the Fabric anchor is a number of seconds.") from error
    texts = {name: str(value) for name, value in given.items() if name != "timeout"}
    return Settings(**texts, timeout=timeout)
