"""Signed notes and checkpoints in the formats of C2SP (signed-note, tlog-checkpoint, tlog-cosignature)."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
_DASH: Final = "\u2014 "


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its name, the number of leaves, the root hash."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, note: str) -> "Checkpoint":
        """Read the head of a note, signed or not; raises `ValueError`."""
        origin, size, root, *_ = note.split("\n")
        raw = base64.b64decode(root, validate=True)
        if not origin or not size.isdecimal() or str(int(size)) != size or len(raw) != 32:
            raise ValueError("not a checkpoint")
        return cls(origin, int(size), raw)


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name: `name+hash+key`, as C2SP writes it."""

    name: str
    algorithm: int
    public: bytes

    @property
    def id(self) -> bytes:
        """First four bytes by which a signature names its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public).digest()[:4]

    def __str__(self) -> str:
        key = base64.b64encode(bytes([self.algorithm]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{key}"

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Read `name+hash+key`; raises `ValueError` if it is damaged."""
        # The base64 of a key may contain a plus sign, a name may not.
        name, hashed, key = text.strip().split("+", 2)
        raw = base64.b64decode(key, validate=True)
        found = cls(name, raw[0] if raw else 0, raw[1:])
        if len(raw) != 33 or found.id.hex() != hashed:
            raise ValueError("not a verification key")
        return found

    def verifies(self, note: str) -> bool:
        """Whether the note bears a valid signature (or cosignature) of this key."""
        text, blobs = split(note)
        public = Ed25519PublicKey.from_public_bytes(self.public)
        for name, blob in blobs:
            if name != self.name or blob[:4] != self.id:
                continue
            try:
                public.verify(*self._signed(text, blob[4:]))
            except (InvalidSignature, ValueError):
                continue
            return True
        return False

    def _signed(self, text: str, blob: bytes) -> tuple[bytes, bytes]:
        if self.algorithm == ED25519:
            return blob, text.encode()
        return blob[8:], cosigned(text, int.from_bytes(blob[:8]))


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name."""

    name: str
    key: Ed25519PrivateKey = field(repr=False)

    @property
    def verifier(self) -> Verifier:
        """What others need to check this log's signatures."""
        return Verifier(self.name, ED25519, self.key.public_key().public_bytes_raw())

    @property
    def witness(self) -> Verifier:
        """What others need to check this witness's cosignatures."""
        return Verifier(self.name, COSIGNATURE, self.key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The note of a text."""
        return text + "\n" + _line(self.name, self.verifier.id + self.key.sign(text.encode()))

    def cosign(self, note: str, seconds: int) -> str:
        """The note with the cosignature of this witness, who saw it at this Unix time."""
        text, _ = split(note)
        blob = self.witness.id + seconds.to_bytes(8) + self.key.sign(cosigned(text, seconds))
        return note + _line(self.name, blob)


def cosigned(text: str, seconds: int) -> bytes:
    """What a witness signs."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def split(note: str) -> tuple[str, Sequence[tuple[str, bytes]]]:
    """Text and signatures of a note; raises `ValueError`."""
    text, separator, lines = note.rpartition("\n\n")
    if not separator or not lines.endswith("\n"):
        raise ValueError("not a signed note")
    blobs = []
    for line in lines.splitlines():
        name, _, signature = line.removeprefix(_DASH).rpartition(" ")
        if not line.startswith(_DASH) or not name:
            raise ValueError("not a signature line")
        try:
            blobs.append((name, base64.b64decode(signature, validate=True)))
        except binascii.Error as error:
            raise ValueError("not a signature line") from error
    return text + "\n", blobs


def _line(name: str, blob: bytes) -> str:
    return f"{_DASH}{name} {base64.b64encode(blob).decode()}\n"
