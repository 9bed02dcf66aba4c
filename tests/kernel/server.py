"""A real Epione in a process tree of its own, for the tests that need one."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
EPIONE = [sys.executable, "-m", "epione"]
SEED = """
import json, django
django.setup()
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from epione.identity.public import create_practice, create_user
from epione.kernel.models.jobs import Job
practice = create_practice(name="Pharmacie des Halles")
create_user(practice_id=practice.id, username="camille", password="tilleul-marjolaine-49", roles=["pharmacist"])
user = get_user_model().objects.get(username="camille")
client = Client()
client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
jobs = [Job.objects.create(practice_id=practice.id, task="test.silent").pk for _ in range(2)]
name = settings.SESSION_COOKIE_NAME
print(json.dumps({"cookie": [name, client.cookies[name].value], "jobs": [str(job) for job in jobs]}))
"""
STEP = """
import sys, time, django
django.setup()
from epione.kernel.clock import now
from epione.kernel.models.jobs import Job
job = Job.objects.filter(pk=sys.argv[1])
for done in range(1, 21):
    job.update(done=done, total=20)
    time.sleep(0.1)
job.update(state="done", finished_at=now(), result={"rows": 20})
"""


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a process of this installation needs to know."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EPIONE_", "DATABASE_"))}
    settings = {"DJANGO_SETTINGS_MODULE": "epione.project.settings", "PYTHONPATH": str(ROOT / "src")}
    return kept | settings | {"EPIONE_HOME": str(home), "EPIONE_DEMO": "1", "EPIONE_HOSTS": "*"} | more


def script(code: str, *arguments: str, env: dict[str, str]) -> str:
    """Run Python code in this installation; what it prints."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True, timeout=120).stdout


def seed(env: dict[str, str]) -> dict[str, Any]:
    """Prepare the installation; a signed-in person's cookie and two jobs that nobody runs."""
    subprocess.run([*EPIONE, "prepare"], env=env, check=True, capture_output=True, timeout=180)
    found: dict[str, Any] = json.loads(script(SEED, env=env).splitlines()[-1])
    return found


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    env: dict[str, str], *arguments: str, scheme: str = "http", port: int = 0
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`epione run` with these arguments, once it answers; stopped at the end."""
    port = port or free_port()
    log = Path(env["EPIONE_HOME"]) / f"run-{port}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*EPIONE, "run", "--port", str(port), *arguments], env=env, stdout=output, stderr=output, text=True
        )
        base = f"{scheme}://127.0.0.1:{port}"
        try:
            _wait(base, process, log)
            yield base, process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(40)


def _wait(base: str, process: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{base}/health/live", verify=False, timeout=5)
        except httpx.TransportError:
            if process.poll() is not None:
                raise AssertionError(f"Epione stopped: {log.read_text()}") from None
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"Epione did not answer: {log.read_text()}")


def descendants(pid: int) -> list[int]:
    """The processes below this one."""
    found: list[int] = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid:
            child = int(status.parent.name)
            found += [child, *descendants(child)]
    return found
