"""The patient's own identifiers, looked for in texts that are kept or cleaned, whatever their case and accents."""

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+")
_SHORTEST_NAME = 3
_SHORTEST_NUMBER = 4
#: From here on the scripts of East Asia, written without spaces.
_UNSPACED = 0x2E80


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
        parts = [_bounded(word) for word in sorted(words, key=lambda word: (-len(word), word))]
        self._pattern = re.compile("|".join(parts)) if parts else None

    def within(self, text: str) -> bool:
        """Whether one of them stands in the text as a word of its own."""
        return self._pattern is not None and self._pattern.search(folded(text)) is not None


def _bounded(word: str) -> str:
    """The word where no letter (of a name) or digit (of a number) touches it; scripts without spaces need no border."""
    escaped = re.escape(word)
    if any(ord(one) >= _UNSPACED for one in word):
        return escaped
    edge = r"\d" if word.isdigit() else r"[^\W\d_]"
    return f"(?<!{edge}){escaped}(?!{edge})"


def _minimum(word: str) -> int:
    """Two ideograms or syllables are already a name."""
    return _SHORTEST_NAME if word.isascii() else 2
