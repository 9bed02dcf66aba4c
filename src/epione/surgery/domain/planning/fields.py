"""Strict reading of JSON objects: every value is checked where it stands, every fault has a path and a sentence."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from .instance import DAY_MINUTES, Text, Window, both

T = TypeVar("T")
_CLOCK = re.compile(r"(\d{2}):(\d{2})")
MOST_TEXT = 200


@dataclass(frozen=True)
class Fault:
    """One value that cannot be accepted: where it stands, and why."""

    where: str
    text: Text


class BadInstance(Exception):
    """A file that cannot be planned; `faults` name every value that is refused."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{fault.where}: {fault.text['en']}" for fault in faults))
        self.faults = faults


class Fields:
    """Reads the fields of one object; `faults` fills up as it goes, `done` refuses those nobody asked for."""

    def __init__(self, values: Any, where: str, faults: list[Fault]) -> None:
        self.where, self.faults = where, faults
        self.values: Mapping[str, Any] = values if isinstance(values, dict) else {}
        self.seen: set[str] = set()
        if not isinstance(values, dict):
            self.refuse("", "un objet est attendu", "an object is expected")

    def place(self, name: str) -> str:
        """The path of a field."""
        return ".".join(part for part in (self.where, name) if part)

    def refuse(self, name: str, french: str, english: str) -> None:
        """Note a fault of a field."""
        self.faults.append(Fault(self.place(name), both(french, english)))

    def raw(self, name: str) -> Any:
        """The value as written, None when absent."""
        self.seen.add(name)
        return self.values.get(name)

    def text(self, name: str, *, needed: bool = False) -> str:
        """A text, "" when absent."""
        value = self.raw(name)
        if value is None or value == "":
            if needed:
                self.refuse(name, "obligatoire", "required")
            return ""
        if not isinstance(value, str) or len(value) > MOST_TEXT:
            self.refuse(
                name, f"un texte d’au plus {MOST_TEXT} caractères est attendu", f"a text of at most {MOST_TEXT} letters"
            )
            return ""
        return value

    def number(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number within bounds; required when it has no default."""
        value = self.raw(name)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.refuse(
                name, f"un entier de {low} à {high} est attendu", f"a whole number from {low} to {high} is expected"
            )
            return default if default is not None else low
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.raw(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.refuse(name, "true ou false est attendu", "true or false is expected")
            return default
        return value

    def day(self, name: str, *, needed: bool = False) -> date | None:
        """A date, YYYY-MM-DD."""
        value = self.raw(name)
        if value is None:
            if needed:
                self.refuse(name, "obligatoire", "required")
            return None
        found = read_day(value)
        if found is None:
            self.refuse(name, "une date AAAA-MM-JJ est attendue", "a date YYYY-MM-DD is expected")
        return found

    def items(self, name: str) -> list[Any]:
        """A list, empty when absent."""
        value = self.raw(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(name, "une liste est attendue", "a list is expected")
            return []
        return value

    def names(self, name: str, known: frozenset[str] | None = None) -> tuple[str, ...]:
        """A list of texts without doubles, each of them known when `known` is given."""
        values = self.items(name)
        if not all(isinstance(one, str) and one for one in values) or len(set(map(str, values))) != len(values):
            self.refuse(name, "une liste de textes distincts est attendue", "a list of distinct texts is expected")
            return ()
        for one in values:
            if known is not None and one not in known:
                self.refuse(name, f"inconnu\u00a0: {one}", f"unknown: {one}")
        return tuple(values)

    def window(self, name: str) -> Window | None:
        """Hours as `{"from": "08:00", "to": "18:00"}`, None when null."""
        value = self.raw(name)
        if value is None:
            return None
        inner = Fields(value, self.place(name), self.faults)
        start, end = inner.clock("from"), inner.clock("to")
        inner.done()
        if start is None or end is None:
            return None
        if start >= end:
            inner.refuse("to", "la fermeture précède l’ouverture", "closing comes before opening")
            return None
        return Window(start, end)

    def clock(self, name: str) -> int | None:
        """An hour of the day, HH:MM, up to 24:00; None when it cannot be read."""
        value = self.raw(name)
        found = read_clock(value)
        if found is None:
            self.refuse(
                name, "une heure HH:MM de 00:00 à 24:00 est attendue", "an hour HH:MM from 00:00 to 24:00 is expected"
            )
        return found

    def each(self, name: str, read: Callable[["Fields"], T]) -> tuple[T, ...]:
        """The objects of a list, each read by `read`; two with the same `id` are refused."""
        found, seen = [], set()
        for number, value in enumerate(self.items(name)):
            one = Fields(value, self.place(f"{name}[{number}]"), self.faults)
            found.append(read(one))
            one.done()
            key = one.values.get("id")
            if "id" in one.seen and isinstance(key, str) and key in seen:
                one.refuse("id", f"déjà pris\u00a0: {key}", f"already taken: {key}")
            seen.add(key if isinstance(key, str) else "")
        return tuple(found)

    def done(self) -> None:
        """Refuse the fields that nobody asked for: a misspelt one would be silently lost."""
        for name in self.values:
            if name not in self.seen:
                self.refuse(str(name), "champ inconnu", "unknown field")


def read_day(value: Any) -> date | None:
    """A date as written, None when it is none."""
    if not isinstance(value, str) or len(value) != 10:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def read_clock(value: Any) -> int | None:
    """Minutes from midnight, None when this is no hour."""
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    minutes = int(match[1]) * 60 + int(match[2])
    return minutes if int(match[2]) < 60 and minutes <= DAY_MINUTES else None
