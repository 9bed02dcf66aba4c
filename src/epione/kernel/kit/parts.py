"""The facts that components show: plain data that a view builds and a template of the kit draws."""

from dataclasses import dataclass, field
from typing import Any

LEVELS = ("ci", "ad", "pe", "apc", "info", "ok")


@dataclass(frozen=True, slots=True)
class Citation:
    """A source in short ("ANSM p. 230") and where its passage opens; `failed` is the reason of a failed check."""

    label: str
    url: str = ""
    controls: str = "drawer"
    open: bool = False
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """One line of an open finding: heading (Why, What to do...) and text."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One way to decide: a verb, its letter, where it is posted; `reason` asks for one first."""

    label: str
    url: str
    key: str = ""
    value: str = ""
    primary: bool = False
    dialog: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding as a card. `question` is what is missing: then it is to confirm. `decided` closes it to a line.

    `lights` names the marks of a drawing that light up with it.
    """

    key: str
    level: str
    title: str
    reason: str
    details: tuple[Detail, ...] = ()
    citations: tuple[Citation, ...] = ()
    decisions: tuple[Decision, ...] = ()
    question: str = ""
    confidence: float | None = None
    confidence_why: str = ""
    decided: str = ""
    undo_url: str = ""
    url: str = ""
    open: bool = False
    lights: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline: what hangs in the margin, the event, who, and where it opens."""

    margin: str
    title: str
    text: str = ""
    url: str = ""
    level: str = ""
    tag: str = ""
    tag_level: str = ""
    now: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `state` is "done", "now" or ""."""

    label: str
    state: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of the same thing, with the number of things in it."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a combobox: `match` parts are pairs (text, whether it matched what was typed)."""

    value: str
    parts: tuple[tuple[str, bool], ...]
    detail: str = ""

    @property
    def text(self) -> str:
        """The whole label."""
        return "".join(part for part, _ in self.parts)


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a difference, as pieces (text, whether this piece changed); `sign` is "-" or "+" or ""."""

    sign: str
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would change, from where, until when; `settled` (expired, refused, replaced) leaves one grey line."""

    key: str
    title: str
    source: str
    changes: tuple[Change, ...]
    until: str = ""
    confirm_url: str = ""
    edit_url: str = ""
    refuse_url: str = ""
    settled: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """An opened source in the drawer: edition, page, passage, ledger entry."""

    title: str
    source: str
    passage: str
    url: str = ""
    entry: int | None = None
    hash: bytes = b""
    proof_url: str = ""
    notes: tuple[Detail, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Series:
    """Rows behind a chart, for "See the values"."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    caption: str = ""


def changes_between(before: str, after: str) -> tuple[Change, ...]:
    """A difference word by word: one line removed, one line added, unchanged words unmarked."""
    if before == after:
        return (Change("", ((before, False),)),)
    old, new = before.split(), after.split()
    return (Change("-", _marked(old, set(new))), Change("+", _marked(new, set(old))))


def _marked(words: list[str], kept: set[str]) -> tuple[tuple[str, bool], ...]:
    return tuple((word + (" " if place < len(words) - 1 else ""), word not in kept) for place, word in enumerate(words))


def highlighted(text: str, typed: str) -> tuple[tuple[str, bool], ...]:
    """Pieces of a label with the typed letters marked, whatever their case."""
    place = text.casefold().find(typed.casefold()) if typed else -1
    if place < 0:
        return ((text, False),)
    end = place + len(typed)
    return tuple(piece for piece in ((text[:place], False), (text[place:end], True), (text[end:], False)) if piece[0])
