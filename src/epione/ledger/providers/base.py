"""What every anchor can do."""

from abc import ABC, abstractmethod


class AnchorFailed(Exception):
    """The anchor could not be reached, or answered something that does not prove the note."""


class AnchorPlace(ABC):
    """Shows, to somebody who does not trust the database, that a checkpoint existed."""

    name: str

    @abstractmethod
    def anchor(self, note: bytes) -> bytes:
        """Leave the note (or its hash) outside; returns the proof; raises `AnchorFailed`."""

    @abstractmethod
    def check(self, note: bytes, proof: bytes) -> None:
        """Raise `AnchorFailed` unless the proof is one of this note."""

    def notes(self) -> list[bytes]:
        """The notes that this place can give back, for comparison with the database."""
        return []
