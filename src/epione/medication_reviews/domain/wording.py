"""Texts in French and English that are written when they are first read."""

from collections.abc import Callable, Iterator, Mapping


class Wording(Mapping[str, str]):
    """A text in French and English, written when first read: most findings of a batch are never read in both."""

    __slots__ = ("_texts", "_write")

    def __init__(self, write: Callable[[str], str]) -> None:
        self._write = write
        self._texts: dict[str, str] = {}

    def __getitem__(self, language: str) -> str:
        if language not in ("fr", "en"):
            raise KeyError(language)
        text = self._texts.get(language)
        if text is None:
            text = self._texts[language] = self._write(language)
        return text

    def __iter__(self) -> Iterator[str]:
        return iter(("fr", "en"))

    def __len__(self) -> int:
        return 2
