"""What a leaf says: who did what to which thing and when, in keyed or salted hashes only.

`actor`, `entity.hash` and `patient` are HMACs under the index key of the practice. `detail` is the SHA-256 of the
encrypted detail, `opening` that of the detail itself, which holds a random salt; `content` is SHA-256(salt | content).
So an outsider can check a disclosed detail or document, and nobody can guess one that is hidden or was shredded.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import Any

VERSION = 1
_ACTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry of the ledger, as hashed into the tree; hashes are in hexadecimal, `time` is ISO 8601 in UTC."""

    id: str
    practice: str
    action: str
    kind: str
    actor: str
    entity: dict[str, str]
    patient: str | None
    time: str
    detail: str
    opening: str
    content: str | None
    v: int = VERSION

    def encode(self) -> bytes:
        """Canonical bytes."""
        return canonical(asdict(self))


def canonical(value: Any) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8 (RFC 8785 for the values used here: no floating point)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def commitment(salt: bytes, content: bytes) -> str:
    """A hash that hides its content until the salt is shown."""
    return hashlib.sha256(salt + content).hexdigest()


def is_action(text: str) -> bool:
    """Whether a text follows the grammar `<module>.<verb>`."""
    return _ACTION.fullmatch(text) is not None
