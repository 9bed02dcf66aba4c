"""Reading the interaction thesaurus from its printed lines: fonts and places say what each line is."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .names import fold, normalise
from .reading import BadFileError

_HEADING_SIZE, _LEVEL_SIZE, _TOLERANCE = 10.0, 7.0, 0.45
_SEE_ALSO = "voir aussi"
_LEVELS = (
    (re.compile(r"\bci\b|contre[- ]?indication"), "CI"),
    (re.compile(r"\basdec\b|deconseillee"), "AD"),
    (re.compile(r"\bpe\b|precaution d.emploi"), "PE"),
    (re.compile(r"\bapec\b|\bapc\b|a prendre en compte"), "APC"),
)


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line of one column: `left` is the share of the page's width where it begins (0 to 1)."""

    page: int
    text: str
    size: float
    bold: bool
    left: float


@dataclass(frozen=True, slots=True)
class PrintedInteraction:
    """An interaction as the thesaurus prints it, names normalised, texts verbatim."""

    a: str
    b: str
    levels: tuple[str, ...]
    mechanism: str
    management: str
    page: int | None


@dataclass(slots=True)
class _Open:
    a: str
    b: str
    page: int
    levels: list[str] = field(default_factory=list)
    mechanism: list[str] = field(default_factory=list)
    management: list[str] = field(default_factory=list)
    naming: bool = True

    def closed(self) -> PrintedInteraction:
        return PrintedInteraction(
            normalise(self.a),
            normalise(self.b),
            tuple(dict.fromkeys(self.levels)),
            " ".join(self.mechanism),
            " ".join(self.management),
            self.page,
        )


def levels_of(text: str) -> tuple[str, ...]:
    """The levels that a level line names, the most severe first; empty when it names none.

    >>> levels_of("CI - ASDEC"), levels_of("Précaution d'emploi")
    (('CI', 'AD'), ('PE',))
    """
    folded = fold(text)
    return tuple(level for pattern, level in _LEVELS if pattern.search(folded))


def read_lines(lines: Iterable[PrintedLine]) -> tuple[PrintedInteraction, ...]:
    """The interactions of a thesaurus, both directions as printed.

    Bold 10 points is a heading, `+` begins a partner, bold 7 points in the right column is a level; below a partner,
    the left column is the mechanism and the right one the management. `BadFileError` when no interaction is found.
    """
    found: list[PrintedInteraction] = []
    heading, previous_was_heading = "", False
    row: _Open | None = None
    for line in lines:
        text = line.text.strip()
        if _is_heading(line):
            found += [row.closed()] if row else []
            heading, row = (f"{heading} {text}" if previous_was_heading else text), None
            previous_was_heading = True
            continue
        previous_was_heading = False
        if text.startswith("+") and heading:
            found += [row.closed()] if row else []
            row = _Open(heading, text.removeprefix("+").strip(), line.page)
        elif row is not None:
            _add(row, line, text)
    found += [row.closed()] if row else []
    complete = tuple(one for one in found if one.levels)
    if not complete:
        raise BadFileError(1, "not-a-thesaurus")
    return complete


def _is_heading(line: PrintedLine) -> bool:
    return line.bold and abs(line.size - _HEADING_SIZE) <= _TOLERANCE and not line.text.strip().startswith("+")


def _add(row: _Open, line: PrintedLine, text: str) -> None:
    """Put a line where it belongs: level or management on the right, mechanism on the left, rest of a long name."""
    on_the_right = line.left >= 0.5
    is_level = on_the_right and line.bold and abs(line.size - _LEVEL_SIZE) <= _TOLERANCE
    if is_level and levels_of(text):
        row.levels += levels_of(text)
        row.naming = False
    elif row.naming and line.bold and not on_the_right:
        row.b = f"{row.b} {text}"
    elif not fold(text).startswith(_SEE_ALSO):
        row.naming = False
        (row.management if on_the_right else row.mechanism).append(text)


def read_pack(content: Any) -> tuple[PrintedInteraction, ...]:
    """The interactions of the JSON pack, when it carries the texts."""
    try:
        return tuple(
            PrintedInteraction(
                row["a"], row["b"], tuple(row["levels"]), row["mechanism"], row["management"], row["page"]
            )
            for row in content["interactions"]
        )
    except (KeyError, TypeError) as error:
        raise BadFileError(1, "not-a-thesaurus") from error


def unique_pairs(rows: Sequence[PrintedInteraction]) -> tuple[PrintedInteraction, ...]:
    """One row per pair: the thesaurus prints each under both names; the first has the words, all have the levels."""
    pairs: dict[tuple[str, str], list[PrintedInteraction]] = {}
    for row in rows:
        pairs.setdefault((min(row.a, row.b), max(row.a, row.b)), []).append(row)
    order = ("CI", "AD", "PE", "APC")
    return tuple(
        PrintedInteraction(
            first.a,
            first.b,
            tuple(level for level in order if any(level in row.levels for row in same)),
            first.mechanism,
            first.management,
            first.page,
        )
        for same in pairs.values()
        for first in same[:1]
    )
