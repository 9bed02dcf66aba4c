"""Search of an act by its code or by words of its label, accents and order aside."""

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"[a-z0-9]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_EMPTY = frozenset({"a", "au", "aux", "d", "de", "des", "du", "et", "l", "la", "le", "les", "ou", "par", "sur"})
LONGEST = 200


def normalise(text: str) -> str:
    """Lower case, no accents, words parted by one space: “Cholécystectomie, par cœlioscopie” as people type it."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return " ".join(_WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter))))


class Index:
    """Codes and normalised labels; every word typed must begin a word of the label, or the text begin the code."""

    def __init__(self, labels: Iterable[tuple[str, str]]) -> None:
        """Normalise every label once."""
        self._rows = [(code, f" {normalise(label)} ") for code, label in labels]

    def search(self, typed: str, limit: int = 20) -> list[str]:
        """Codes, best first: whole words before beginnings, early words before late ones, short labels before long."""
        text = normalise(typed[:LONGEST])
        words = [word for word in text.split() if word not in _EMPTY] or text.split()
        if not words:
            return []
        code = text.replace(" ", "").upper()
        found = []
        for one, label in self._rows:
            if one.startswith(code):
                found.append((0, 0, 0, one))
            elif (place := _place(words, label)) is not None:
                found.append((1, *place, one))
        return [one for *_, one in sorted(found)[:limit]]


def _place(words: list[str], label: str) -> tuple[int, int] | None:
    """Beginnings of words that are no whole word, then where the first word stands and the length; None if absent."""
    parts = 0
    for word in words:
        if f" {word}" not in label:
            return None
        parts += f" {word} " not in label
    return parts * 10_000 + label.index(f" {words[0]}"), len(label)
