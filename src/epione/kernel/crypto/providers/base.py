"""What every holder of key-encryption keys can do."""

from abc import ABC, abstractmethod


class KeyHolder(ABC):
    """Wraps and unwraps data keys; the key-encryption key itself never has to leave it.

    `context` says whose key it is: a wrapped key opens only with the context that it was wrapped with.
    """

    name: str

    @abstractmethod
    def active(self) -> str:
        """Id of the key-encryption key that wraps new data keys."""

    @abstractmethod
    def ids(self) -> list[str]:
        """Ids of all key-encryption keys that can still unwrap."""

    @abstractmethod
    def wrap(self, key: bytes, context: bytes) -> tuple[str, bytes]:
        """Wrap with the active key; returns its id and the wrapped bytes."""

    @abstractmethod
    def unwrap(self, kek_id: str, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap; raises `Tampered` when bytes or context differ, `KeysUnavailable` when the key is not there."""

    @abstractmethod
    def add(self) -> str:
        """Make a new key-encryption key, active from now on; the older ones still unwrap."""

    @abstractmethod
    def remove(self, kek_id: str) -> None:
        """Destroy a key-encryption key that wraps nothing any more."""
