"""What is derived from the practice's secret: new identifiers, pseudonyms, the patient's shift of dates."""

import hmac

_WINDOW = 3650


class Derived:
    """Replacements that are the same whenever the same secret meets the same original, and tell nothing without it."""

    __slots__ = ("_key", "_subject", "_uids")

    def __init__(self, secret: bytes, subject: str) -> None:
        if len(secret) < 32:
            raise ValueError("the secret must have at least 32 bytes")
        self._key = hmac.digest(secret, b"epione imaging de-identification 1", "sha256")
        self._subject = subject
        self._uids: dict[bytes, bytes] = {}

    def uid(self, original: bytes) -> bytes:
        """2.25 and 127 bits (PS3.5 B.2)."""
        known = self._uids.get(original)
        if known is None:
            known = self._uids[original] = b"2.25.%d" % (self._number(b"uid", original) >> 1)
        return known

    def pseudonym(self) -> str:
        """A patient identifier of 80 bits, the same for all her objects."""
        return f"EPI{self._number(b'patient', self._subject.encode()) >> 48:020X}"

    def days(self) -> int:
        """Whole days by which all her dates move, one day to ten years into the past."""
        return -1 - self._number(b"dates", self._subject.encode()) % _WINDOW

    def _number(self, purpose: bytes, value: bytes) -> int:
        return int.from_bytes(hmac.digest(self._key, purpose + b"\0" + value, "sha256")[:16], "big")
