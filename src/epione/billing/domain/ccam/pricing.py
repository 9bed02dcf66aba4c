"""The price of a set of acts on a day, every cent of it explained.

A line is worth: tariff x (1 + sum of the rates of its modifiers) x rate of association + amounts of its modifiers.
The rate of association applies to modifiers in per cent and not to those in euros (annex “Règles d'association” of the
UNCAM decision of 11 March 2005). One rounding, at the end of the line, half a cent upwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from .association import FULL, UNCERTAIN, Association, Candidate, Kind, Place, placed
from .modifiers import ANAESTHESIA, Applied, Circumstances, Modifier, Specialty, applied, apply_all
from .nomenclature import Act, Edition, Grid, Nomenclature, Part
from .refusals import PriceRefusedError, Rule

MOST = 20
ANY_GESTURE = "ZZLP025"
"""Complementary anaesthesia of level 1: goes with any act that has no anaesthesia of its own (chapter 18.01)."""

SURGERY_GROUP = "ADC"
SURGICAL_GROUPS = frozenset({"ADC", "ADA", "ACO"})
"""Surgery, anaesthesia, obstetrics: other groups (imaging, teeth, technical acts) have exceptions not coded here."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An act to be priced: one activity and phase, with its modifiers."""

    code: str
    activity: int = 1
    phase: int = 0
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """Who does the acts, when and for whom, as far as the price depends on it; None is unknown."""

    on: date
    grid: Grid
    specialty: Specialty | None = None
    anaesthetist_grid: Grid | None = None
    association: Association = Association.GENERAL
    c2s: bool = False
    emergency: bool = False
    age: int | None = None
    prior_agreement: bool | None = None
    anaesthetist_alone: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that made the line what it is; `certain` is false where a person must check it with the insurer."""

    rule: str
    facts: dict[str, Any]
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A priced act. Amounts in cents; `permille` is the rate of association."""

    code: str
    label: str
    activity: int
    phase: int
    kind: Kind
    grid: Grid
    base: int
    modifiers: tuple[Applied, ...]
    association: int | None
    permille: int
    billed: bool
    cents: int
    group: str
    exemption: str
    agreement: bool
    conditional: bool
    reasons: tuple[Reason, ...]


EXCEPTIONS = Reason("ccam.association.exceptions", {}, certain=False)


@dataclass(frozen=True, slots=True)
class Price:
    """Lines in the order in which they are billed, and their sum; the edition says of which table."""

    lines: tuple[Line, ...]
    edition: Edition
    setting: Setting

    @property
    def cents(self) -> int:
        """The total of the tariffs."""
        return sum(line.cents for line in self.lines)


@dataclass(frozen=True, slots=True)
class _Read:
    """An act asked for, found in the table."""

    asked: Asked
    act: Act
    part: Part
    base: int
    grid: Grid
    kind: Kind
    modifiers: tuple[Modifier, ...]

    @property
    def key(self) -> str:
        letters = "".join(one.code for one in self.modifiers)
        return f"{self.act.code}/{self.asked.activity}/{self.asked.phase}+{letters}"


def price(asked: Sequence[Asked], setting: Setting, table: Nomenclature) -> Price:
    """The price of the acts; refused, with its rule, when what is asked has none."""
    if not asked:
        raise PriceRefusedError(Rule.NO_ACT)
    if len(asked) > MOST:
        raise PriceRefusedError(Rule.TOO_MANY, count=len(asked), most=MOST)
    read = [_read(one, setting, table) for one in asked]
    _check_company(read, setting)
    lines = [line for activity in sorted({one.asked.activity for one in read}) for line in _of(activity, read, setting)]
    return Price(tuple(lines), table.edition, setting)


def _read(asked: Asked, setting: Setting, table: Nomenclature) -> _Read:
    act = table.act(asked.code)
    part = act.part(asked.activity, asked.phase)
    facts = {"code": act.code}
    grid = setting.anaesthetist_grid or setting.grid if asked.activity == ANAESTHESIA else setting.grid
    base = part.cents(grid)
    if base is None:
        raise PriceRefusedError(Rule.NO_TARIFF, edition=table.edition.name, **facts)
    if part.agreement and setting.prior_agreement is False:
        raise PriceRefusedError(Rule.AGREEMENT_MISSING, **facts)
    kind = Kind.SUPPLEMENT if act.is_supplement else Kind.GESTURE if act.is_gesture else Kind.MAIN
    modifiers = apply_all(asked.modifiers, act.modifiers, table.modifiers, facts)
    return _Read(asked, act, part, base, grid, kind, modifiers)


def _check_company(read: Sequence[_Read], setting: Setting) -> None:
    """Gestures and supplements go with an act; anaesthesia with the act, unless the anaesthetist bills apart."""
    mains = [one for one in read if one.kind is Kind.MAIN]
    first = {one.act.code for one in read if one.asked.activity != ANAESTHESIA}
    listed = frozenset[str]().union(*(one.act.gestures for one in read))
    for one in read:
        facts = {"code": one.act.code}
        if one.asked.activity == ANAESTHESIA and not setting.anaesthetist_alone:
            alone = not first if one.kind is not Kind.MAIN else one.act.code not in first
            if alone:
                raise PriceRefusedError(Rule.ANAESTHESIA_ALONE, **facts)
        if one.kind is Kind.SUPPLEMENT and len(read) == sum(each.kind is Kind.SUPPLEMENT for each in read):
            raise PriceRefusedError(Rule.SUPPLEMENT_ALONE, **facts)
        if one.kind is Kind.GESTURE:
            _check_gesture(one, mains, listed, setting)


def _check_gesture(one: _Read, mains: Sequence[_Read], listed: frozenset[str], setting: Setting) -> None:
    facts = {"code": one.act.code}
    if not mains:
        if setting.anaesthetist_alone and one.asked.activity == ANAESTHESIA:
            return
        raise PriceRefusedError(Rule.GESTURE_ALONE, **facts)
    if one.act.code not in listed and one.act.code != ANY_GESTURE:
        raise PriceRefusedError(Rule.GESTURE_NOT_LISTED, acts=", ".join(each.act.code for each in mains), **facts)


def _of(activity: int, read: Sequence[_Read], setting: Setting) -> list[Line]:
    """The lines of one practitioner: an association is the acts of one physician (article I-11)."""
    mine = [one for one in read if one.asked.activity == activity]
    urgent = [each.code for one in mine for each in one.modifiers if each.family == "urgency"]
    if len(urgent) > 1:
        raise PriceRefusedError(Rule.URGENCY_ONCE, modifier=" ".join(sorted(urgent)), code=mine[0].act.code)
    places = placed([Candidate(one.key, one.kind, one.base) for one in mine], setting.association)
    lines = [_line(one, place, setting) for one, place in zip(mine, places, strict=True)]
    if len(lines) > 1:
        lines = [_with_rank(line, setting) for line in lines]
    return sorted(lines, key=_place_on_bill)


def _place_on_bill(line: Line) -> tuple[bool, int, int, int, str, str]:
    """Acts before gestures before supplements, dearest first; what is not billed comes last."""
    letters = "".join(each.code for each in line.modifiers)
    return (not line.billed, list(Kind).index(line.kind), -line.permille, -line.base, line.code, letters)


def _line(one: _Read, place: Place, setting: Setting) -> Line:
    specialty, assumed = _specialty(one, setting)
    urgent = setting.emergency or any(each.family == "urgency" for each in one.modifiers)
    here = Circumstances(
        setting.on, one.grid.value, one.grid.is_first, specialty, setting.age, setting.c2s, emergency=urgent
    )
    facts = {"code": one.act.code}
    worn = tuple(applied(each, here, one.asked.activity, facts) for each in one.modifiers)
    line = Line(
        one.act.code, one.act.label, one.asked.activity, one.asked.phase, one.kind, one.grid, one.base, worn,
        place.code, place.permille, place.billed, _worth(one.base, worn, place), one.part.group, one.part.exemption,
        one.part.agreement, one.part.conditional, (),
    )  # fmt: skip
    return replace(line, reasons=_reasons(line, setting, assumed=assumed))


def _specialty(one: _Read, setting: Setting) -> tuple[Specialty | None, bool]:
    """Who does it: the anaesthetist for activity 4; a surgeon is assumed, and said, for an act of surgery."""
    if one.asked.activity == ANAESTHESIA:
        return Specialty.ANAESTHETIST, False
    if setting.specialty is None and one.part.group == SURGERY_GROUP:
        return Specialty.SURGEON, True
    return setting.specialty, False


def _worth(base: int, worn: Sequence[Applied], place: Place) -> int:
    if not place.billed:
        return 0
    rate = FULL + sum(each.permille for each in worn)
    return half_up(base * rate * place.permille, FULL * FULL) + sum(each.cents for each in worn)


def half_up(numerator: int, denominator: int) -> int:
    """A positive quotient rounded to the unit, a half upwards."""
    return (2 * numerator + denominator) // (2 * denominator)


def _reasons(line: Line, setting: Setting, *, assumed: bool) -> tuple[Reason, ...]:
    rate = FULL + sum(each.permille for each in line.modifiers)
    found = [Reason("ccam.tariff", {"cents": line.base, "activity": line.activity, "phase": line.phase})]
    found += [
        Reason(f"ccam.modifier.{each.code}", {"permille": each.permille, "cents": each.cents}, each.certain)
        for each in line.modifiers
    ]
    if assumed and line.modifiers:
        found.append(Reason("ccam.specialty-assumed", {}, certain=False))
    exact = line.base * rate * line.permille
    if line.billed and exact % (FULL * FULL):
        found.append(Reason("ccam.rounding", {"cents": half_up(exact, FULL * FULL)}, certain=False))
    if line.agreement and setting.prior_agreement is None:
        found.append(Reason("ccam.prior-agreement", {}))
    if line.conditional:
        found.append(Reason("ccam.conditional", {}))
    return tuple(found)


def _with_rank(line: Line, setting: Setting) -> Line:
    """The line with the rule of association that gave its rate."""
    facts = {"permille": line.permille, "association": line.association}
    certain = setting.association not in UNCERTAIN
    if not line.billed:
        reason = Reason("ccam.association.not-billed", facts, certain=False)
    elif line.kind is Kind.MAIN:
        reason = Reason(f"ccam.association.{setting.association.value}", facts, certain)
    else:
        reason = Reason(f"ccam.association.{line.kind.value}", facts)
    more = (reason,) if line.group in SURGICAL_GROUPS else (reason, EXCEPTIONS)
    return replace(line, reasons=(*line.reasons, *more))
