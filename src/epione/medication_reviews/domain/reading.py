"""Reading untrusted values one by one: each gives a value or a fault that names the field, never an exception."""

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from .case import Fault
from .leaves import both

_DATE_FR = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_TRUE = frozenset({"true", "vrai", "oui", "yes", "1"})
_FALSE = frozenset({"false", "faux", "non", "no", "0"})


class Reader:
    """Reads the fields of one object; `faults` and `warnings` fill up as it goes."""

    def __init__(self, values: Mapping[str, Any], where: str, faults: list[Fault], warnings: list[Fault]) -> None:
        self.values = values
        self.where = where
        self.faults = faults
        self.warnings = warnings

    def place(self, name: str) -> str:
        """The path of a field."""
        return f"{self.where}.{name}" if self.where else name

    def refuse(self, name: str, french: str, english: str) -> None:
        """Note a fault of a field."""
        self.faults.append(Fault(self.place(name), both(french, english)))

    def warn(self, name: str, french: str, english: str) -> None:
        """Note what was left aside."""
        self.warnings.append(Fault(self.place(name), both(french, english)))

    def text(self, name: str, most: int = 500) -> str:
        """A text, trimmed; empty when absent."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, (dict, list, bool)):
            self.refuse(name, "un texte est attendu", "a text is expected")
            return ""
        text = str(value).strip()
        if len(text) > most:
            self.refuse(name, f"texte de plus de {most} caractères", f"text longer than {most} characters")
        return text[:most]

    def number(self, name: str, *, low: float, high: float, above: bool = False) -> float | None:
        """A number within bounds, None when absent; a decimal comma is understood. `above` excludes the lower bound."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        number = _number(value)
        if number is None:
            self.refuse(name, f"nombre illisible\u00a0: {value!r}", f"unreadable number: {value!r}")
        elif not low <= number <= high or (above and number == low):
            fr = f"valeur impossible\u00a0: {number:g} (attendu de {low:g} à {high:g})"
            self.refuse(name, fr, f"impossible value: {number:g} (expected {low:g} to {high:g})")
            return None
        return number

    def yes_no(self, name: str) -> bool | None:
        """True, false, or None when absent."""
        value = self.values.get(name)
        if value is None or value == "" or isinstance(value, bool):
            return None if value == "" else value
        word = str(value).strip().lower()
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
        self.refuse(name, f"oui ou non attendu\u00a0: {value!r}", f"true or false expected: {value!r}")
        return None

    def day(self, name: str) -> date | None:
        """A date, ISO or French (31/12/2026), None when absent."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        found = read_date(str(value))
        if found is None:
            self.refuse(
                name, f"date illisible\u00a0: {value!r} (AAAA-MM-JJ)", f"unreadable date: {value!r} (YYYY-MM-DD)"
            )
        return found

    def past_day(self, name: str, on: date) -> date | None:
        """A date that cannot be after the review."""
        found = self.day(name)
        if found is not None and found > on:
            self.refuse(name, f"date future\u00a0: {found.isoformat()}", f"date in the future: {found.isoformat()}")
            return None
        return found

    def items(self, name: str, most: int) -> list[Any] | None:
        """A list, None when absent."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, list):
            self.refuse(name, "une liste est attendue", "a list is expected")
            return []
        if len(value) > most:
            self.refuse(
                name,
                f"{len(value)} éléments\u00a0: au plus {most} sont acceptés",
                f"{len(value)} items: at most {most} are accepted",
            )
            return []
        return value

    def unknown(self, known: frozenset[str]) -> None:
        """Warn of fields that nothing reads."""
        for name in self.values:
            if name not in known:
                self.warn(str(name), "champ inconnu, ignoré", "unknown field, ignored")


def read_date(text: str) -> date | None:
    """A date as ISO (a time is dropped) or French; None when it is neither."""
    written = text.strip()
    if match := _DATE_FR.fullmatch(written):
        day, month, year = (int(part) for part in match.groups())
        return _real(year, month, day)
    match = re.match(r"(\d{4})-(\d{2})(?:-(\d{2}))?(?:$|T)", written)
    return _real(int(match[1]), int(match[2]), int(match[3] or 1)) if match else None


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(value) if isinstance(value, (int, float)) else float(str(value).strip().replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
