"""The four levels of the French interaction thesaurus, from contra-indication to a point to take into account."""

from collections.abc import Iterable
from enum import StrEnum


class Level(StrEnum):
    """Level of constraint as the ANSM defines it, most severe first."""

    CI = "CI"
    AD = "AD"
    PE = "PE"
    APC = "APC"

    @property
    def rank(self) -> int:
        """0 for a contra-indication, 3 for a point to take into account."""
        return _RANKS[self]


_RANKS = {level: rank for rank, level in enumerate(Level)}

LEVEL_NAMES: dict[Level, dict[str, str]] = {
    Level.CI: {"fr": "contre-indication", "en": "contra-indication"},
    Level.AD: {"fr": "association déconseillée", "en": "association not recommended"},
    Level.PE: {"fr": "précaution d’emploi", "en": "precaution for use"},
    Level.APC: {"fr": "à prendre en compte", "en": "to be taken into account"},
}


def most_severe(levels: Iterable[Level]) -> Level:
    """The most severe level (at least one is needed)."""
    return min(levels, key=_RANKS.__getitem__)


def least_severe(levels: Iterable[Level]) -> Level:
    """The least severe level (at least one is needed)."""
    return max(levels, key=_RANKS.__getitem__)
