"""Serving: streams cost nothing to pages, one process tree starts and stops as one, TLS is 1.3."""

import asyncio
import json
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.kernel.server import EPIONE, STEP, descendants, environment, running, seed

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]
IDLE = 200


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serving")


@pytest.fixture(scope="module")
def seeded(home: Path) -> dict[str, Any]:
    return seed(environment(home))


@pytest.fixture(scope="module")
def site(home: Path, seeded: dict[str, Any]) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    with running(environment(home), "--role", "web") as started:
        yield started


def cookie(seeded: dict[str, Any]) -> dict[str, str]:
    name, value = seeded["cookie"]
    return {name: value}


def _open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


async def _hold(client: httpx.AsyncClient, address: str, opened: asyncio.Semaphore) -> None:
    async with client.stream("GET", address) as answer:
        async for _ in answer.aiter_bytes():
            opened.release()


async def _follow(client: httpx.AsyncClient, address: str) -> list[dict[str, Any]]:
    async with client.stream("GET", address) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        return [json.loads(line[6:]) async for line in answer.aiter_lines() if line.startswith("data: ")]


async def _time_pages(client: httpx.AsyncClient, address: str, number: int) -> list[float]:
    times = []
    for _ in range(number):
        started = time.monotonic()
        assert (await client.get(address)).status_code == 200
        times.append(time.monotonic() - started)
    return sorted(times)


async def _crowd(base: str, seeded: dict[str, Any], env: dict[str, str]) -> dict[str, Any]:
    silent, moving = (f"{base}/api/v1/jobs/{job}/events" for job in seeded["jobs"])
    limits = httpx.Limits(max_connections=IDLE + 20)
    async with httpx.AsyncClient(cookies=cookie(seeded), timeout=60, limits=limits) as client:
        alone = await _time_pages(client, f"{base}/api/v1/jobs/{seeded['jobs'][0]}", 30)
        opened = asyncio.Semaphore(0)
        idle = [asyncio.create_task(_hold(client, silent, opened)) for _ in range(IDLE)]
        for _ in range(IDLE):
            await asyncio.wait_for(opened.acquire(), 60)
        writer = await asyncio.create_subprocess_exec(sys.executable, "-c", STEP, seeded["jobs"][1], env=env)
        following = asyncio.create_task(_follow(client, moving))
        crowded = await _time_pages(client, f"{base}/api/v1/jobs/{seeded['jobs'][0]}", 60)
        seen = await following
        assert await writer.wait() == 0
        broken = [task for task in idle if task.done()]
        for task in idle:
            task.cancel()
        await asyncio.gather(*idle, return_exceptions=True)
    return {"alone": alone, "crowded": crowded, "seen": seen, "broken": broken}


def test_two_hundred_idle_streams_and_a_busy_one_leave_pages_fast(
    home: Path, seeded: dict[str, Any], site: tuple[str, Any]
) -> None:
    base, process = site
    found = asyncio.run(_crowd(base, seeded, environment(home)))
    threads = max(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in descendants(process.pid))

    assert found["broken"] == []
    assert found["seen"][-1]["state"] == "done"
    progress = [state["done"] for state in found["seen"]]
    assert progress == sorted(progress)
    assert len(progress) >= 4
    assert found["crowded"][int(0.95 * len(found["crowded"]))] < max(0.3, 4 * found["alone"][-1])
    assert threads < 60


def test_a_stream_of_another_practice_or_of_a_stranger_is_refused(
    seeded: dict[str, Any], site: tuple[str, Any]
) -> None:
    base, _ = site
    unknown = "01a1f8a3-4cd8-7b8c-bb4a-8715b39da0cc"

    assert httpx.get(f"{base}/api/v1/jobs/{seeded['jobs'][0]}/events").status_code == 401
    assert httpx.get(f"{base}/api/v1/jobs/{unknown}/events", cookies=cookie(seeded)).status_code == 404


def test_visitors_who_leave_free_what_they_held(seeded: dict[str, Any], site: tuple[str, Any]) -> None:
    base, process = site
    web = descendants(process.pid)[0]
    before = _open_files(web)
    for _ in range(30):
        with httpx.stream("GET", f"{base}/api/v1/jobs/{seeded['jobs'][0]}/events", cookies=cookie(seeded)) as answer:
            next(answer.iter_bytes())
    deadline = time.monotonic() + 10
    while _open_files(web) > before + 5 and time.monotonic() < deadline:
        time.sleep(0.1)

    assert _open_files(web) <= before + 5


def test_a_second_start_runs_jobs_and_stops_as_one(home: Path, seeded: dict[str, Any]) -> None:
    env = environment(home)
    with running(env) as (base, process):
        deadline = time.monotonic() + 30
        while len(descendants(process.pid)) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        tree = descendants(process.pid)
        process.send_signal(signal.SIGTERM)
        code = process.wait(40)

    assert base.startswith("http://127.0.0.1:")
    assert code == 0
    assert len(tree) >= 2
    assert [pid for pid in tree if Path(f"/proc/{pid}").exists()] == []


def test_a_worker_whose_parent_is_killed_ends_too(home: Path, seeded: dict[str, Any]) -> None:
    with running(environment(home)) as (_, process):
        deadline = time.monotonic() + 30
        while len(descendants(process.pid)) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        tree = descendants(process.pid)
        process.kill()
        deadline = time.monotonic() + 40
        while any(Path(f"/proc/{pid}").exists() for pid in tree) and time.monotonic() < deadline:
            time.sleep(0.2)

    assert [pid for pid in tree if Path(f"/proc/{pid}").exists()] == []


def test_a_taken_port_is_said_in_one_sentence(home: Path, site: tuple[str, Any]) -> None:
    base, _ = site
    port = base.rsplit(":", 1)[1]
    refused = subprocess.run(
        [*EPIONE, "run", "--port", port], env=environment(home), capture_output=True, text=True, timeout=60, check=False
    )

    assert refused.returncode == 1
    assert refused.stderr == f"Port {port} is taken: stop what uses it, or choose another with --port.\n"


def _handshake(port: int, version: ssl.TLSVersion) -> str | None:
    import socket

    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", port), 10) as raw, context.wrap_socket(raw) as secured:
        return secured.version()


def test_tls_is_served_in_version_1_3_only(home: Path, seeded: dict[str, Any], tls_files: tuple[Path, Path]) -> None:
    env = environment(home, EPIONE_TLS_CERT=str(tls_files[0]), EPIONE_TLS_KEY=str(tls_files[1]))
    with running(env, "--role", "web", scheme="https") as (base, _):
        port = int(base.rsplit(":", 1)[1])
        answer = httpx.get(f"{base}/health/live", verify=False)

        assert _handshake(port, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
        with pytest.raises(ssl.SSLError):
            _handshake(port, ssl.TLSVersion.TLSv1_2)
        assert answer.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
