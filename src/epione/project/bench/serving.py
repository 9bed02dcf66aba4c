"""Serving: pages a second and their delay, alone and beside 200 open streams; how soon Epione answers after a start."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from itertools import chain
from typing import Any
from uuid import UUID

import httpx
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client

from epione.identity.public import create_practice, create_user
from epione.kernel.models.jobs import Job
from epione.project.preparation import prepare

IDLE = 200
CLIENTS = 8
SECONDS = 5.0
PAGES = ("/", "/health/live")
EPIONE = [sys.executable, "-m", "epione"]


def run() -> list[dict[str, Any]]:
    """Start Epione on this machine as `epione run` does, and visit it."""
    os.environ["EPIONE_DEMO"] = "1"
    prepare()
    cookie, job = _visitor()
    started = time.perf_counter()
    server, base = start()
    try:
        rows = [_row("cold start", "first answer", "s", time.perf_counter() - started, 5.0)]
        rows += asyncio.run(_visit(base, cookie, job))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)
    return rows


def _visitor() -> tuple[dict[str, str], UUID]:
    """A signed-in pharmacist's cookie, and a job that waits."""
    call_command("migrate", verbosity=0)
    practice = create_practice(name="Bench")
    create_user(practice_id=practice.id, username="bench", password=None, roles=["pharmacist"])
    client = Client()
    user = get_user_model().objects.get(username="bench")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    name = settings.SESSION_COOKIE_NAME
    job = Job.objects.create(practice_id=practice.id, task="bench.silent", run_after="2100-01-01T00:00Z")
    return {name: client.cookies[name].value}, job.pk


def start(*more: str) -> tuple["subprocess.Popen[bytes]", str]:
    """`epione run` on a free port of this machine, once it answers; its process and its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet = subprocess.DEVNULL
    command = [*EPIONE, "run", "--port", str(port), *more]
    server = subprocess.Popen(command, stdout=quiet, stderr=quiet)  # noqa: S603 -- our own command
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/health/live", timeout=5)
        except httpx.TransportError:
            if server.poll() is not None:
                raise RuntimeError("Epione did not start.") from None
            time.sleep(0.02)
        else:
            return server, f"http://127.0.0.1:{port}"


async def _visit(base: str, cookie: dict[str, str], job: UUID) -> list[dict[str, Any]]:
    rows = []
    limits = httpx.Limits(max_connections=IDLE + CLIENTS + 2)
    async with httpx.AsyncClient(base_url=base, cookies=cookie, timeout=60, limits=limits) as client:
        for page in PAGES:
            rows += _rows(f"{page} alone", await _load(client, page))
        opened = asyncio.Semaphore(0)
        streams = [asyncio.create_task(_hold(client, f"/api/v1/jobs/{job}/events", opened)) for _ in range(IDLE)]
        for _ in range(IDLE):
            await opened.acquire()
        rows += _rows(f"{PAGES[0]} beside {IDLE} open streams", await _load(client, PAGES[0]))
        for stream in streams:
            stream.cancel()
        await asyncio.gather(*streams, return_exceptions=True)
    return rows


async def _hold(client: httpx.AsyncClient, address: str, opened: asyncio.Semaphore) -> None:
    async with client.stream("GET", address) as answer:
        async for _ in answer.aiter_bytes():
            opened.release()


async def _load(client: httpx.AsyncClient, page: str) -> list[float]:
    """Delays of the answers to some visitors who ask again as soon as they are answered."""
    until = time.perf_counter() + SECONDS
    asked = await asyncio.gather(*(_ask(client, page, until) for _ in range(CLIENTS)))
    return sorted(chain.from_iterable(asked))


async def _ask(client: httpx.AsyncClient, page: str, until: float) -> list[float]:
    delays = []
    while time.perf_counter() < until:
        started = time.perf_counter()
        answer = await client.get(page)
        if answer.status_code != httpx.codes.OK:
            raise RuntimeError(f"{page} answered {answer.status_code}.")
        delays.append(time.perf_counter() - started)
    return delays


def _rows(case: str, delays: list[float]) -> list[dict[str, Any]]:
    return [
        _row(case, "answers, 8 visitors", "1/s", len(delays) / SECONDS, None),
        _row(case, "delay p95", "ms", delays[int(len(delays) * 0.95)] * 1000, 300.0),
    ]


def _row(case: str, metric: str, unit: str, value: float, target: float | None) -> dict[str, Any]:
    met = None if target is None else value <= target
    return {"case": case, "metric": metric, "unit": unit, "value": round(value, 2), "target": target, "met": met}
