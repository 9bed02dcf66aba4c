"""`epione bench surgery`: the planner on invented days and a week, beside the usual greedy rule.

Wall time, as a person waits for it. The peer places cases by priority, then by length, each as early as it goes.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from epione.surgery.domain.planning.greedy import greedy, priority_longest_first
from epione.surgery.domain.planning.sample import sample
from epione.surgery.public import (
    Change,
    Instance,
    Options,
    Plan,
    check,
    explain_refusal,
    find_optimal_slot,
    moved,
    plan_day,
    plan_week,
    read_case,
    read_instance,
    replan,
)

SEEDS = (1, 2, 3)
SECONDS = 10.0
WEEK_SECONDS = 45.0
GROWTH = (20, 40, 80, 120, 200)
URGENT = {
    "id": "URGENT",
    "surgeon": "S1",
    "preparation_minutes": 10,
    "operation_minutes": 45,
    "cleaning_minutes": 10,
    "priority": "emergency",
}
PEER = "priority, then longest first"


def run() -> list[dict[str, Any]]:
    """Days of 8 rooms and 40 cases, a week, a slot, an explanation, an emergency, growth."""
    days = [read_instance(sample(seed, 40, 8)) for seed in SEEDS]
    plans = [plan_day(day, Options(SECONDS)) for day in days]
    return [
        *_day_rows(days, plans),
        *_slot_rows(days, plans),
        *_replan_rows(days, plans),
        *_week_rows(),
        *[_growth_row(cases) for cases in GROWTH],
    ]


def _day_rows(days: list[Instance], plans: list[Plan]) -> list[dict[str, Any]]:
    refused = sum(len(plan.refused) for plan in plans)
    peer = sum(len(greedy(day, priority_longest_first).refused) for day in days)
    fewer = 100 * (peer - refused) / peer
    first = max(plan.first_seconds or 0 for plan in plans)
    broken = sum(len(check(day, plan)) for day, plan in zip(days, plans, strict=True))
    case = f"8 rooms x 40 cases, {SECONDS:g} s, {len(days)} days"
    rows = [
        _row(case, "first plan, slowest", "s", first, "<= 1", met=first <= 1),
        _row(case, "refused", "cases", refused, peer=PEER, peer_value=peer),
        _row(case, "fewer refused than the peer", "%", fewer, ">= 25", met=fewer >= 25),
        _row(case, "violations, independent check", "", broken, "0", met=broken == 0),
    ]
    for seed, plan in zip(SEEDS, plans, strict=True):
        stage = plan.stages[0]
        gap = 100 * (stage.value - stage.bound) / max(1, stage.value)
        rows.append(_row(f"{case}: day {seed}", f"refused weight {stage.value}, gap to the bound", "%", gap))
    return rows


def _slot_rows(days: list[Instance], plans: list[Plan]) -> list[dict[str, Any]]:
    """A slot for a case that is planned, as if it came anew; the explanation of every refusal."""
    slots, reasons = [], []
    for day, plan in zip(days, plans, strict=True):
        for case in day.cases:
            if case.id in plan.refused:
                reasons.append(_timed(lambda: explain_refusal(day, plan, case, Options())))  # noqa: B023 -- called at once
            else:
                slots.append(_timed(lambda: find_optimal_slot(day, plan, case)))  # noqa: B023 -- called at once
    slowest = max(slots) * 1000
    explained = statistics.median(reasons) if reasons else 0.0
    return [
        _row("slot of one case", "slowest", "ms", slowest, "<= 300", met=slowest <= 300),
        _row("explanation of a refusal", "median", "s", explained, "<= 1", met=explained <= 1),
    ]


def _replan_rows(days: list[Instance], plans: list[Plan]) -> list[dict[str, Any]]:
    """An emergency at ten o'clock."""
    spent, changed = [], []
    for day, plan in zip(days, plans, strict=True):
        urgent = replace(read_case(day, URGENT), surgeon=_free_surgeon(day, plan))
        change = Change(day.days[0], 10 * 60, (urgent,))
        begin = time.perf_counter()
        _, outcome = replan(day, plan, change, Options(2.5))
        spent.append(time.perf_counter() - begin)
        if outcome.plan is not None:
            changed.append(len(moved(plan, outcome.plan)))
    slowest, most = max(spent), max(changed, default=-1)
    case = "emergency at 10:00"
    return [
        _row(case, "new plan, slowest", "s", slowest, "<= 3", met=slowest <= 3),
        _row(case, "emergencies placed", f"of {len(days)}", len(changed)),
        _row(case, "cases moved, most", "cases", most, "<= 8", met=0 <= most <= 8),
    ]


def _free_surgeon(day: Instance, plan: Plan) -> str:
    """The surgeon with least to do among those there in the afternoon."""
    busy = {surgeon.id: 0 for surgeon in day.surgeons if _afternoon(day, surgeon.id)}
    for one in plan.placements:
        case = day.case(one.case)
        if case is not None and case.surgeon in busy:
            busy[case.surgeon] += case.operation
    return min(busy, key=lambda name: (busy[name], name))


def _afternoon(day: Instance, name: str) -> bool:
    surgeon = day.surgeon(name)
    hours = surgeon.hours.on(day.days[0]) if surgeon else None
    return hours is not None and hours.end >= 18 * 60


def _week_rows() -> list[dict[str, Any]]:
    week = read_instance(sample(1, 250, 8, days=5))
    begin = time.perf_counter()
    plan = plan_week(week, Options(WEEK_SECONDS))
    spent = time.perf_counter() - begin
    peer = len(greedy(week, priority_longest_first).refused)
    refused, half, broken = len(plan.refused), peer / 2, len(check(week, plan))
    return [
        _row("250 cases over 5 days", "plan", "s", spent, "<= 60", met=spent <= 60),
        _row("250 cases over 5 days", "refused", "cases", refused, "<= half of peer", refused <= half, PEER, peer),
        _row("250 cases over 5 days", "violations, independent check", "", broken, "0", broken == 0),
    ]


def _growth_row(cases: int) -> dict[str, Any]:
    """A day that grows, its rooms with it: five cases a room."""
    day = read_instance(sample(1, cases, cases // 5))
    plan = plan_day(day, Options(0.2))
    return _row(f"growth: {cases} cases, {cases // 5} rooms", "first plan", "s", plan.first_seconds or 0)


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _row(
    case: str,
    metric: str,
    unit: str,
    value: float,
    target: str | None = None,
    met: bool | None = None,
    peer: str | None = None,
    peer_value: float | None = None,
) -> dict[str, Any]:
    return {
        "case": case, "metric": metric, "unit": unit, "value": round(value, 4), "target": target, "met": met,
        "peer": peer, "peer_value": peer_value,
    }  # fmt: skip
