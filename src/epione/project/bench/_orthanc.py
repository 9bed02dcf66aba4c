"""Orthanc, when it is installed, doing the comparable job: store, anonymise and store, draw one frame."""

import ctypes
import http.client
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import _processes

PORT = 18042
CLONE_NEWNET = 0x40000000
START_SECONDS = 30.0
WINDOW = "window-center=40&window-width=400"


@dataclass(frozen=True, slots=True)
class Peer:
    """A running Orthanc: its version, its process, and a thread that stands in its network."""

    version: str
    pid: int
    thread: ThreadPoolExecutor

    def cpu(self, files: list[bytes]) -> float:
        """Seconds of processor time of the server for these files."""
        before = _processes.processor(self.pid)
        self.thread.submit(_whole_job, files).result()
        return _processes.processor(self.pid) - before


@contextmanager
def running(folder: Path) -> Iterator[Peer | str]:
    """The peer, or a sentence that says why it is not there."""
    program = shutil.which("Orthanc", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        yield "Orthanc is not installed (Debian: orthanc)"
        return
    try:
        with _processes.loopback_of_its_own() as within, _started([*within, program], folder, within[1]) as peer:
            yield peer
    except OSError as error:
        yield f"Orthanc did not run: {error}"


@contextmanager
def _started(command: list[str], folder: Path, network: str) -> Iterator[Peer]:
    place = network.partition("=")[2]
    thread = ThreadPoolExecutor(1, initializer=_enter, initargs=(place,))
    server = subprocess.Popen(  # noqa: S603 -- a program of the machine, with our configuration
        [*command, str(_configuration(folder))], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder
    )
    try:
        version = thread.submit(_answers).result()
        yield Peer(version, server.pid, thread)
    finally:
        server.terminate()
        server.wait(20)
        thread.shutdown()


def _configuration(folder: Path) -> Path:
    """Storage on the disk as it comes, no DICOM port, nothing but what the job needs."""
    plugins = [str(one) for one in Path("/usr/share/orthanc/plugins").glob("libOrthancGdcm.so")]
    file = folder / "orthanc.json"
    file.write_text(
        json.dumps(
            {
                "Name": "bench", "StorageDirectory": str(folder / "storage"), "IndexDirectory": str(folder / "index"),
                "HttpPort": PORT, "DicomServerEnabled": False, "AuthenticationEnabled": False, "KeepAlive": True,
                "RemoteAccessAllowed": False, "Plugins": plugins,
            }
        )
    )  # fmt: skip
    return file


def _enter(network: str) -> None:
    """Let the calling thread, and no other, join the network of the server (setns(2))."""
    with Path(network).open() as place:
        if ctypes.CDLL(None, use_errno=True).setns(place.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")


def _answers() -> str:
    """Its version, once it answers."""
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            return str(json.loads(_ask("GET", "/system"))["Version"])
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _whole_job(files: list[bytes]) -> None:
    for file in files:
        anonymised = _ask("POST", f"{_stored(file)}/anonymize", b'{"Force": true}')
        _ask("GET", f"{_stored(anonymised)}/rendered?{WINDOW}")


def _stored(file: bytes) -> str:
    """Store an object; its address."""
    said: dict[str, Any] = json.loads(_ask("POST", "/instances", file))
    if said["Status"] != "Success":
        raise RuntimeError("Orthanc had the file already.")
    return f"/instances/{said['ID']}"


def _ask(method: str, where: str, body: bytes = b"") -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    try:
        connection.request(method, where, body, {"Accept": "image/png"} if "rendered" in where else {})
        answer = connection.getresponse()
        content = answer.read()
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise RuntimeError(f"Orthanc answered {answer.status} to {method}.")
    return content
