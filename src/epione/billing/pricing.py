"""Prices and searches of the CCAM for pages, calls and commands: no row is read or written, nobody is named."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from .domain.ccam.modifiers import goes_with
from .domain.ccam.nomenclature import Act, Edition
from .domain.ccam.pricing import Asked, Price, Setting, price
from .domain.ccam.refusals import PriceRefusedError
from .domain.ccam.shares import Fee, Shares, shares
from .errors import PriceRefused
from .providers.ccam import load_ccam, load_index


@dataclass(frozen=True, slots=True)
class Priced:
    """A price, and who owes what of it."""

    price: Price
    shares: Shares


def price_acts(*, asked: Sequence[Asked], setting: Setting, fee: Fee) -> Priced:
    """The price of acts on their day; refused with a sentence and the rule that says why."""
    with refusing():
        found = price(asked, setting, load_ccam(setting.on))
        return Priced(found, shares(found, fee))


def read_act(code: str, on: date) -> tuple[Act, Edition]:
    """An act of the edition of a day."""
    with refusing():
        table = load_ccam(on)
        return table.act(code), table.edition


def admitted(act: Act, activity: int, on: date) -> list[str]:
    """The modifiers that an act admits for one of its activities, in the order of the alphabet."""
    known = load_ccam(on).modifiers
    return [code for code in sorted(act.modifiers) if goes_with(known[code], activity)]


def search_acts(text: str, on: date, limit: int = 20) -> tuple[list[Act], Edition]:
    """Acts by code or by words of their label, best first, from the edition of a day."""
    with refusing():
        table = load_ccam(on)
        return [table.act(code) for code in load_index(on).search(text, limit)], table.edition


@contextmanager
def refusing() -> Iterator[None]:
    """A refusal of the engine becomes one that a person can read."""
    try:
        yield
    except PriceRefusedError as refused:
        raise PriceRefused(refused.rule, refused.facts) from refused
