"""How long the encrypted detail of an entry is kept; its leaf stays for ever."""

from dataclasses import dataclass
from typing import Final

SIX_MONTHS: Final = 184
"""Days; decisions of an AI system are kept at least six months (Regulation (EU) 2024/1689, article 26(6))."""


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """A kind of entry, with days kept by default and the fewest that may be configured."""

    name: str
    days: int
    minimum: int
    prefixes: tuple[str, ...]


CLASSES: Final = (
    RetentionClass("ai", 1826, SIX_MONTHS, ("inference.", "llm.", "assistant.", "otoscopy.")),
    RetentionClass("access", 3653, SIX_MONTHS, ("identity.", "ledger.")),
    RetentionClass("clinical", 3653, 365, ("",)),
)
"""The first class with a fitting prefix counts; 3,653 days are ten years."""


def class_of(action: str) -> RetentionClass:
    """The class of an entry."""
    return next(known for known in CLASSES if action.startswith(known.prefixes))


def policy(text: str) -> dict[str, int]:
    """Days per class from `ai=200,clinical=7300` over the defaults; raises `ValueError` below a minimum."""
    days = {known.name: known.days for known in CLASSES}
    minimum = {known.name: known.minimum for known in CLASSES}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, number = part.partition("=")
        if name not in days or not number.isdecimal():
            raise ValueError(f"'{part}' is not one of {', '.join(days)} with a number of days")
        if int(number) < minimum[name]:
            raise ValueError(f"'{name}' must be kept {minimum[name]} days at least, not {number}")
        days[name] = int(number)
    return days
