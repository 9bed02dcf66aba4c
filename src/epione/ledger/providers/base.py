"""What every anchor can do."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass


class AnchorFailed(Exception):
    """The anchor could not be reached, or answered something that does not prove the note."""


class AnchorAway(AnchorFailed):
    """The anchor could not be asked: this says nothing about the note."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What a place gives back: notes to compare with the database, and how many of those kept there are lost."""

    notes: Sequence[bytes] = ()
    lost: int = 0


class AnchorPlace(ABC):
    """Shows, to somebody who does not trust the database, that a checkpoint existed.

    `far`: the place is asked over a network; who waits for a page does not wait for it.
    """

    name: str
    far = False

    @abstractmethod
    def anchor(self, note: bytes) -> bytes:
        """Leave the note (or its hash) outside; returns the proof; raises `AnchorFailed`."""

    @abstractmethod
    def check(self, note: bytes, proof: bytes) -> None:
        """Raise `AnchorFailed` unless the proof is one of this note; far places are not asked."""

    @abstractmethod
    def answers(self) -> str:
        """Try the place without leaving a checkpoint; what it says of itself; raises `AnchorFailed`."""

    def holding(self, origin: str, kept: Sequence[bytes]) -> Holding:
        """Notes of the log of this name that the place can give back, beside those known to be kept there.

        Raises `AnchorAway` when it cannot be asked.
        """
        del origin, kept  # a place that keeps only hashes has no notes to give
        return Holding()
