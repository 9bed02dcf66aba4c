"""An edition of the CCAM: its acts, what each activity and phase of an act is worth, and until when it holds."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from .modifiers import Modifier
from .refusals import PriceRefusedError, Rule

CODE = re.compile(r"[A-Z]{4}[0-9]{3}")
FIELD, ITEM = "\t", " "


class Grid(StrEnum):
    """What the practitioner signed with the health insurance; it decides the column of the table."""

    SECTOR_1 = "1"
    SECTOR_2 = "2"
    OPTAM = "optam"
    OPTAM_ACO = "optam-aco"

    @property
    def is_first(self) -> bool:
        """Whether the column “sector 1 / OPTAM / OPTAM-ACO” applies rather than the other one."""
        return self is not Grid.SECTOR_2


@dataclass(frozen=True, slots=True)
class Part:
    """One activity and phase of an act; amounts in cents, None where the table has none (act not covered)."""

    activity: int
    phase: int
    first: int | None
    other: int | None
    conditional: bool
    agreement: bool
    exemption: str
    group: str

    def cents(self, grid: Grid) -> int | None:
        """The tariff of a grid."""
        return self.first if grid.is_first else self.other


@dataclass(frozen=True, slots=True)
class Act:
    """An act of the nomenclature with its parts, the modifiers that it admits and the gestures that may go with it."""

    code: str
    label: str
    chapter: str
    modifiers: frozenset[str]
    gestures: frozenset[str]
    parts: tuple[Part, ...]

    @property
    def is_gesture(self) -> bool:
        """Chapter 18: complementary anaesthesia and gestures."""
        return self.chapter.startswith("18")

    @property
    def is_supplement(self) -> bool:
        """Chapter 19.02: supplements, never coded alone."""
        return self.chapter.startswith("19.02")

    def part(self, activity: int, phase: int) -> Part:
        """One part; refused when the act has no such activity, or the activity no such phase."""
        same = [part for part in self.parts if part.activity == activity]
        facts = {"code": self.code, "activity": activity, "phase": phase}
        if not same:
            known = sorted({part.activity for part in self.parts})
            raise PriceRefusedError(Rule.ACTIVITY_UNKNOWN, known=known, **facts)
        for part in same:
            if part.phase == phase:
                return part
        raise PriceRefusedError(Rule.PHASE_UNKNOWN, known=sorted(part.phase for part in same), **facts)


@dataclass(frozen=True, slots=True)
class Edition:
    """Which table: its version, the days on which it holds, when it was last compared, and where it comes from."""

    version: str
    valid_from: date
    valid_to: date | None
    known_on: date
    source: str

    @property
    def name(self) -> str:
        """As results name it."""
        return f"CCAM v{self.version} ({self.valid_from.isoformat()})"

    def holds(self, on: date) -> bool:
        """Whether acts of that day are priced by it."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Nomenclature:
    """One edition in memory: a line of text per act, read when it is asked for."""

    def __init__(self, edition: Edition, lines: Mapping[str, str], modifiers: Mapping[str, Modifier]) -> None:
        """Keep the lines as they are; `modifiers` are those of the same edition."""
        self.edition = edition
        self.modifiers = modifiers
        self._lines = lines
        self._read = lru_cache(maxsize=512)(read_line)

    def __len__(self) -> int:
        """How many acts."""
        return len(self._lines)

    def __contains__(self, code: str) -> bool:
        """Whether the edition has an act."""
        return code in self._lines

    def act(self, code: str) -> Act:
        """The act of a code; refused when it is none, with the rule that says why."""
        wanted = code.strip().upper()
        if not CODE.fullmatch(wanted):
            raise PriceRefusedError(Rule.CODE_FORMAT, code=code.strip()[:20])
        line = self._lines.get(wanted)
        if line is None:
            raise PriceRefusedError(Rule.CODE_UNKNOWN, code=wanted, edition=self.edition.name)
        return self._read(line)

    def labels(self) -> Iterator[tuple[str, str]]:
        """Codes and labels, in the order of the table."""
        for code, line in self._lines.items():
            yield code, line.split(FIELD, 2)[1]


def read_line(line: str) -> Act:
    """An act from its line: code, label, chapter, modifiers, gestures, parts."""
    code, label, chapter, modifiers, gestures, parts = line.split(FIELD)
    return Act(
        code,
        label,
        chapter,
        frozenset(modifiers.split(ITEM)) - {""},
        frozenset(gestures.split(ITEM)) - {""},
        tuple(_part(part) for part in parts.split(ITEM)),
    )


def _part(text: str) -> Part:
    activity, phase, first, other, flags, exemption, group = text.split(":")
    return Part(int(activity), int(phase), _cents(first), _cents(other), "C" in flags, "A" in flags, exemption, group)


def _cents(text: str) -> int | None:
    return int(text) if text else None


def edition_of(editions: tuple[Edition, ...], on: date) -> Edition:
    """The edition of the day of the act; refused when none that Epione has holds on it."""
    found = [edition for edition in editions if edition.holds(on)]
    if not found:
        known = min((edition.valid_from for edition in editions), default=None)
        raise PriceRefusedError(Rule.NO_EDITION, date=on.isoformat(), first=known.isoformat() if known else "")
    return max(found, key=lambda edition: edition.valid_from)
