"""Texts in French and English that are written when they are first read; days, numbers and units in words."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date


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


def day_words(on: date, language: str) -> str:
    """20/11/2026 in French, 20 Nov 2026 in English."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{on:%d/%m/%Y}" if language == "fr" else f"{on.day} {months[on.month - 1]} {on.year}"


def unit_words(unit: str, language: str) -> str:
    """A unit as it is printed: mL/min/1,73 m² in French."""
    area = "1,73\u00a0m²" if language == "fr" else "1.73\u00a0m²"
    return unit.replace("1.73m2", area)


def shown(value: float, language: str) -> str:
    """A number as the language writes it."""
    text = f"{value:.4g}" if abs(value) < 10_000 else f"{value:.0f}"
    return text.replace(".", ",") if language == "fr" else text
