"""Which acts of one practitioner are billed together, at what rate, under which association code.

Article III-3 B of the list of acts (UNCAM decision of 11 March 2005, as amended on 18 July 2005 and later): two acts at
most, complementary gestures included; the dearest before modifiers in full, the second at 50 %; gestures in full;
supplements in full and on top. Derogations are chosen by a person, who answers for their conditions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

FULL = 1000


class Association(StrEnum):
    """The rule that a person chose; the general one unless the acts fit a derogation."""

    GENERAL = "general"
    LIMBS = "limbs"
    TRAUMA = "trauma"
    ENT_CANCER = "ent-cancer"
    FULL_RATE = "full"
    SEPARATE = "separate"


Step = tuple[int | None, int]
"""Association code and rate in thousandths."""

STEPS: dict[Association, tuple[Step, ...]] = {
    Association.GENERAL: ((1, FULL), (2, 500)),
    Association.LIMBS: ((1, FULL), (3, 750)),
    Association.TRAUMA: ((1, FULL), (3, 750), (2, 500)),
    Association.ENT_CANCER: ((1, FULL), (2, 500), (2, 500)),
}
"""Rates of the acts by rank; an act after the last rank is not billed."""

FLAT = {Association.FULL_RATE: (4, FULL), Association.SEPARATE: (5, FULL)}
"""Every act in full, whatever its rank."""

UNCERTAIN = frozenset({Association.FULL_RATE, Association.SEPARATE})
"""Rules whose list of cases Epione has not read in a source: they are marked to verify."""


class Kind(StrEnum):
    """What an act is in an association."""

    MAIN = "main"
    GESTURE = "gesture"
    SUPPLEMENT = "supplement"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An act to be placed; `cents` is its tariff before modifiers, `key` settles ties whatever the order typed."""

    key: str
    kind: Kind
    cents: int


@dataclass(frozen=True, slots=True)
class Place:
    """What the rule gives an act: its code (None: no code is written), its rate, whether it is billed at all."""

    code: int | None
    permille: int
    billed: bool = True


NOT_BILLED = Place(None, 0, billed=False)
ALONE = Place(None, FULL)


def placed(candidates: Sequence[Candidate], rule: Association) -> list[Place]:
    """The place of each act of one practitioner, in the order given; the order does not change the places."""
    places: list[Place] = [ALONE] * len(candidates)
    plain = _is_plain(candidates)
    taken = main = 0
    for at in _ranked(candidates, rule):
        kind = candidates[at].kind
        if kind is Kind.SUPPLEMENT:
            places[at] = Place(None if plain else 1, FULL)
            continue
        places[at] = _place(kind, rule, taken, main, plain=plain)
        taken += places[at].billed
        main += kind is Kind.MAIN
    return places


def _ranked(candidates: Sequence[Candidate], rule: Association) -> list[int]:
    """The dearest act first, then what is worth most: a gesture in full beside a second act at its lower rate."""
    second = STEPS[rule][1][1] if rule in STEPS else FULL
    mains = [at for at, one in enumerate(candidates) if one.kind is Kind.MAIN]
    first = min(mains, key=lambda at: (-candidates[at].cents, candidates[at].key), default=-1)

    def order(at: int) -> tuple[bool, bool, int, str]:
        one = candidates[at]
        worth = one.cents * (FULL if one.kind is Kind.GESTURE else second)
        return (one.kind is Kind.SUPPLEMENT, at != first, -worth, one.key)

    return sorted(range(len(candidates)), key=order)


def _is_plain(candidates: Sequence[Candidate]) -> bool:
    """One act, alone or with a single gesture or supplement: no association code is written."""
    main = sum(one.kind is Kind.MAIN for one in candidates)
    return main < 2 and len(candidates) - main < 2


def _place(kind: Kind, rule: Association, taken: int, main: int, *, plain: bool) -> Place:
    if rule in FLAT:
        code, rate = FLAT[rule]
        return Place(None if plain else code, rate)
    steps = STEPS[rule]
    if taken >= len(steps):
        return NOT_BILLED
    if kind is Kind.GESTURE:
        return Place(None if plain else 1, FULL)
    # Gestures may have come between: an act keeps the rate of its rank among acts, and `taken` kept it in range.
    step = steps[main]
    return Place(None if plain else step[0], step[1])
