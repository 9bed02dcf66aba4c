"""Shift of dates by whole days: intervals stay, and so do times of day, zones and precision (PS3.5 6.2, DA and DT)."""

import re
from datetime import date, timedelta

_DAY = re.compile(r"(\d{4})[.]?(\d{2})[.]?(\d{2})(.*)", re.DOTALL)
_REST = re.compile(r"(?:\d{2}(?:\d{2}(?:\d{2}(?:\.\d{1,6})?)?)?)?(?:[+-]\d{4})?")


def shifted(text: str, days: int) -> str | None:
    """DA or DT values (joined by a backslash) `days` later; None when one is not a full date or leaves the calendar.

    A whole number of days never changes the time between two events, whatever daylight saving does to local clocks:
    clock and zone are left as written.
    """
    moved = [_one(value.strip(), days) if value.strip() else "" for value in text.split("\\")]
    return None if None in moved else "\\".join(value or "" for value in moved)


def _one(value: str, days: int) -> str | None:
    found = _DAY.fullmatch(value)
    if found is None or not _REST.fullmatch(found[4]):
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3])) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return f"{day.year:04d}{day.month:02d}{day.day:02d}{found[4]}"
