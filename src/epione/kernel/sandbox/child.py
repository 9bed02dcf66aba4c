"""The child process: `python -m epione.kernel.sandbox.child <target module> <bytes of memory>`.

It imports the target, gives up what it can, says that it is ready, then answers calls until its input ends. What
libraries print goes nowhere: the pipes are moved away from the standard streams before anything is imported.
"""

import importlib
import io
import os
import struct
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from . import confine, frames

Answer = tuple[dict[str, Any], list[frames.Buffer]]


def main() -> None:
    """Serve calls of one module's functions."""
    target, memory = sys.argv[1], int(sys.argv[2])
    source, sink = _take_streams()
    network = confine.leave_the_network()
    try:
        module = importlib.import_module(target)
    except ImportError as fault:
        send(sink, frames.pack({"failed": f"{type(fault).__name__}: {fault}"}, []))
        return
    measures = {"no_network": network, **confine.settle(memory)}
    send(sink, frames.pack({"ready": measures, "resident": confine.resident()}, []))
    while (request := receive(source)) is not None:
        answer = answer_to(module, *request)
        del request
        if answer is None:
            sys.exit(frames.OUT_OF_MEMORY)
        send(sink, answer)


def answer_to(module: ModuleType, message: dict[str, Any], buffers: list[bytes]) -> list[frames.Buffer] | None:
    """The frame of what the function answers, or of what it raised; None once memory ran out."""
    try:
        function: Callable[..., Answer] = getattr(module, str(message["function"]))
        confine.begin_call(float(message["seconds"]))
        facts, made = function(message["header"], *buffers)
        answer = frames.pack({"result": facts, "resident": confine.resident()}, made)
    except MemoryError:
        return None
    except Exception as fault:  # noqa: BLE001 -- whatever untrusted bytes provoke in a decoder is an answer, not an end
        answer = frames.pack({"error": "refused", **described(fault), "resident": confine.resident()}, [])
    confine.end_call()
    return answer


def described(fault: Exception) -> dict[str, Any]:
    """The code, the class and the place of an exception; never its message."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}" if trace else ""
    code, facts = getattr(fault, "code", None), getattr(fault, "facts", None)
    return {
        "code": code if isinstance(code, str) else "failed",
        "kind": type(fault).__name__,
        "place": place,
        "facts": facts if isinstance(facts, dict) else {},
    }


def receive(source: io.BufferedReader) -> tuple[dict[str, Any], list[bytes]] | None:
    """The next call, or None once the parent is gone. The parent is trusted: lengths are taken as they are."""
    head = source.read(frames.HEAD.size)
    if len(head) < frames.HEAD.size:
        return None
    text, count = frames.read_head(head)
    lengths = struct.unpack(f"<{count}Q", source.read(8 * count))
    message = frames.read_message(source.read(text))
    try:
        return message, [source.read(length) for length in lengths]
    except MemoryError:
        sys.exit(frames.OUT_OF_MEMORY)


def send(sink: int, frame: list[frames.Buffer]) -> None:
    """Write a frame; the pipe blocks until the parent has read it."""
    left = [memoryview(piece) for piece in frame]
    while left:
        frames.advance(left, os.writev(sink, left[: frames.AT_ONCE]))


def _take_streams() -> tuple[io.BufferedReader, int]:
    source, sink = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nowhere, stream)
    os.close(nowhere)
    return io.BufferedReader(io.FileIO(source, "rb"), 8192), sink


if __name__ == "__main__":
    main()
