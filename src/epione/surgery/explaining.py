"""Why a case is refused, day by day, and the cheapest changes with which it would fit."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from .domain.planning.instance import Case, Hours, Instance, Window, both, clock
from .domain.planning.job import DayJob, Options, Requirement, Scope
from .domain.planning.plan import Plan
from .domain.planning.whatif import count_of, longer, with_count, with_hours
from .domain.planning.wording import (
    DayExplanation,
    Relaxation,
    dates_sentence,
    phrase,
    resource_name,
    sentence,
    users,
)
from .providers.cpsat.explaining import MOVING_SECONDS, Core, fits, minimal_core

STEPS = (30, 60, 90, 120)
COSTS = {"block": 30, "presence": 480, "tray": 130, "equipment": 140, "recovery": 180, "team": 240, "anaesthetist": 250}
INTENSIVE_COST = 300
MOST_RELAXATIONS = 5
RELAXING_SECONDS = 0.4


def explain_refusal(instance: Instance, plan: Plan, case: Case, options: Options) -> tuple[DayExplanation, ...]:
    """One explanation per day of the plan. The cases already planned are kept; they may move where that is proved."""
    return tuple(_explained(instance, plan, case, day, options) for day in instance.days)


def _explained(instance: Instance, plan: Plan, case: Case, day: date, options: Options) -> DayExplanation:
    if not case.may_be_on(day):
        return DayExplanation(day, False, (("dates", ""),), Scope.ALONE, (), dates_sentence(case, day))
    job = _job(instance, plan, case, day)
    core = minimal_core(job, options)
    if core is None:
        return _undecided(job, case, options)
    phrases = [phrase(instance, plan, day, one, case) for one in core.requirements]
    holders = {name for one in core.requirements for name in users(instance, plan, day, one, case)}
    return DayExplanation(
        day,
        False,
        core.requirements,
        core.scope,
        tuple(sorted(holders)),
        sentence(case, day, phrases, core.scope),
        _relaxations(job, core, options),
    )


def _job(instance: Instance, plan: Plan, case: Case, day: date) -> DayJob:
    placed = {one.case: one for one in plan.on(day) if one.case != case.id}
    cases = tuple(one for one in instance.cases if one.id in placed or one.id == case.id)
    return DayJob(instance, day, cases, before=placed, target=case.id)


def _undecided(job: DayJob, case: Case, options: Options) -> DayExplanation:
    """It fits after all, or nobody knows yet: both are said."""
    fit = fits(job, options, time.monotonic() + MOVING_SECONDS)
    words = (
        both(f"{job.day}\u00a0: {case.id} tient si d’autres bougent.", f"{job.day}: {case.id} fits if others move.")
        if fit
        else both(
            f"{job.day}\u00a0: pas de preuve à temps pour {case.id}.", f"{job.day}: no proof in time for {case.id}."
        )
    )
    return DayExplanation(job.day, fit, (), None, (), words)


def _relaxations(job: DayJob, core: Core, options: Options) -> tuple[Relaxation, ...]:
    """The cheapest single changes that let the case in, each tried on the model."""
    found = []
    done: set[str] = set()
    until = time.monotonic() + RELAXING_SECONDS
    for changed, relaxation in sorted(_candidates(job, core.requirements), key=lambda pair: pair[1].cost):
        family = relaxation.setting.split("=", 1)[0]
        if family in done:
            continue
        if fits(replace(job, instance=changed), options, until):
            done.add(family)
            found.append(relaxation)
        if len(found) == MOST_RELAXATIONS:
            break
    return tuple(found)


def _candidates(job: DayJob, core: tuple[Requirement, ...]) -> Iterator[tuple[Instance, Relaxation]]:
    """Longer hours of the surgeon and of each room, one more of each thing; only what the core names."""
    case = next(case for case in job.cases if case.id == job.target)
    for kind, name in core:
        if kind == "surgeon-hours":
            yield from _longer(job, "surgeon", name)
        elif kind in {"room", "room-hours"}:
            for room in job.instance.rooms:
                if case.suits(room):
                    yield from _longer(job, "room", room.id)
        elif kind == "block":
            words = both("libérer la vacation réservée", "release the block kept for others")
            yield replace(job.instance, blocks=()), Relaxation(COSTS[kind], "blocks=released", words)
        elif kind in COSTS or kind == "intensive-care":
            yield _one_more(job, kind, name)


def _longer(job: DayJob, kind: str, name: str) -> Iterator[tuple[Instance, Relaxation]]:
    one = job.instance.room(name) if kind == "room" else job.instance.surgeon(name)
    hours = one.hours.on(job.day) if one else None
    if one is None:
        return
    if hours is None:
        usual = Window(8 * 60, 18 * 60)
        words = both(f"{one.name} ce jour-là, de 08:00 à 18:00", f"{one.name} that day, from 08:00 to 18:00")
        changed = with_hours(job.instance, kind, name, Hours(usual))
        yield changed, Relaxation(COSTS["presence"], f"{kind}:{name}=08:00-18:00", words)
        return
    for minutes in STEPS:
        until = clock(hours.end + minutes)
        words = both(f"{one.name} jusqu’à {until}", f"{one.name} until {until}")
        setting = f"{kind}:{name}={clock(hours.start)}-{until}"
        yield longer(job.instance, kind, name, job.day, minutes), Relaxation(minutes, setting, words)


def _one_more(job: DayJob, kind: str, name: str) -> tuple[Instance, Relaxation]:
    count = count_of(job.instance, kind, name, job.day) + 1
    words = resource_name(job.instance, kind, name)
    text = both(
        f"{words['fr']}\u00a0: {count} au lieu de {count - 1}", f"{words['en']}: {count} instead of {count - 1}"
    )
    setting = f"{kind}{':' if name else ''}{name}={count}"
    changed = with_count(job.instance, kind, name, count)
    return changed, Relaxation(COSTS.get(kind, INTENSIVE_COST), setting, text)
