"""A day on which the shipped edition holds, and prices said shortly."""

from datetime import date

import pytest

from epione.billing.domain.ccam.modifiers import Specialty
from epione.billing.domain.ccam.nomenclature import Grid
from epione.billing.domain.ccam.pricing import Asked, Price, Setting, price
from epione.billing.providers.ccam import load_ccam

MONDAY = date(2026, 3, 2)
SUNDAY = date(2026, 3, 1)


def asked(text: str) -> Asked:
    """“HMFC004/4+A7” as an act asked for."""
    act, _, letters = text.partition("+")
    code, *parts = act.split("/")
    numbers = [int(part) for part in parts]
    return Asked(code, *(numbers or [1]), modifiers=tuple(letters))


def priced(acts: str, grid: str = "1", *, on: date = MONDAY, specialty: str = "surgeon", **more: object) -> Price:
    """The price of acts parted by spaces."""
    setting = Setting(on, Grid(grid), Specialty(specialty) if specialty else None, **more)  # type: ignore[arg-type]
    return price([asked(one) for one in acts.split()], setting, load_ccam(on))


@pytest.fixture(scope="session")
def table():
    """The shipped edition."""
    return load_ccam(MONDAY)
