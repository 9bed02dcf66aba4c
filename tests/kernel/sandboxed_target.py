"""Functions that a child process runs in the tests of the sandbox: good ones, and what hostile bytes could provoke."""

import ctypes
import os
import socket
import time
from pathlib import Path
from typing import Any

Answer = tuple[dict[str, Any], list[bytes]]


class Bad(ValueError):
    code = "bad_thing"

    def __init__(self, secret: str) -> None:
        super().__init__(secret)
        self.facts = {"offset": 12}


def echo(header: dict[str, Any], *buffers: bytes) -> Answer:
    return {"got": header, "sizes": [len(buffer) for buffer in buffers]}, list(buffers)


def who(header: dict[str, Any]) -> Answer:
    return {"pid": os.getpid()}, []


def hang(header: dict[str, Any]) -> Answer:
    while True:
        time.sleep(1)


def spin(header: dict[str, Any]) -> Answer:
    while True:
        pass


def abort(header: dict[str, Any]) -> Answer:
    os.abort()


def leave(header: dict[str, Any]) -> Answer:
    raise SystemExit(3)


def bomb(header: dict[str, Any]) -> Answer:
    return {}, [bytes(header["size"])]


def refuse(header: dict[str, Any]) -> Answer:
    raise Bad("Marie Curie")


def fault(header: dict[str, Any]) -> Answer:
    raise KeyError("Marie Curie")


def unspeakable(header: dict[str, Any]) -> Answer:
    return {"value": object()}, []


def chatter(header: dict[str, Any]) -> Answer:
    print("a library's remark", flush=True)
    os.write(1, b"EPS1 garbage")
    ctypes.CDLL(None).puts(b"from C")
    ctypes.CDLL(None).fflush(None)
    return {"said": True}, []


def garbage(header: dict[str, Any]) -> Answer:
    for pipe in range(3, 10):
        try:
            os.write(pipe, b"\xff" * 64)
        except OSError:
            continue
    return {}, []


def environment(header: dict[str, Any]) -> Answer:
    return {"names": sorted(os.environ), "values": sorted(os.environ.values())}, []


def read(header: dict[str, Any]) -> Answer:
    try:
        with Path(header["path"]).open("rb") as file:
            return {"read": len(file.read())}, []
    except OSError as error:
        return {"errno": error.errno}, []


def write(header: dict[str, Any]) -> Answer:
    try:
        with Path(header["path"]).open("wb") as file:
            file.write(b"x")
    except OSError as error:
        return {"errno": error.errno}, []
    return {"written": True}, []


def connect(header: dict[str, Any]) -> Answer:
    try:
        socket.create_connection(("127.0.0.1", header["port"]), timeout=2).close()
    except OSError as error:
        return {"errno": error.errno}, []
    return {"connected": True}, []


def open_many(header: dict[str, Any]) -> Answer:
    held: list[int] = []
    try:
        while len(held) < 1000:
            held.append(os.dup(0))
    except OSError:
        return {"opened": len(held)}, []
    finally:
        for one in held:
            os.close(one)
    return {"opened": 1000}, []


KEPT: list[bytes] = []


def leak(header: dict[str, Any]) -> Answer:
    KEPT.append(os.urandom(header["size"]))
    return {"pid": os.getpid()}, []
