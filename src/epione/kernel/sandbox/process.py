"""One child process as its parent sees it: started, called with a deadline, killed without regret."""

import contextlib
import fcntl
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import frames
from .errors import Crashed, OutOfMemory, Refused, TimedOut

PIPE_BYTES = 1024 * 1024  # the most that Linux gives to a plain user
PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "DYLD_LIBRARY_PATH", "LD_LIBRARY_PATH")
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def environment() -> dict[str, str]:
    """What a child may know: where programs are and how to write dates. No setting of Epione, no secret."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    folders = [str(Path(folder).absolute()) for folder in sys.path if folder != "" and Path(folder).is_dir()]
    return (
        kept | dict.fromkeys(ONE_THREAD, "1") | {"PYTHONPATH": os.pathsep.join(folders), "PYTHONDONTWRITEBYTECODE": "1"}
    )


class Child:
    """A process that serves one module. Used by one thread at a time."""

    def __init__(self, target: str, *, memory: int, max_reply: int) -> None:
        self.calls = 0
        self.resident = self.at_start = 0
        self.confinement: dict[str, bool] = {}
        self._max_reply = max_reply
        self._ready = False
        command = [sys.executable, "-P", "-m", "epione.kernel.sandbox.child", target, str(memory)]
        self._process = subprocess.Popen(  # noqa: S603 -- our own interpreter and module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(),
            cwd="/", bufsize=0, start_new_session=True,
        )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        for pipe in (self._to, self._from):
            os.set_blocking(pipe, False)
            _widen(pipe)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def wait_ready(self, seconds: float) -> None:
        """Wait until its imports are done."""
        if self._ready:
            return
        message, _ = self._receive(time.monotonic() + seconds)
        if "ready" not in message:
            raise Crashed(str(message.get("failed", ""))[:300])
        self.confinement = {str(name): bool(holds) for name, holds in message["ready"].items()}
        self.resident = self.at_start = int(message["resident"])
        self._ready = True

    def call(self, function: str, header: dict[str, Any], buffers: Sequence[frames.Buffer], *, seconds: float) -> Any:
        """The facts and buffers that the function answers, or one of the typed errors.

        After any error but `Refused` the child is of no more use.
        """
        until = time.monotonic() + seconds
        self.calls += 1
        self._send({"function": function, "header": header, "seconds": seconds}, buffers, until)
        message, made = self._receive(until)
        resident = message.get("resident")
        self.resident = resident if isinstance(resident, int) else 0
        return self._result(message), made

    def kill(self) -> None:
        """End it now, whatever it does."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._process.wait()

    def _result(self, message: dict[str, Any]) -> dict[str, Any]:
        result, error = message.get("result"), message.get("error")
        if isinstance(result, dict):
            return result
        if error == "refused":
            facts = message.get("facts")
            raise Refused(
                str(message.get("code", ""))[:60],
                kind=str(message.get("kind", ""))[:80],
                place=str(message.get("place", ""))[:120],
                facts=facts if isinstance(facts, dict) else {},
            )
        raise Crashed("no answer")

    def _send(self, message: dict[str, Any], buffers: Sequence[frames.Buffer], until: float) -> None:
        left = [memoryview(piece) for piece in frames.pack(message, buffers)]
        while left:
            try:
                frames.advance(left, os.writev(self._to, left[: frames.AT_ONCE]))
            except BlockingIOError:
                self._wait(self._to, select.POLLOUT, until)
            except OSError as fault:
                raise self._death() from fault

    def _receive(self, until: float) -> tuple[dict[str, Any], list[bytes]]:
        try:
            text, count = frames.read_head(self._read(frames.HEAD.size, until))
            lengths = frames.read_lengths(self._read(8 * count, until), limit=self._max_reply)
            message = frames.read_message(self._read(text, until))
            return message, [self._read(length, until) for length in lengths]
        except frames.Garbage as fault:
            raise Crashed("garbage") from fault

    def _read(self, size: int, until: float) -> bytes:
        """That many bytes; one piece is the usual case and is not copied again."""
        pieces: list[bytes] = []
        while size:
            try:
                piece = os.read(self._from, min(size, PIPE_BYTES))
            except BlockingIOError:
                self._wait(self._from, select.POLLIN, until)
                continue
            if not piece:
                raise self._death()
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def _wait(self, pipe: int, event: int, until: float) -> None:
        poll = select.poll()
        poll.register(pipe, event)
        left = until - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise TimedOut

    def _death(self) -> Exception:
        """What a closed pipe means."""
        try:
            status = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return Crashed("silent")
        return OutOfMemory() if status == frames.OUT_OF_MEMORY else Crashed(f"status {status}")


def _widen(pipe: int) -> None:
    """Fewer wake-ups for half a megabyte; only Linux can, and a user's quota may refuse."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
