"""Images over HTTP: processor time of a whole reception, beside the plain way and beside Orthanc; workers, memory.

Every file is received as a modality would send it: de-identified, drawn, encrypted, hashed, in the record and in the
ledger, on the disk before it is acknowledged. Time is that of the server with everything below it.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from django.contrib.auth import get_user_model
from django.core.management import call_command
from pydicom import dcmread
from pydicom.uid import generate_uid

from epione.identity.public import actor_of, create_practice, create_user
from epione.identity.services import issue_tokens
from epione.project.preparation import prepare

from . import _orthanc, _processes, naive_imaging
from .pixels import slice_of_ct
from .serving import start

ROUNDS, IN_A_ROUND, TOGETHER = 5, 32, 16
MANY = int(os.environ.get("EPIONE_BENCH_FILES") or 2000)
TIMES_ORTHANC, TIMES_PLAIN, TWO_WORKERS, GROWTH_MB = 3.0, 5.0, 1.6, 64.0
Received = Callable[[list[bytes]], float]


def run() -> list[dict[str, Any]]:
    """Start Epione as `epione run` does, and the others; the same files in turn, the median of five rounds."""
    token = _prepared()
    make = _files()
    with ExitStack() as stack:
        pid, send = stack.enter_context(_server(token, 1))
        peer = stack.enter_context(_orthanc.running(Path(os.environ["EPIONE_HOME"])))
        ways: dict[str, Received] = {
            "one": lambda files: _cpu(pid, lambda: [send([one]) for one in files]),
            "together": lambda files: _cpu(pid, lambda: [send(part) for part in _parts(files)]),
            "plain": _plain,
        }
        if not isinstance(peer, str):
            ways["orthanc"] = peer.cpu
        cost = _in_turn(ways, make)
        rows = _rows(cost, peer if isinstance(peer, str) else peer.version)
        rows += _many(pid, send, make)
    return rows + _workers(token, make)


def _prepared() -> str:
    """A new home; the token of a radiologist."""
    os.environ |= {"EPIONE_DEMO": "1", "EPIONE_RATE_INTERACTIVE": "1000000"}
    prepare()
    call_command("migrate", verbosity=0)
    practice = create_practice(name="Bench")
    create_user(practice_id=practice.id, username="bench", password=None, roles=["radiologist"])
    user = get_user_model().objects.get(username="bench")
    by = actor_of(user, practice.id)
    if by is None:
        raise RuntimeError("The radiologist of the bench cannot work.")
    return issue_tokens(user=user, by=by).access_token


def _files() -> Callable[[int], list[bytes]]:
    """Makes slices that differ: two grey levels of noise on one phantom, new identifiers, one series."""
    template = slice_of_ct()
    read = dcmread(BytesIO(template))
    cells, old = np.frombuffer(read.PixelData, "<i2"), str(read.SOPInstanceUID).encode()
    where, noise, random_ = template.index(read.PixelData), np.random.default_rng(1), random.Random(1)  # noqa: S311 -- no secret

    def make(count: int) -> list[bytes]:
        made = []
        for _ in range(count):
            pixels = (cells + noise.integers(-2, 3, cells.size, np.int16)).astype("<i2").tobytes()
            uid = str(generate_uid(entropy_srcs=[str(random_.random())])).encode()[: len(old)].ljust(len(old), b"1")
            made.append(template[:where].replace(old, uid) + pixels + template[where + len(pixels) :])
        return made

    return make


@contextmanager
def _server(token: str, workers: int) -> Iterator[tuple[int, Callable[[list[bytes]], None]]]:
    """`epione run`; its process, and what sends it files in one request."""
    server, base = start("--web-workers", str(workers))
    try:
        with httpx.Client(base_url=base, headers={"Authorization": f"Bearer {token}"}, timeout=120) as client:

            def send(files: list[bytes]) -> None:
                answer = client.post("/api/v1/dicom/upload", files=[("file", ("x", one)) for one in files])
                if answer.status_code != HTTPStatus.CREATED:
                    raise RuntimeError(f"Epione answered {answer.status_code}.")

            yield server.pid, send
    finally:
        server.terminate()
        server.wait(60)


def _parts(files: list[bytes]) -> list[list[bytes]]:
    return [files[at : at + TOGETHER] for at in range(0, len(files), TOGETHER)]


def _cpu(pid: int, work: Callable[[], object]) -> float:
    """Seconds of processor time of the tree, what it does after the answers included."""
    before = _processes.processor(pid)
    work()
    _processes.quiet(pid)
    return _processes.processor(pid) - before


def _plain(files: list[bytes]) -> float:
    before = time.process_time()
    for one in files:
        naive_imaging.taken(one, bytes(32))
    return time.process_time() - before


def _in_turn(ways: dict[str, Received], make: Callable[[int], list[bytes]]) -> dict[str, float]:
    """Milliseconds a file of each way, the median of rounds in which all take part; the first one only warms."""
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS + 1):
        for name, way in ways.items():
            cost = way(make(IN_A_ROUND)) / IN_A_ROUND * 1000
            if number:
                spent[name].append(cost)
    return {name: sorted(found)[len(found) // 2] for name, found in spent.items()}


def _rows(cost: dict[str, float], peer: str) -> list[dict[str, Any]]:
    rows = [_row("one CT slice a request", "cpu of the server", "ms/file", cost["one"], None)]
    rows.append(_row(f"{TOGETHER} CT slices a request", "cpu of the server", "ms/file", cost["together"], None))
    for name, case in (("one", "one CT slice a request"), ("together", f"{TOGETHER} CT slices a request")):
        rows.append(_versus(case, cost[name], "pydicom, Pillow, AES, 3 SHA-256", cost["plain"], TIMES_PLAIN))
        if "orthanc" in cost:
            rows.append(_versus(case, cost[name], f"Orthanc {peer}, rendered", cost["orthanc"], TIMES_ORTHANC))
        else:
            rows.append(
                _row(case, "times Orthanc", "x", 0.0, TIMES_ORTHANC) | {"value": None, "met": None, "why": peer}
            )
    return rows


def _versus(case: str, value: float, peer: str, other: float, target: float) -> dict[str, Any]:
    ratio = other / value
    row = _row(case, "files per processor second, times", "x", ratio, target)
    return row | {"met": ratio >= target, "peer": peer, "peer_value": round(other, 2), "ratio": round(ratio, 2)}


def _many(pid: int, send: Callable[[list[bytes]], None], make: Callable[[int], list[bytes]]) -> list[dict[str, Any]]:
    """What a long stream of files leaves in memory: the largest process after a tenth of them, and its growth."""
    half: dict[int, float] = {}
    for done in range(0, MANY, TOGETHER):
        send(make(TOGETHER))
        if not half and done >= MANY // 10:
            half = _processes.resident(pid)
    after = _processes.resident(pid)
    growth = max((after[one] - half[one] for one in after if one in half), default=0.0)
    return [
        _row(f"{MANY} files", "largest process", "MB", max(after.values()), None),
        _row(f"{MANY} files", "growth of a process after a tenth", "MB", growth, GROWTH_MB),
    ]


def _workers(token: str, make: Callable[[int], list[bytes]]) -> list[dict[str, Any]]:
    """Files a second of four senders at once, with one process that serves and with two."""
    speed = {}
    for workers in (1, 2):
        with _server(token, workers) as (_pid, send):
            [send([one]) for one in make(8)]
            files = make(4 * IN_A_ROUND)
            began = time.perf_counter()
            with ThreadPoolExecutor(4) as senders:
                list(senders.map(lambda one, send=send: send([one]), files))
            speed[workers] = len(files) / (time.perf_counter() - began)
    case = "four senders at once"
    rows = [_row(case, f"{count} serving", "files/s", found, None) for count, found in speed.items()]
    ratio = speed[2] / speed[1]
    wide = (os.cpu_count() or 1) >= 4
    row = _row(case, "two processes, times one", "x", ratio, TWO_WORKERS if wide else None)
    return [*rows, row | ({"met": ratio >= TWO_WORKERS} if wide else {"why": "one process already uses both cores"})]


def _row(case: str, metric: str, unit: str, value: float, target: float | None) -> dict[str, Any]:
    met = None if target is None else value <= target
    return {"case": case, "metric": metric, "unit": unit, "value": round(value, 2), "target": target, "met": met}
