"""One process tree: this process watches over the server of pages and over the worker, and stops both."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

STOP_SECONDS = 20.0
PARENT = "EPIONE_PARENT"  # tells a process of the tree which one started it
RESTART_SECONDS = 2.0
HEAD_START = 1.5  # the first page has the processor to itself


def serve(host: str, port: int, *, workers: int = 1) -> None:
    """Serve pages until told to stop; TLS 1.3 only, when a certificate is given."""
    from granian import Granian  # noqa: PLC0415 -- slow import: the worker does not serve
    from granian.constants import Interfaces  # noqa: PLC0415 -- as above
    from granian.log import LogLevels  # noqa: PLC0415 -- as above

    os.environ[PARENT] = str(os.getpid())
    certificate, key = os.environ.get("EPIONE_TLS_CERT"), os.environ.get("EPIONE_TLS_KEY")
    Granian(
        "epione.project.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        workers=workers,
        log_level=LogLevels.warning,
        ssl_cert=Path(certificate) if certificate else None,
        ssl_key=Path(key) if key else None,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()


def port_is_free(host: str, port: int) -> bool:
    """Whether pages can be served there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


class WorkerProcess:
    """The worker as a child of this process, started again when it falls, stopped with us."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._watch = threading.Thread(target=self._keep, name="worker-watch", daemon=True)

    def start(self) -> None:
        """Start it and watch over it."""
        self._watch.start()

    def stop(self) -> None:
        """Let it finish the job at hand, for a while."""
        self._stopping.set()
        if self._child is not None:
            self._child.terminate()
        self._watch.join(STOP_SECONDS + 5)

    def _keep(self) -> None:
        self._stopping.wait(HEAD_START)
        while not self._stopping.is_set():
            command = [sys.executable, "-m", "epione", "run", "--role", "worker"]
            environment = os.environ | {PARENT: str(os.getpid())}
            self._child = subprocess.Popen(command, env=environment)  # noqa: S603 -- our own command
            self._child.wait()
            self._stopping.wait(RESTART_SECONDS)


def work_until_stopped(role: str) -> None:
    """Run the threads of a role in this process until SIGTERM, SIGINT, or the end of the parent."""
    import django  # noqa: PLC0415 -- slow import: a supervisor does without

    django.setup()
    from epione.kernel.jobs.worker import give_back_running  # noqa: PLC0415 -- needs Django set up

    from .roles import parts  # noqa: PLC0415 -- as above

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    threads = [
        threading.Thread(target=run, args=(stop,), name=f"{name}-{index}", daemon=True)
        for index, (name, run) in enumerate(parts(role))
    ]
    for thread in threads:
        thread.start()
    leave_with_parent()
    stop.wait()
    deadline = time.monotonic() + STOP_SECONDS
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0))
    give_back_running()


def leave_with_parent() -> None:
    """Have this process stop when the one that started it is gone, even killed: nothing of the tree stays behind."""
    parent = os.environ.get(PARENT)
    if parent is None:
        return

    def watch() -> None:
        while os.getppid() == int(parent):
            time.sleep(1.0)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
