"""Ages of editions: by day or by month, with a limit where a table has one."""

from datetime import date

import pytest

from epione.medications.domain.ages import age_of
from epione.medications.domain.compiled import Edition


@pytest.mark.parametrize(
    ("table", "edition", "days", "old"),
    [
        ("interactions", "2023-09-15", 1162, True),
        ("interactions", "2026-01-01", 323, False),
        ("availability", "2026-11-01", 19, True),
        ("acb", "2021-10", 1876, None),
        ("specialities", "2026-11-20T10:00:00+00:00", 0, False),
    ],
)
def test_age(table: str, edition: str, days: int, old: bool | None) -> None:
    age = age_of(Edition(table, edition, "s", "l", "x", 1), date(2026, 11, 20))
    assert (age.days, age.old, age.facts()["age_days"]) == (days, old, days)
