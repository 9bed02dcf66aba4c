"""The planner: a day, a week, a change of plan. No plan leaves it that the independent checker finds fault with."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from .domain.planning.board import Board
from .domain.planning.checking import check
from .domain.planning.greedy import earliest, greedy_plans
from .domain.planning.instance import Case, Instance
from .domain.planning.job import DayJob, Options, Watch
from .domain.planning.plan import Conflict, Placement, Plan, Stage, ordered
from .providers.cpsat.solving import DayAnswer, solve_day
from .providers.cpsat.week import TIGHTNESS, assign

ROUNDS = 3
MASTER_SHARE, ROUNDS_SHARE, POLISH_SHARE = 0.25, 0.6, 0.15


class PlanBroken(Exception):
    """The checker found fault with a plan: a defect of the planner, never to be shown as a plan."""

    def __init__(self, conflicts: tuple[Conflict, ...]) -> None:
        super().__init__("; ".join(one.text["en"] for one in conflicts[:5]))
        self.conflicts = conflicts


@dataclass(frozen=True)
class Outcome:
    """A plan, or none when something that had to be placed cannot be; `proved` tells whether that is certain."""

    plan: Plan | None
    proved: bool = True


def checked(instance: Instance, plan: Plan) -> Plan:
    """The plan, after the independent checker has passed it."""
    conflicts = check(instance, plan)
    if conflicts:
        raise PlanBroken(conflicts)
    return plan


def plan_day(instance: Instance, options: Options, watch: Watch | None = None, known: Plan | None = None) -> Plan:
    """The best plan of the first day of the instance within the time given, never worse than one already `known`."""
    begin = time.perf_counter()
    one_day = replace(instance, days=instance.days[:1])
    seed, first = _seed(one_day, begin, known)
    job = DayJob(one_day, one_day.days[0], one_day.cases)
    answer = solve_day(job, options, {one.case: one for one in seed.placements}, watch)
    plan = plan_of(one_day, answer.placements, answer.stages)
    return checked(one_day, replace(plan, first_seconds=first))


def _seed(instance: Instance, begin: float, known: Plan | None) -> tuple[Plan, float]:
    """The best plan known before the search, checked, and after how many seconds the first one was there."""
    plans = greedy_plans(instance)
    best = checked(instance, next(plans))
    first = time.perf_counter() - begin
    best = min([best, *plans], key=lambda plan: plan.cost(instance))
    return checked(instance, _better(instance, best, known)), first


def _better(instance: Instance, plan: Plan, known: Plan | None) -> Plan:
    """The known plan when it is still one, and refuses less."""
    if known is None or check(instance, known) or known.cost(instance) >= plan.cost(instance):
        return plan
    return known


def plan_of(instance: Instance, placements: Mapping[str, Placement], stages: tuple[Stage, ...] = ()) -> Plan:
    """A plan from placements: whoever is not placed is refused."""
    refused = tuple(sorted(case.id for case in instance.cases if case.id not in placements))
    return Plan(ordered(list(placements.values())), refused, stages)


def plan_week(instance: Instance, options: Options, watch: Watch | None = None, known: Plan | None = None) -> Plan:
    """Every day of the instance: a master gives each case a day, days are solved, their refusals go back to it."""
    begin = time.perf_counter()
    seed, first = _seed(instance, begin, known)
    best = {one.case: one for one in seed.placements}
    kept: dict[str, Placement] = {}
    banned: frozenset[tuple[str, date]] = frozenset()
    for number in range(ROUNDS):
        days = assign(
            instance,
            options,
            options.seconds * MASTER_SHARE / ROUNDS,
            {name: one.day for name, one in kept.items()},
            kept or best,
            banned,
            min(1.0, TIGHTNESS + 0.03 * number),
        )
        each = replace(options, seconds=options.seconds * ROUNDS_SHARE / (ROUNDS * len(instance.days)), polish=False)
        kept, refused = _days(instance, days, kept, each, watch)
        banned |= refused
        if not refused and len(kept) == len(instance.cases):
            break
    filled = _filled(instance, kept)
    if _weight(instance, filled) < _weight(instance, best):
        filled = best
    filled = _polished(instance, filled, replace(options, seconds=options.seconds * POLISH_SHARE / len(instance.days)))
    stage = _week_stage(instance, filled, time.perf_counter() - begin)
    return checked(instance, replace(plan_of(instance, filled, (stage,)), first_seconds=first))


def _days(
    instance: Instance, days: Mapping[str, date], kept: dict[str, Placement], options: Options, watch: Watch | None
) -> tuple[dict[str, Placement], frozenset[tuple[str, date]]]:
    """Solve each day with the cases given to it; what it refuses comes back as pairs."""
    placed, refused = dict[str, Placement](), set[tuple[str, date]]()
    for day in instance.days:
        cases = tuple(case for case in instance.cases if days.get(case.id) == day)
        seed = {name: one for name, one in kept.items() if one.day == day}
        if {case.id for case in cases} == set(seed):
            placed |= seed
            continue
        board = Board(instance, tuple(seed.values()))
        for case in sorted(cases, key=lambda case: (case.infected, -case.weight, -case.total)):
            found = None if case.id in seed else earliest(board, case, (day,))
            if found is not None:
                board.add(found)
                seed[case.id] = found
        answer = solve_day(DayJob(instance, day, cases), options, seed, watch)
        placed |= answer.placements
        refused |= {(case.id, day) for case in cases if case.id not in answer.placements}
    return placed, frozenset(refused)


def _polished(instance: Instance, placed: dict[str, Placement], options: Options) -> dict[str, Placement]:
    """Each day once more with who is operated settled: less overtime, fewer gaps, children early."""
    found: dict[str, Placement] = {}
    for day in instance.days:
        seed = {name: one for name, one in placed.items() if one.day == day}
        cases = tuple(case for case in instance.cases if case.id in seed)
        answer = solve_day(DayJob(instance, day, cases, forced=frozenset(seed)), options, seed)
        found |= answer.placements or seed
    return found


def _filled(instance: Instance, placed: Mapping[str, Placement]) -> dict[str, Placement]:
    """The refused, the heaviest first, put wherever a gap is left."""
    board, found = Board(instance, tuple(placed.values())), dict(placed)
    for case in sorted(instance.cases, key=lambda case: (-case.weight, -case.total)):
        one = None if case.id in found else earliest(board, case, instance.days)
        if one is not None:
            board.add(one)
            found[case.id] = one
    return found


def _weight(instance: Instance, placed: Mapping[str, Placement]) -> int:
    return sum(case.weight for case in instance.cases if case.id in placed)


def _week_stage(instance: Instance, placed: Mapping[str, Placement], seconds: float) -> Stage:
    """A week has no proven bound but that nothing refused cannot be bettered."""
    value = sum(case.weight for case in instance.cases) - _weight(instance, placed)
    return Stage("refusals", value, 0, value == 0, seconds)


@dataclass(frozen=True)
class Change:
    """What has happened by `now` (minutes of `day`): emergencies come in, cases take longer, hours are the new ones."""

    day: date
    now: int
    emergencies: tuple[Case, ...] = ()
    delays: Mapping[str, int] | None = None


def replan(instance: Instance, plan: Plan, change: Change, options: Options) -> tuple[Instance, Outcome]:
    """The day again, as little changed as possible: what has started stays, emergencies must come in or it is said.

    `instance` already carries new hours of rooms and people (an absence); delays and emergencies are added to it here.
    """
    delays = change.delays or {}
    longer = tuple(replace(case, operation=case.operation + delays.get(case.id, 0)) for case in instance.cases)
    day = replace(instance, cases=(*longer, *change.emergencies))
    before = {one.case: one for one in plan.on(change.day)}
    started = {name: one for name, one in before.items() if one.start <= change.now}
    cases = tuple(
        case for case in day.cases if case.id in before or case in change.emergencies or case.id in plan.refused
    )
    job = DayJob(
        day,
        change.day,
        tuple(case for case in cases if case.id not in plan.refused),
        forced=frozenset(case.id for case in change.emergencies),
        fixed=started,
        before=before,
        not_before=change.now,
    )
    answer = solve_day(job, options, _least_changed(job))
    if not answer.feasible:
        return day, Outcome(None, proved=answer.feasible is False)
    return day, Outcome(_merged(day, plan, change, answer))


def _least_changed(job: DayJob) -> dict[str, Placement] | None:
    """A first answer: who has started, emergencies, then each where it was or as soon as it goes; None when none."""
    board, found = Board(job.instance), dict(job.fixed)
    for one in job.fixed.values():
        board.add(one)
    as_planned = Board(job.instance, tuple(job.before.values()))
    for case in job.cases:
        if case.id in job.forced:
            gap = earliest(as_planned, case, (job.day,), job.not_before)
            place = gap or earliest(board, case, (job.day,), job.not_before)
            if place is None:
                return None
            found[case.id] = place
            board.add(place)
            as_planned.add(place)
    waiting = [board.cases[one.case] for one in sorted(job.before.values(), key=lambda one: one.start)]
    for settle in (_kept, _anywhere):  # all who can stay do, before those who cannot look for a place
        for case in (case for case in waiting if case.id not in found):
            place = settle(board, job, case)
            if place is not None:
                board.add(place)
                found[case.id] = place
    return found


def _anywhere(board: Board, job: DayJob, case: Case) -> Placement | None:
    """The first slot still open that day."""
    return earliest(board, case, (job.day,), job.not_before)


def _kept(board: Board, job: DayJob, case: Case) -> Placement | None:
    """The slot it had, when it still may have it."""
    old = job.before[case.id]
    if old.start < job.not_before or old.start not in board.starts(case, job.day, old.room):
        return None
    hold = board.fits(case, job.day, old.room, old.start)
    return None if hold is None else Placement(case.id, job.day, old.room, old.start, hold)


def _merged(instance: Instance, plan: Plan, change: Change, answer: DayAnswer) -> Plan:
    """The other days as they were, this day as it is now; faults of what has started are facts, not the planner's."""
    placements = {one.case: one for one in plan.placements if one.day != change.day} | answer.placements
    merged = plan_of(instance, placements, answer.stages)
    started = {one.case for one in plan.on(change.day) if one.start <= change.now}
    faults = tuple(one for one in check(instance, merged) if not set(one.cases) <= started)
    if faults:
        raise PlanBroken(faults)
    return merged


def moved(before: Plan, after: Plan) -> tuple[str, ...]:
    """Who has to be told something new: another hour, another room, or none any more."""
    return tuple(
        one.case
        for one in before.placements
        if (now := after.of(one.case)) is None or (now.day, now.room, now.start) != (one.day, one.room, one.start)
    )
