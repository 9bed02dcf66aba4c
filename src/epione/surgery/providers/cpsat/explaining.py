"""Why a case cannot be placed on a day: requirements that cannot be met together, none of them superfluous."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from epione.surgery.domain.planning.job import DayJob, Options, Requirement, Scope, requirements

from .day import DayModel
from .solving import solver_for

MODEL_SECONDS = 0.2
MOVING_SECONDS = 0.4


@dataclass(frozen=True)
class Core:
    """The least set of requirements in conflict, and what may move without ending the conflict."""

    requirements: tuple[Requirement, ...]
    scope: Scope


def feasible(job: DayJob, options: Options, seconds: float = MODEL_SECONDS) -> bool | None:
    """Whether every forced case of the job fits; None when the time did not suffice to know."""
    solver = solver_for(replace(options, workers=1), seconds)
    status = solver.solve(DayModel(job).model)
    if status == cp_model.INFEASIBLE:
        return False
    return True if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None


def fits(job: DayJob, options: Options, until: float) -> bool | None:
    """Whether the target and all the cases of the job go together: with the others where they are, else moving.

    `until` is the monotonic second after which nobody is moved any more.
    """
    moving = replace(job, before={}, forced=frozenset(job.before) | {job.target})
    if feasible(replace(moving, fixed=job.before), options):
        return True
    left = until - time.monotonic()
    return feasible(moving, options, min(MODEL_SECONDS, left)) if left > 0 else None


def minimal_core(job: DayJob, options: Options, seconds: float = MOVING_SECONDS) -> Core | None:
    """A minimal core of the refusal of `job.target`, found by leaving out one requirement after the other.

    The widest claim that can be proved in time is made: whatever the others, with them moving, or with them where
    `job.before` has them. None when the case does fit, or nothing could be proved.
    """
    case = next(case for case in job.cases if case.id == job.target)
    alone = replace(job, cases=(case,), before={}, forced=frozenset({case.id}))
    stay = replace(job, before={}, forced=frozenset(job.before) | {case.id}, fixed=job.before)
    until = time.monotonic() + seconds
    for scope, ask in (
        (Scope.ALONE, lambda one: feasible(replace(alone, waived=one), options)),
        (Scope.MOVING, lambda one: fits(replace(job, waived=one), options, until)),
        (Scope.STAYING, lambda one: feasible(replace(stay, waived=one), options)),
    ):
        found = _filtered(requirements(job.instance, case), ask)
        if found:
            return Core(found, scope)
        if found is not None and scope is Scope.MOVING:
            return None
    return None


def _filtered(
    everything: tuple[Requirement, ...], ask: Callable[[frozenset[Requirement]], bool | None]
) -> tuple[Requirement, ...] | None:
    """The core by deletion; empty when the case fits, None when one question had no answer in time."""
    answer = ask(frozenset())
    if answer is not False:
        return None if answer is None else ()
    core = list(everything)
    for one in everything:
        trial = [other for other in core if other != one]
        answer = ask(frozenset(everything) - frozenset(trial))
        if answer is None:
            return None
        if answer is False:
            core = trial
    return tuple(core)
