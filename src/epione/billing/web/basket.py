"""The acts on the pricing page, as its address carries them: no row, no session, and no script is needed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.http import QueryDict

from epione.billing.ccam_words import CONDITIONS
from epione.billing.public import Act, Asked, PriceRefused, admitted, read_act

_ACT = re.compile(r"([A-Za-z]{4}[0-9]{3})/([1-5])/([0-3])")
MOST = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """A modifier that an act admits: its condition in words, and whether it was chosen."""

    code: str
    condition: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """An act of the basket with the modifiers that it admits and the other parts that can be added."""

    at: int
    asked: Asked
    act: Act | None
    choices: tuple[Choice, ...]
    others: tuple[tuple[str, int, int], ...]

    @property
    def value(self) -> str:
        """As the form carries it."""
        return written(self.asked)


def written(asked: Asked) -> str:
    """HMFC004/1/0."""
    return f"{asked.code}/{asked.activity}/{asked.phase}"


def read_basket(typed: QueryDict) -> list[Asked]:
    """The acts with their modifiers, one added or taken away if a button asked for it; what is no act is left out."""
    letters = typed.getlist("m")
    acts = [
        replace(
            asked,
            modifiers=tuple(
                one.partition("-")[2][:1] for one in letters if one.startswith(f"{at}-") and not one.endswith("-")
            ),
        )
        for at, text in enumerate(typed.getlist("act")[:MOST])
        if (asked := _read(text)) is not None
    ]
    taken = typed.get("remove", "")
    if taken.isdecimal() and len(taken) < 3 and int(taken) < len(acts):
        del acts[int(taken)]
    added = _read(typed.get("add", ""))
    return [*acts, added] if added and len(acts) < MOST else acts


def _read(text: str) -> Asked | None:
    read = _ACT.fullmatch(text)
    return Asked(read[1].upper(), int(read[2]), int(read[3])) if read else None


def chosen(asked: Sequence[Asked], on: date) -> list[Chosen]:
    """The acts as the page shows them; an act that the edition does not have stands there without its choices."""
    return [_chosen(at, one, on, asked) for at, one in enumerate(asked)]


def _chosen(at: int, asked: Asked, on: date, basket: Sequence[Asked]) -> Chosen:
    try:
        act, _edition = read_act(asked.code, on)
        letters = admitted(act, asked.activity, on)
    except PriceRefused:
        return Chosen(at, asked, None, (), ())
    choices = tuple(Choice(code, str(CONDITIONS[code]), code in asked.modifiers) for code in letters)
    present = {written(one) for one in basket}
    others = [Asked(act.code, part.activity, part.phase) for part in act.parts]
    left = tuple((written(one), one.activity, one.phase) for one in others if written(one) not in present)
    return Chosen(at, asked, act, choices, left)
