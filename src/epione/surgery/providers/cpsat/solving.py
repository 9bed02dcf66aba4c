"""Lexicographic stages of a day: who is operated, then how; each keeps what the stages before have reached."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from epione.surgery.domain.planning.job import DayJob, Options, Progress, Watch
from epione.surgery.domain.planning.plan import Placement, Stage

from .day import CaseVars, DayModel

CHILD_WEIGHT = 3
ROOM_MOVE, TIME_MOVE = 2, 3
SHARE_OF_FIRST = 0.6


@dataclass(frozen=True)
class DayAnswer:
    """The placements of a day and the stages that led there; `feasible` None when neither was proved."""

    feasible: bool | None
    placements: dict[str, Placement]
    stages: tuple[Stage, ...] = ()
    stopped: bool = False


class _Follow(cp_model.CpSolverSolutionCallback):
    """Tells the watcher of each better plan, and stops the search when told to."""

    def __init__(self, stage: str, watch: Watch | None) -> None:
        super().__init__()
        self.stage, self.watch, self.begin = stage, watch, time.monotonic()
        self.stopped = False

    def on_solution_callback(self) -> None:
        if self.watch is None:
            return
        seen = Progress(
            self.stage, time.monotonic() - self.begin, round(self.objective_value), _floor(self.best_objective_bound)
        )
        if not self.watch(seen):
            self.stopped = True
            self.stop_search()


def _floor(bound: float) -> int:
    """A bound as a whole number: the solver gives a float, infinite before it knows any."""
    return math.ceil(bound - 1e-6) if math.isfinite(bound) else 0


def solver_for(options: Options, seconds: float) -> cp_model.CpSolver:
    """A solver with its limits; the same plan each time when `repeatable`."""
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = options.seed
    solver.parameters.num_workers = 1 if options.repeatable else options.workers
    if options.repeatable:
        solver.parameters.max_deterministic_time = max(0.01, seconds)
    else:
        solver.parameters.max_time_in_seconds = max(0.01, seconds)
    return solver


def solve_day(
    job: DayJob, options: Options, seed: dict[str, Placement] | None = None, watch: Watch | None = None
) -> DayAnswer:
    """The best plan of a day within the time given; `seed` is a known plan that the answer is never worse than."""
    model, best, stages = DayModel(job), seed, list[Stage]()
    deadline = time.monotonic() + options.seconds
    left = options.seconds
    for name, terms, share in _stages(job, model, polish=options.polish):
        seconds = left * share if options.repeatable else max(0.05, (deadline - time.monotonic()) * share)
        left -= seconds
        done = _run(model, name, terms, solver_for(options, seconds), best, watch)
        if done.feasible is False:
            return done
        if done.feasible is None and best is None:
            return done
        best = done.placements if done.feasible else best
        stages += done.stages
        if not done.stages:
            break
        _keep(model, terms, done, name)
        if done.stopped:
            break
    return DayAnswer(True, best or {}, tuple(stages))


def _stages(job: DayJob, model: DayModel, *, polish: bool) -> Iterator[tuple[str, Any, float]]:
    """Name, what is minimised, and the share of the time left. The later ones are asked once the set is known."""
    yield "refusals", _refusals(model), SHARE_OF_FIRST if polish else 1.0
    if not polish:
        return
    if job.before:
        yield "moves", _moves(model), 0.5
    yield "overtime", sum(model.overtime.values()), 0.4
    yield "finish", _finish(model), 0.6
    yield "comfort", _comfort(model), 1.0


def _refusals(model: DayModel) -> Any:
    """Weight of the refused."""
    return sum(one.case.weight * (1 - one.present) for one in model.cases.values())


def _finish(model: DayModel) -> Any:
    """When each used room is done, so that no idle minute stays between cases."""
    ends = []
    for room, stays in model.in_room.items():
        end = model.model.new_int_var(0, 3 * 1440, f"end {room}")
        place = model.instance.room(room)
        hours = place.hours.on(model.job.day) if place else None
        for one, _ in stays:
            since = one.end - (hours.start if hours else 0)
            model.model.add(end >= since).only_enforce_if(one.rooms[room])
        ends.append(end)
    return sum(ends)


def _comfort(model: DayModel) -> Any:
    """Children early, little waiting for recovery."""
    free = [one for one in model.cases.values() if one.step is not None]
    return sum(one.step * (CHILD_WEIGHT if one.case.child else 0) + one.wait for one in free)


def _moves(model: DayModel) -> Any:
    """What people who were told an hour or a room have to be told again."""
    return sum(
        _moved(model, one, model.job.before[name])
        for name, one in model.cases.items()
        if name in model.job.before and one.step is not None
    )


def _moved(model: DayModel, one: CaseVars, before: Placement) -> Any:
    same_time = model.model.new_bool_var(f"same time {one.case.id}")
    model.model.add(one.start == before.start).only_enforce_if(same_time)
    model.model.add_implication(same_time, one.present)
    room = one.rooms.get(before.room, 0)
    return TIME_MOVE * (1 - same_time) + ROOM_MOVE * (1 - room)


def _run(
    model: DayModel,
    name: str,
    terms: Any,
    solver: cp_model.CpSolver,
    seed: dict[str, Placement] | None,
    watch: Watch | None,
) -> DayAnswer:
    """One stage."""
    if seed is not None:
        model.hint(seed)
    model.model.minimize(terms)
    follow = _Follow(name, watch)
    status = solver.solve(model.model, follow)
    if status == cp_model.INFEASIBLE:
        return DayAnswer(False, {})
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return DayAnswer(None, {})
    value = round(solver.objective_value)
    bound = value if status == cp_model.OPTIMAL else min(value, max(0, _floor(solver.best_objective_bound)))
    stage = Stage(name, value, bound, status == cp_model.OPTIMAL, solver.wall_time)
    return DayAnswer(True, model.placements(solver.value), (stage,), follow.stopped)


def _keep(model: DayModel, terms: Any, done: DayAnswer, name: str) -> None:
    """What a stage reached is a rule for those after it; after the first, who is operated is settled."""
    if name == "refusals":
        for key, one in model.cases.items():
            model.model.add(one.present == (key in done.placements))
    elif not isinstance(terms, int):
        model.model.add(terms <= done.stages[0].value)
