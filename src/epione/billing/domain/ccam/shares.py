"""Who owes what, and what the practitioner owes the patient in writing.

Only what sources say is computed: complementary cover (C2S), the flat participation on costly acts, the ordinary share
of the patient. What depends on facts that Epione does not ask (long-term illness, maternity, stay in hospital, local
regime) is marked to verify; where no rule is known there is no amount.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .nomenclature import Grid
from .pricing import Line, Price, Reason, half_up
from .refusals import PriceRefusedError, Rule

HEAVY_CENTS = 12_000
"""From this tariff on the share of the patient is flat (article R.160-16 of the Code de la sécurité sociale)."""

FLAT_CENTS = ((date(2019, 1, 1), 2_400),)
"""Day from which the flat participation holds, and its amount."""

ORDINARY_PERMILLE = 300
"""Share of the patient in a physician's fees outside hospital (article R.160-5 of the same code)."""

WRITTEN_CENTS = 7_000
"""Total fees from which an excess is told in writing beforehand (decree of 2 October 2008, article L.1111-3 CSP)."""


@dataclass(frozen=True, slots=True)
class Fee:
    """What the practitioner asks, and whether the act is planned for a later consultation; None is unknown."""

    cents: int | None = None
    planned: bool | None = None


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts in cents, None where no rule is known; patient, insurer and complement add up to the fees."""

    fees: int
    excess: int
    insurer: int | None
    complement: int | None
    patient: int | None
    reasons: tuple[Reason, ...]


def shares(price: Price, fee: Fee) -> Shares:
    """The parts of everybody; refused when the fees contradict the price or complementary cover."""
    total = price.cents
    fees = total if fee.cents is None else fee.cents
    if fees < total:
        raise PriceRefusedError(Rule.FEE_BELOW, fee=fees, tariff=total)
    excess = fees - total
    if price.setting.c2s and excess:
        raise PriceRefusedError(Rule.C2S_EXCESS, excess=excess)
    share, reason = _share(price)
    reasons = [reason, *_excess(price, excess), *written(price, fee, excess)]
    if share is None:
        return Shares(fees, excess, None, None, None, tuple(reasons))
    if price.setting.c2s:
        reasons.append(Reason("c2s.third-party", {}))
        return Shares(fees, excess, total - share, share, 0, tuple(reasons))
    return Shares(fees, excess, total - share, None, share + excess, tuple(reasons))


def _share(price: Price) -> tuple[int | None, Reason]:
    """The part of the tariff that the insurer leaves to the patient or to a complement."""
    billed = [line for line in price.lines if line.billed]
    if not all(_is_physicians(line) for line in billed):
        return None, Reason("share.unknown", {}, certain=False)
    heavy = _heaviest(billed)
    if heavy >= HEAVY_CENTS and all(line.exemption.startswith("1") for line in billed):
        flat = next((cents for since, cents in reversed(FLAT_CENTS) if since <= price.setting.on), None)
        if flat is not None:
            return flat, Reason("share.flat", {"cents": flat}, certain=False)
    share = half_up(price.cents * ORDINARY_PERMILLE, 1000)
    return share, Reason("share.ordinary", {"permille": ORDINARY_PERMILLE}, certain=False)


def _is_physicians(line: Line) -> bool:
    """Whether the act is one of physicians: those of dentists have other rates."""
    return line.exemption[:1] in {"1", "2"} and "-" not in line.exemption


def _heaviest(lines: Sequence[Line]) -> int:
    """Acts of one practitioner at one time add up for the threshold."""
    by_activity: dict[int, int] = {}
    for line in lines:
        by_activity[line.activity] = by_activity.get(line.activity, 0) + line.cents
    return max(by_activity.values(), default=0)


def _excess(price: Price, excess: int) -> list[Reason]:
    if not excess:
        return []
    if price.setting.grid is Grid.SECTOR_1:
        return [Reason("excess.sector-1", {"cents": excess}, certain=False)]
    if price.setting.grid is Grid.SECTOR_2:
        return [Reason("excess.sector-2", {"cents": excess})]
    return [Reason("excess.optam", {"cents": excess}, certain=False)]


def written(price: Price, fee: Fee, excess: int) -> list[Reason]:
    """The duty of written information: due, to be asked, or none without an excess."""
    facts = {"threshold": WRITTEN_CENTS}
    if fee.cents is None:
        free = price.setting.grid is not Grid.SECTOR_1 and not price.setting.c2s
        return [Reason("written.if-excess", facts)] if free else []
    if not excess:
        return []
    if fee.cents >= WRITTEN_CENTS or fee.planned:
        return [Reason("written.due", facts)]
    return [Reason("written.if-planned", facts)] if fee.planned is None else []
