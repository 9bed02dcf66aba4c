"""When a step of a medication review may be billed, and why not.

Rules (convention of the pharmacists, as summed up by the health insurance): the tariff of the day of the act; no step
before the former one; the analysis only with the proof that it was sent to the physician; steps within twelve months;
one adhesion per patient and programme; the acts billed alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

YEAR = timedelta(days=366)
FIRST_YEAR = ("adhesion", "collection", "analysis", "interview", "follow_up")
FOLLOWING_YEARS = ("analysis", "follow_up")


class State(StrEnum):
    """Life of a billable step. Nothing here is a transmission to the insurer."""

    READY = "ready"
    INVOICED = "invoiced"
    PAID = "paid"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


ALLOWED: dict[State, frozenset[State]] = {
    State.READY: frozenset({State.INVOICED, State.CANCELLED}),
    State.INVOICED: frozenset({State.PAID, State.REJECTED, State.CANCELLED}),
    State.REJECTED: frozenset({State.READY, State.CANCELLED}),
    State.PAID: frozenset(),
    State.CANCELLED: frozenset({State.READY}),
}


@dataclass(frozen=True, slots=True)
class Done:
    """A step that was done: when, and the ledger entry that proves it (for the analysis: the sending)."""

    step: str
    on: date
    proof: str = ""


def sequence_of(year: int) -> tuple[str, ...]:
    """The steps of a year of the programme, in order."""
    return FIRST_YEAR if year == 1 else FOLLOWING_YEARS


def obstacles(step: str, year: int, done: Sequence[Done], billed: Sequence[str], today: date) -> list[str]:
    """Codes of what forbids to bill a step now; empty when it may be billed.

    `not-a-step`, `not-done`, `previous-not-done`, `no-proof`, `out-of-window`, `already-billed`, `future`.
    """
    order = sequence_of(year)
    if step not in order:
        return ["not-a-step"]
    by_step = {one.step: one for one in done}
    act = by_step.get(step)
    if act is None:
        return ["not-done"]
    earlier = order[: order.index(step)]
    first = min((by_step[name].on for name in earlier if name in by_step), default=act.on)
    checks = {
        "previous-not-done": any(name not in by_step or by_step[name].on > act.on for name in earlier),
        "no-proof": not act.proof,
        "out-of-window": act.on - first > YEAR,
        "already-billed": step in billed,
        "future": act.on > today,
    }
    return [code for code, found in checks.items() if found]
