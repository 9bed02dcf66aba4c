"""Modifiers of the CCAM: what each adds, to whom, and on which conditions.

The amounts are those of chapter 19.03 of the edition; who may code what is in the same chapter. Rates are in
thousandths (30 % is 300), amounts in cents.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from .refusals import PriceRefusedError, Rule

ANAESTHESIA = 4
"""The activity of the anaesthetist."""

MOST = 4
"""Modifiers that one act takes (article I-9 of the general provisions)."""


class Specialty(StrEnum):
    """Who does the act, as far as the amounts of modifiers differ."""

    SURGEON = "surgeon"
    ANAESTHETIST = "anaesthetist"
    GENERAL = "general"
    PAEDIATRICIAN = "paediatrician"
    MIDWIFE = "midwife"
    DENTIST = "dentist"
    RADIOLOGIST = "radiologist"
    CHEST = "chest-rheumatology"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Amount:
    """What a modifier adds for some practitioners; `who` and `grids` are empty where everybody is meant."""

    who: frozenset[str]
    grids: frozenset[str]
    cents: int
    first: int
    other: int

    def permille(self, *, first: bool) -> int:
        """The rate of a column."""
        return self.first if first else self.other


@dataclass(frozen=True, slots=True)
class Modifier:
    """One modifier of an edition. Ages are in whole years, both ends included.

    `family`: only one of a family goes on an act. `only`: activity of anaesthesia, or of surgery. `derogation`: open to
    other grids for C2S and emergencies at the opposable tariff. `checked_by`: what settles its condition without a
    question (`age`, `grid`). `certain` is false where the table does not say who may code it.
    """

    code: str
    amounts: tuple[Amount, ...]
    family: str
    ages: tuple[tuple[int, int], ...]
    only: str
    derogation: bool
    holiday: bool
    checked_by: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known about the act and its practitioner; None is unknown, and is asked, never taken for a no."""

    on: date
    grid: str
    is_first: bool
    specialty: Specialty | None
    age: int | None
    c2s: bool
    emergency: bool


@dataclass(frozen=True, slots=True)
class Applied:
    """A modifier on a line: its rate or its amount, the condition that a person confirms, and whether it is certain."""

    code: str
    permille: int
    cents: int
    confirmed: bool
    certain: bool


def apply_all(
    codes: Sequence[str], allowed: frozenset[str], known: Mapping[str, Modifier], facts: dict[str, Any]
) -> tuple[Modifier, ...]:
    """The modifiers of one act, in the order of the alphabet; refused when they may not be together on it."""
    found: list[Modifier] = []
    for code in sorted(codes):
        if code not in known:
            raise PriceRefusedError(Rule.MODIFIER_UNKNOWN, modifier=code, **facts)
        if code not in allowed:
            raise PriceRefusedError(
                Rule.MODIFIER_NOT_ALLOWED, modifier=code, known=" ".join(sorted(allowed)) or "–", **facts
            )
        found.append(known[code])
    _together(found, facts)
    return tuple(found)


def _together(found: Sequence[Modifier], facts: dict[str, Any]) -> None:
    codes = [one.code for one in found]
    if twice := next((code for code in codes if codes.count(code) > 1), ""):
        raise PriceRefusedError(Rule.MODIFIER_TWICE, modifier=twice, **facts)
    if len(codes) > MOST:
        raise PriceRefusedError(Rule.MODIFIERS_TOO_MANY, count=len(codes), most=MOST, **facts)
    families: dict[str, str] = {}
    for one in found:
        if one.family and (other := families.setdefault(one.family, one.code)) != one.code:
            raise PriceRefusedError(Rule.MODIFIERS_EXCLUSIVE, modifier=one.code, other=other, **facts)


def applied(modifier: Modifier, circumstances: Circumstances, activity: int, facts: dict[str, Any]) -> Applied:
    """What a modifier adds here; refused when what is known contradicts one of its conditions."""
    about = facts | {"modifier": modifier.code}
    if not goes_with(modifier, activity):
        raise PriceRefusedError(Rule.MODIFIER_ACTIVITY, activity=activity, only=modifier.only, **about)
    _age(modifier, circumstances, about)
    if modifier.holiday and not is_holiday(circumstances.on):
        raise PriceRefusedError(Rule.MODIFIER_DAY, date=circumstances.on.isoformat(), **about)
    amount = _amount(modifier, circumstances, about)
    known_age = circumstances.age is not None
    confirmed = modifier.checked_by == "grid" or (modifier.checked_by == "age" and known_age)
    permille = amount.permille(first=circumstances.is_first)
    return Applied(modifier.code, permille, amount.cents, confirmed, modifier.certain)


def goes_with(modifier: Modifier, activity: int) -> bool:
    """Whether a modifier is for an activity: some are for anaesthesia (activity 4) only, some never for it."""
    return not modifier.only or (modifier.only == "anaesthesia") == (activity == ANAESTHESIA)


def _age(modifier: Modifier, circumstances: Circumstances, about: dict[str, Any]) -> None:
    age = circumstances.age
    if not modifier.ages or age is None:
        return
    if not any(low <= age <= high for low, high in modifier.ages):
        raise PriceRefusedError(Rule.MODIFIER_AGE, age=age, **about)


def _amount(modifier: Modifier, here: Circumstances, about: dict[str, Any]) -> Amount:
    """The one amount that fits the practitioner; asked when it depends on a specialty that is not known."""
    fitting = [one for one in modifier.amounts if not one.who or here.specialty is None or here.specialty in one.who]
    if not fitting:
        raise PriceRefusedError(Rule.MODIFIER_WHO, specialty=str(here.specialty), **about)
    allowed = [one for one in fitting if not one.grids or here.grid in one.grids]
    if not allowed:
        return _derogation(modifier, fitting, here, about)
    different = {(one.cents, one.permille(first=here.is_first)) for one in allowed}
    if len(different) > 1:
        raise PriceRefusedError(Rule.SPECIALTY_NEEDED, **about)
    return allowed[0]


def _derogation(modifier: Modifier, fitting: Sequence[Amount], here: Circumstances, about: dict[str, Any]) -> Amount:
    """Complementary cover and emergencies at the opposable tariff open a modifier to other grids, where it says so."""
    if not (modifier.derogation and (here.c2s or here.emergency)):
        raise PriceRefusedError(Rule.MODIFIER_GRID, grid=here.grid, **about)
    if len({(one.cents, one.permille(first=here.is_first)) for one in fitting}) > 1:
        raise PriceRefusedError(Rule.MODIFIER_RATE, grid=here.grid, **about)
    return fitting[0]


def is_holiday(day: date) -> bool:
    """A Sunday or a public holiday of metropolitan France (article L.3133-1 of the Code du travail)."""
    easter = easter_of(day.year)
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    moving = {easter + timedelta(days=after) for after in (1, 39, 50)}
    return day.weekday() == 6 or (day.month, day.day) in fixed or day in moving


def easter_of(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (anonymous algorithm, Meeus)."""
    golden, century, rest = year % 19, year // 100, year % 100
    leap, left = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leap - correction + 15) % 30
    quarter, remainder = divmod(rest, 4)
    sunday = (32 + 2 * left + 2 * quarter - moon - remainder) % 7
    shift = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
