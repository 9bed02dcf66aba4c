"""Reads of billing; nothing here records."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from .domain.steps import State
from .domain.tariffs import Tariff, tariff_of
from .models import Bill, TariffRow

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class BillView:
    """A billed step."""

    id: UUID
    patient_id: UUID
    programme: str
    subject_id: UUID
    step: str
    year: int
    done_on: date
    code: str
    cents: int
    remote: bool
    proof: str
    state: State
    number: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """Which billed steps: of a state, done between two days (both included)."""

    state: State | None = None
    since: date | None = None
    until: date | None = None


@cache
def shipped(programme: str) -> tuple[Tariff, ...]:
    """The tariffs that come with Epione, none of them verified with the insurer."""
    table = json.loads((_DATA / f"{programme}_tariffs.json").read_text())
    return tuple(
        Tariff(
            programme=programme,
            step=row["step"],
            cycle=row["cycle"],
            code=row["code"],
            cents=row["cents"],
            valid_from=date.fromisoformat(row["from"]),
            valid_to=date.fromisoformat(row["to"]) if row["to"] else None,
            verified=row["verified"],
            source=table["source"],
        )
        for row in table["tariffs"]
    )


def own(practice_id: UUID, programme: str) -> tuple[Tariff, ...]:
    """The tariffs that the practice entered."""
    rows = TariffRow.objects.of_practice(practice_id).filter(programme=programme).order_by("valid_from", "id")
    return tuple(
        Tariff(programme, r.step, r.cycle, r.code, r.cents, r.valid_from, r.valid_to, verified=True, source=r.source)
        for r in rows
    )


def tariff(practice_id: UUID, programme: str, step: str, year: int, on: date) -> Tariff | None:
    """The tariff of a step: the practice's own, else the shipped one."""
    return tariff_of(own(practice_id, programme), step, year, on) or tariff_of(shipped(programme), step, year, on)


def view_of(row: Bill) -> BillView:
    """The billed step as a plain value."""
    names = [name for name in BillView.__dataclass_fields__ if name != "state"]
    return BillView(**{name: getattr(row, name) for name in names}, state=State(row.state))


def bills(practice_id: UUID, *, subject_id: UUID | None = None) -> list[BillView]:
    """Billed steps, newest first."""
    rows = Bill.objects.of_practice(practice_id).order_by("-number")
    return [view_of(row) for row in (rows.filter(subject_id=subject_id) if subject_id else rows)]


def _chosen(practice_id: UUID, choice: Choice) -> QuerySet[Bill]:
    rows: QuerySet[Bill] = Bill.objects.of_practice(practice_id)
    wanted = {"state": choice.state, "done_on__gte": choice.since, "done_on__lte": choice.until}
    return rows.filter(**{name: value for name, value in wanted.items() if value})


def listed(practice_id: UUID, choice: Choice, *, begin: int = 0, size: int | None = None) -> list[BillView]:
    """The billed steps that fit, newest first."""
    rows = _chosen(practice_id, choice).order_by("-number")
    return [view_of(row) for row in (rows[begin : begin + size] if size else rows)]


def sums(practice_id: UUID, choice: Choice) -> dict[State, tuple[int, int]]:
    """How many billed steps fit, and their cents, by state."""
    rows = _chosen(practice_id, choice).order_by().values_list("state").annotate(Count("id"), Sum("cents"))
    return {State(state): (count, cents or 0) for state, count, cents in rows}
