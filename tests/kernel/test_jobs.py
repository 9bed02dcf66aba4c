"""Durable jobs: once per key, retried with patience, never two ends."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from epione.kernel.clock import now
from epione.kernel.errors import Invalid, NotFound
from epione.kernel.ids import uuid7
from epione.kernel.jobs import Cancelled, Progress, cancel, enqueue, job_state, lease, registry, run_pending, sweep
from epione.kernel.jobs.errors import LeaseLost
from epione.kernel.jobs.worker import run, work
from epione.kernel.models.jobs import Job
from epione.kernel.models.jobs import Schedule as ScheduleRow

PRACTICE = uuid7()


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Declares tasks for one test."""

    def make(run: Callable[..., Any], name: str = "test.task", **options: Any) -> None:
        monkeypatch.delitem(registry.TASKS, name, raising=False)
        registry.task(name, **options)(run)

    yield make
    registry.TASKS.pop("test.task", None)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "backoff", lambda attempts: -1)


def add(**options: Any) -> UUID:
    return enqueue("test.task", practice_id=PRACTICE, **options)


def test_a_job_runs_with_its_payload_and_keeps_its_result(db: None, declare: Any) -> None:
    declare(lambda progress, *, practice_id, number: {"practice": str(practice_id), "double": number * 2})
    job = add(payload={"number": 21})

    assert run_pending() == 1
    state = job_state(job)
    assert (state.state, state.result, state.attempts) == ("done", {"practice": str(PRACTICE), "double": 42}, 1)
    assert state.is_final


def test_the_task_knows_who_asked(db: None, declare: Any, actor: Any) -> None:
    declare(lambda progress, *, practice_id: {"by": str(progress.by.id), "roles": sorted(progress.by.roles)})
    someone = actor("secretary")
    job = add(by=someone)

    run_pending()

    assert job_state(job).result == {"by": str(someone.id), "roles": ["secretary"]}


def test_an_unknown_task_is_refused_at_once(db: None) -> None:
    with pytest.raises(KeyError):
        enqueue("no.such", practice_id=PRACTICE)


def test_a_key_makes_one_job_per_practice(db: None, declare: Any) -> None:
    declare(lambda progress, **_: None)
    first, again = add(key="nightly"), add(key="nightly")
    elsewhere = enqueue("test.task", practice_id=uuid7(), key="nightly")
    nowhere = [enqueue("test.task", practice_id=None, key="nightly") for _ in range(2)]

    assert first == again != elsewhere
    assert nowhere[0] == nowhere[1]
    assert run_pending() == 3


def test_nothing_runs_before_its_time(db: None, declare: Any) -> None:
    declare(lambda progress, **_: None)
    add(run_after=now() + timedelta(hours=1))

    assert run_pending() == 0


def test_a_failing_job_is_tried_three_times_then_declared_dead(db: None, declare: Any) -> None:
    attempts: list[int] = []

    def fail(progress: Progress, **_: Any) -> None:
        attempts.append(progress.attempt)
        raise RuntimeError("Madame Dupont")

    declare(fail)
    job = add()

    assert run_pending() == 3
    state = job_state(job)
    assert (attempts, state.state, state.attempts) == ([1, 2, 3], "dead", 3)
    assert state.error.startswith("RuntimeError at test_jobs.py:")
    assert "Dupont" not in state.error


def test_an_expected_refusal_is_final_and_says_why(db: None, declare: Any) -> None:
    def refuse(progress: Progress, **_: Any) -> None:
        raise Invalid({"file": ["empty"]})

    declare(refuse)
    job = add()
    run_pending()

    assert (job_state(job).state, job_state(job).attempts) == ("failed", 1)
    assert job_state(job).error.startswith("invalid: ")


def test_the_wait_before_a_retry_doubles_and_is_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    waits = [[lease.backoff(attempt) for _ in range(200)] for attempt in (1, 2, 3, 20)]

    assert min(waits[0]) >= 1
    assert max(waits[0]) <= 3
    assert 4 <= min(waits[2]) <= max(waits[2]) <= 12
    assert max(waits[3]) <= 900
    assert len(set(waits[0])) > 100


def test_progress_is_seen_and_a_running_job_stops_when_asked(db: None, declare: Any) -> None:
    seen: list[tuple[int, int, str]] = []

    def long(progress: Progress, **_: Any) -> None:
        for step in range(10):
            progress._written_at = 0.0
            progress.step(step, 10, f"row {step}")
            state = job_state(progress.job_id)
            seen.append((state.done, state.total, state.text))
            if step == 2:
                cancel(progress.job_id)

    declare(long)
    job = add()
    run_pending()

    assert seen == [(0, 10, "row 0"), (1, 10, "row 1"), (2, 10, "row 2")]
    assert job_state(job).state == "cancelled"


def test_a_waiting_job_is_cancelled_at_once(db: None, declare: Any) -> None:
    declare(lambda progress, **_: None)
    job = add()

    assert cancel(job).state == "cancelled"
    assert run_pending() == 0


def test_a_finished_job_stays_finished_when_cancelled(db: None, declare: Any) -> None:
    declare(lambda progress, **_: None)
    job = add()
    run_pending()

    assert cancel(job).state == "done"


def test_a_job_of_another_practice_is_not_found(db: None, declare: Any) -> None:
    declare(lambda progress, **_: None)
    job = add()

    assert job_state(job, practice_id=PRACTICE).id == job
    with pytest.raises(NotFound):
        job_state(job, practice_id=uuid7())
    with pytest.raises(NotFound):
        cancel(job, practice_id=uuid7())


def test_a_silent_worker_loses_its_job_to_another_and_cannot_finish_it(db: None, declare: Any) -> None:
    declare(lambda progress, **_: {"who": "second"})
    job = add()
    hung = lease.claim(lease=timedelta(seconds=-1))
    assert hung is not None

    assert lease.reclaim() == 1
    assert run_pending() == 1
    assert lease.finish(hung, "done", result={"who": "first"}) is False
    with pytest.raises(LeaseLost):
        Progress(hung).step(1, 2)
    assert (job_state(job).result, job_state(job).attempts) == ({"who": "second"}, 2)


def test_a_job_whose_workers_all_fall_silent_is_dead_after_three(db: None, declare: Any) -> None:
    declare(lambda progress, **_: None)
    job = add()
    for _ in range(3):
        assert lease.claim(lease=timedelta(seconds=-1)) is not None
        lease.reclaim()

    assert lease.claim() is None
    assert job_state(job).state == "dead"


def test_a_job_given_back_keeps_its_attempts(db: None, declare: Any) -> None:
    declare(lambda progress, **_: None)
    job = add()
    taken = lease.claim()
    assert taken is not None
    lease.give_back(taken)

    assert (job_state(job).state, job_state(job).attempts) == ("queued", 0)


def test_two_tasks_cannot_share_a_name(declare: Any) -> None:
    declare(lambda progress, **_: None)
    with pytest.raises(ValueError, match="Two tasks"):
        registry.task("test.task")(lambda progress, **_: None)


@pytest.mark.django_db(transaction=True)
def test_eight_threads_run_forty_jobs_exactly_once_each(declare: Any) -> None:
    ran: list[str] = []
    declare(lambda progress, *, practice_id, n: ran.append(n))
    for n in range(40):
        add(payload={"n": n})
    stop = threading.Event()
    workers = [threading.Thread(target=work, args=(stop,)) for _ in range(8)]
    for worker in workers:
        worker.start()
    deadline = now() + timedelta(seconds=60)
    while Job.objects.exclude(state="done").exists() and now() < deadline:
        stop.wait(0.05)
    stop.set()
    for worker in workers:
        worker.join()

    assert sorted(ran) == list(range(40))
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}


def test_a_hung_attempt_is_not_kept_alive_beyond_its_time_limit(db: None, declare: Any) -> None:
    def hang(progress: Progress, **_: Any) -> None:
        Job.objects.filter(pk=progress.job_id).update(lease_until=now() - timedelta(seconds=1))
        lease.reclaim()
        raise Cancelled

    declare(hang, time_limit=0)
    job = add()
    taken = lease.claim()
    assert taken is not None
    run(taken)

    assert job_state(job).state == "queued"


DAILY = registry.Schedule("test.daily", "test.task", registry.time(2, 30))


@pytest.mark.parametrize(
    ("instant", "start"),
    [
        ("2026-11-20T10:00Z", "2026-11-21T01:30Z"),
        ("2026-11-20T01:29Z", "2026-11-20T01:30Z"),
        ("2026-11-20T01:30Z", "2026-11-21T01:30Z"),
        ("2026-03-28T12:00Z", "2026-03-29T01:30Z"),  # 02:30 does not exist on that day in Paris
        ("2026-10-24T12:00Z", "2026-10-25T00:30Z"),  # and exists twice on this one: the first counts
        ("2026-10-25T00:30Z", "2026-10-26T01:30Z"),
    ],
)
def test_a_daily_schedule_follows_the_clock_of_paris(instant: str, start: str) -> None:
    assert DAILY.after(datetime.fromisoformat(instant)) == datetime.fromisoformat(start)


def test_an_hourly_schedule_starts_at_its_minute() -> None:
    hourly = registry.Schedule("test.hourly", "test.task", hourly=15)

    assert hourly.after(datetime(2026, 11, 20, 10, 15, tzinfo=UTC)) == datetime(2026, 11, 20, 11, 15, tzinfo=UTC)
    assert hourly.after(datetime(2026, 11, 20, 10, 14, 59, tzinfo=UTC)) == datetime(2026, 11, 20, 10, 15, tzinfo=UTC)


def test_a_due_schedule_makes_one_job_however_many_look(
    db: None, declare: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(lambda progress, **_: None)
    monkeypatch.setattr(registry, "SCHEDULES", {})
    monkeypatch.setattr(sweep, "SCHEDULES", {DAILY.name: DAILY})
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)

    assert sweep.start_due(noon) == 0
    assert [sweep.start_due(noon + timedelta(days=1)) for _ in range(3)] == [1, 0, 0]
    assert Job.objects.filter(task="test.task", practice_id=None).count() == 1
    assert ScheduleRow.objects.get().next_run == datetime(2026, 11, 22, 1, 30, tzinfo=UTC)


def test_a_schedule_switched_off_does_not_start(db: None, declare: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(lambda progress, **_: None)
    monkeypatch.setattr(sweep, "SCHEDULES", {DAILY.name: DAILY})
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    sweep.start_due(noon)
    ScheduleRow.objects.update(enabled=False)

    assert sweep.start_due(noon + timedelta(days=3)) == 0
