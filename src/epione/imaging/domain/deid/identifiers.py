"""The patient's own identifiers, looked for in texts that are kept or cleaned, whatever their case and accents."""

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+")
_SHORTEST_NAME = 3
_SHORTEST_NUMBER = 4


def folded(text: str) -> str:
    """Upper case without accents."""
    if text.isascii():
        return text.upper()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(one for one in decomposed if not unicodedata.combining(one)).upper()


class Identifiers:
    """Names and numbers of one patient; tells whether a text holds one of them."""

    __slots__ = ("_pattern",)

    def __init__(self, names: Iterable[str], numbers: Iterable[str]) -> None:
        words = {word for name in names for word in _WORD.findall(folded(name)) if len(word) >= _minimum(word)}
        whole = {folded(number).strip() for number in numbers}
        words |= {number for number in whole if len(number) >= _SHORTEST_NUMBER}
        joined = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        self._pattern = re.compile(rf"(?<![^\W_])(?:{joined})(?![^\W_])") if words else None

    def within(self, text: str) -> bool:
        """Whether one of them stands in the text as a whole word."""
        return self._pattern is not None and self._pattern.search(folded(text)) is not None


def _minimum(word: str) -> int:
    """Two ideograms or syllables are already a name."""
    return _SHORTEST_NAME if word.isascii() else 2
