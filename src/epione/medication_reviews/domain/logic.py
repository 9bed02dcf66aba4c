"""Kleene's three-valued logic: false 0, unknown 1, true 2; `all` is min, `any` is max, `not` is 2 - x."""

from collections.abc import Callable, Sequence
from typing import TypeVar

FALSE, UNKNOWN, TRUE = 0, 1, 2

Context = TypeVar("Context")
Test = Callable[[Context], int]


def truth(answer: bool | None) -> int:
    """The value of a yes, a no, or of nobody knows (None)."""
    return UNKNOWN if answer is None else TRUE if answer else FALSE


def all_of(tests: Sequence[Test[Context]]) -> Test[Context]:
    """False if any is false, else unknown if any is unknown, else true."""
    if len(tests) == 1:
        return tests[0]
    parts = tuple(tests)

    def test(context: Context) -> int:
        lowest = TRUE
        for part in parts:
            value = part(context)
            if value == FALSE:
                return FALSE
            lowest = min(lowest, value)
        return lowest

    return test


def any_of(tests: Sequence[Test[Context]]) -> Test[Context]:
    """True if any is true, else unknown if any is unknown, else false."""
    if len(tests) == 1:
        return tests[0]
    parts = tuple(tests)

    def test(context: Context) -> int:
        highest = FALSE
        for part in parts:
            value = part(context)
            if value == TRUE:
                return TRUE
            highest = max(highest, value)
        return highest

    return test


def negation(part: Test[Context]) -> Test[Context]:
    """The contrary; the contrary of unknown is unknown."""
    return lambda context: TRUE - part(context)
