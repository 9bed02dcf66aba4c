"""Tasks and schedules by name, declared by the modules at start."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from epione.kernel.clock import PARIS

Run = Callable[..., dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker runs under a name; `time_limit` in seconds, after which a silent attempt is given to another."""

    name: str
    run: Run
    max_attempts: int
    time_limit: float


@dataclass(frozen=True, slots=True)
class Schedule:
    """A task that starts by itself: every day at a Paris time, or every hour at a minute."""

    name: str
    task: str
    daily: time | None = None
    hourly: int | None = None
    payload: dict[str, Any] = field(default_factory=dict)

    def after(self, instant: datetime) -> datetime:
        """The first start strictly after `instant`; a clock change neither skips nor doubles a day."""
        local = instant.astimezone(PARIS)
        if self.daily is None:
            start = instant.replace(minute=self.hourly or 0, second=0, microsecond=0)
            return start if start > instant else start + timedelta(hours=1)
        start = datetime.combine(local.date(), self.daily, PARIS)
        if start.astimezone(instant.tzinfo) <= instant:
            start = datetime.combine(local.date() + timedelta(days=1), self.daily, PARIS)
        return start.astimezone(instant.tzinfo)


TASKS: dict[str, Task] = {}
SCHEDULES: dict[str, Schedule] = {}


def task(name: str, *, max_attempts: int = 3, time_limit: float = 3600) -> Callable[[Run], Run]:
    """Declare the function that runs the jobs called `name`; a name is declared once."""

    def declare(run: Run) -> Run:
        known = TASKS.get(name)
        if known is not None and known.run is not run:
            raise ValueError(f"Two tasks are called {name}.")
        TASKS[name] = Task(name, run, max_attempts, time_limit)
        return run

    return declare


def schedule(
    name: str, *, task: str, daily: str | None = None, hourly: int | None = None, payload: dict[str, Any] | None = None
) -> None:
    """Have `task` start by itself: `daily="02:30"` (Paris) or `hourly=15` (minute); its jobs have no practice."""
    if (daily is None) == (hourly is None):
        raise ValueError("A schedule is either daily or hourly.")
    at = time.fromisoformat(daily) if daily else None
    SCHEDULES[name] = Schedule(name, task, at, hourly, payload or {})
