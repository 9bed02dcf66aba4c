"""Workers killed without warning: their jobs run again, at most three times, and end once."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from tests.kernel.server import environment, script

pytestmark = pytest.mark.slow
TASKS = """
import pathlib, sys, threading, time, django
django.setup()
from datetime import timedelta
from epione.kernel.jobs import enqueue, job_state, lease, registry, sweep
from epione.kernel.jobs.worker import work
from epione.kernel.models.jobs import Job
lease.LEASE = timedelta(seconds=2)
lease.backoff = lambda attempts: 0
diary = pathlib.Path(sys.argv[1])
@registry.task("test.crash")
def crash(progress, *, practice_id, survives):
    with diary.open("a") as lines:
        lines.write(f"{progress.attempt}\\n")
    if progress.attempt < survives:
        time.sleep(600)
    return {"attempt": progress.attempt}
"""
ENQUEUE = (
    TASKS
    + """
print(enqueue("test.crash", practice_id=None, payload={"survives": int(sys.argv[2])}))
"""
)
WORK = (
    TASKS
    + """
stop = threading.Event()
threading.Thread(target=work, args=(stop,), daemon=True).start()
sweep.EVERY = 0.2
sweep.sweep_until(stop)
"""
)
LOOK = (
    TASKS
    + """
job = Job.objects.get()
print(job.state, job.attempts, (job.result or {}).get("attempt"))
"""
)
MIGRATE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """An installation with an empty database, on each engine."""
    server = os.environ.get("EPIONE_TEST_POSTGRES_URL")
    if request.param == "postgresql" and not server:
        pytest.skip("EPIONE_TEST_POSTGRES_URL names no server: `make test` starts one")
    more: dict[str, str] = {}
    if request.param == "postgresql":
        import psycopg

        name = f"crash_{uuid4().hex}"
        with psycopg.connect(str(server), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        more["EPIONE_DATABASE_URL"] = urlsplit(str(server))._replace(path=f"/{name}").geturl()
    env = environment(tmp_path, **more)
    script(MIGRATE, env=env)
    return env


def kill_once_it_works(env: dict[str, str], diary: Path, attempts: int) -> None:
    """Start a worker, wait until it has begun its attempt, kill it."""
    worker = subprocess.Popen([sys.executable, "-c", WORK, str(diary)], env=env)
    wait(lambda: diary.exists() and len(diary.read_text().splitlines()) >= attempts)
    worker.kill()
    worker.wait()


def wait(condition: Any, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_job_whose_worker_is_killed_is_finished_by_the_next(installation: dict[str, str], tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    script(ENQUEUE, str(diary), "2", env=installation)
    kill_once_it_works(installation, diary, 1)
    worker = subprocess.Popen([sys.executable, "-c", WORK, str(diary)], env=installation)
    wait(lambda: len(diary.read_text().splitlines()) >= 2)
    wait(lambda: script(LOOK, str(diary), env=installation).startswith("done"))
    worker.terminate()
    worker.wait()

    assert diary.read_text() == "1\n2\n"
    assert script(LOOK, str(diary), env=installation) == "done 2 2\n"


def test_a_job_that_kills_three_workers_is_declared_dead(installation: dict[str, str], tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    script(ENQUEUE, str(diary), "9", env=installation)
    for attempts in (1, 2, 3):
        kill_once_it_works(installation, diary, attempts)
    worker = subprocess.Popen([sys.executable, "-c", WORK, str(diary)], env=installation)
    wait(lambda: script(LOOK, str(diary), env=installation).startswith("dead"))
    worker.kill()
    worker.wait()

    assert diary.read_text() == "1\n2\n3\n"
    assert script(LOOK, str(diary), env=installation) == "dead 3 None\n"
