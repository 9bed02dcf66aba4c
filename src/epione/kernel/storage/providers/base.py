"""What every place for encrypted files can do; it never sees a key or a content."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator


class Store(ABC):
    """Objects by name (`ab/abcd...`); a write is whole or absent."""

    @abstractmethod
    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Store all pieces durably, or nothing."""

    def write_many(self, objects: Iterable[tuple[str, Iterable[bytes]]]) -> None:
        """Store several objects durably: when this returns all of them are there; when it raises, perhaps some."""
        for name, pieces in objects:
            self.write(name, pieces)

    @abstractmethod
    def read(self, name: str) -> Iterator[bytes]:
        """The stored bytes, piece by piece; raises `FileNotFoundError`."""

    @abstractmethod
    def delete(self, name: str) -> None:
        """Remove; an absent object is no error."""

    @abstractmethod
    def names(self) -> Iterator[str]:
        """Every stored object."""
