"""How a leaf names persons and things: by keyed hashes."""

from typing import Any
from uuid import UUID

from epione.kernel.crypto import lasting_index


def keyed(practice_id: UUID, what: str, value: Any) -> str:
    """A person or thing as a leaf names it: equal within one practice, meaningless outside."""
    return lasting_index(practice_id, f"ledger.{what}", str(value)).hex()
