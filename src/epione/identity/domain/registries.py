"""Numbers of the French health registries: FINESS (establishments) and RPPS (professionals)."""

import re

_FINESS = re.compile(r"\d{9}|2[AB]\d{7}")
_RPPS = re.compile(r"\d{11}")


def luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn key of the others (ISO/IEC 7812-1 annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def compact(number: str) -> str:
    """The number without the spaces, dots and dashes that people type."""
    return re.sub(r"[\s.\-\u00a0\u202f]", "", number).upper()


def valid_finess(number: str) -> bool:
    """Nine characters with their Luhn key; Corsica writes 2A or 2B, whose key the registry computes apart."""
    number = compact(number)
    if not _FINESS.fullmatch(number):
        return False
    return luhn(number) if number.isdigit() else True


def valid_rpps(number: str) -> bool:
    """Eleven digits with their Luhn key: the shape, not the presence in the registry."""
    number = compact(number)
    return bool(_RPPS.fullmatch(number)) and luhn(number)
