"""Attribute matching (PS3.4 C.2.2.2): single values, wildcards, ranges of dates and times, lists of UIDs."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any, Final

from .attributes import MODALITIES, Attribute

UID = re.compile(r"[0-9.]{1,64}")
LONGEST = 1024
MOST_VALUES = 1000
_SEPARATORS = re.compile(r"[,\\]")
_CLOCK = re.compile(r"(\d{2}):?(\d{2})?:?(\d{2})?(?:\.\d{1,6})?")


class BadMatch(ValueError):
    """A value that cannot be matched; `keyword` names its attribute, the value is not repeated."""

    def __init__(self, keyword: str) -> None:
        super().__init__(keyword)
        self.keyword = keyword


class How(StrEnum):
    """How a column is compared."""

    ANY_OF = "any_of"
    LIKE = "like"
    RANGE = "range"
    WORDS = "words"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Match:
    """A condition on one attribute. `values`: the accepted ones, the pattern (`*` and `?`), or both ends (None = open).

    NOTHING holds for what de-identification has removed: no stored object has such a value.
    """

    attribute: Attribute
    how: How
    values: tuple[Any, ...] = ()


def match_of(attribute: Attribute, text: str) -> Match | None:
    """The condition that a text stands for; None when it is universal (empty, or only `*`). Raises BadMatch."""
    if not text.strip("* "):
        return None
    if attribute.answered or len(text) > LONGEST * 64:
        raise BadMatch(attribute.keyword)
    if not attribute.column:
        return Match(attribute, How.NOTHING)
    return _READERS.get(attribute.vr, _text)(attribute, text.strip())


def _uids(attribute: Attribute, text: str) -> Match:
    values = tuple(one.strip() for one in _SEPARATORS.split(text) if one.strip())
    if len(values) > MOST_VALUES or not all(UID.fullmatch(one) for one in values):
        raise BadMatch(attribute.keyword)
    return Match(attribute, How.ANY_OF, values)


def _whole(attribute: Attribute, text: str) -> Match:
    if not re.fullmatch(r"[+-]?\d{1,9}", text):
        raise BadMatch(attribute.keyword)
    return Match(attribute, How.ANY_OF, (int(text),))


def _text(attribute: Attribute, text: str) -> Match:
    if len(text) > LONGEST:
        raise BadMatch(attribute.keyword)
    if attribute.tag == MODALITIES:
        return Match(attribute, How.WORDS, tuple(one.strip().upper() for one in _SEPARATORS.split(text) if one.strip()))
    if "*" in text or "?" in text:
        return Match(attribute, How.LIKE, (text,))
    if attribute.vr == "PN":
        return Match(attribute, How.LIKE, (text,))
    return Match(attribute, How.ANY_OF, (text,))


def _dates(attribute: Attribute, text: str) -> Match:
    return _range(attribute, text, _date, _date)


def _times(attribute: Attribute, text: str) -> Match:
    return _range(attribute, text, lambda part: _time(part, 0), lambda part: _time(part, 59))


def _range(attribute: Attribute, text: str, low: Callable[[str], Any], high: Callable[[str], Any]) -> Match:
    """A single value is the range from itself to itself; of a time, all that its missing digits leave open."""
    first, dash, last = (part.strip() for part in text.partition("-"))
    if not first and not last:
        raise BadMatch(attribute.keyword)
    try:
        return Match(attribute, How.RANGE, (
            low(first) if first else None,
            high(last if dash else first) if last or not dash else None,
        ))  # fmt: skip
    except ValueError as error:
        raise BadMatch(attribute.keyword) from error


def _date(text: str) -> date:
    if not re.fullmatch(r"\d{8}", text):
        raise ValueError
    return date.fromisoformat(text)


def _time(text: str, missing: int) -> time:
    found = _CLOCK.fullmatch(text)
    if not found:
        raise ValueError
    hour, minute, second = (int(part) if part else missing for part in found.groups())
    return time(hour, minute, min(second, 59))


_READERS: Final[dict[str, Callable[[Attribute, str], Match]]] = {
    "UI": _uids,
    "IS": _whole,
    "US": _whole,
    "DA": _dates,
    "TM": _times,
}
