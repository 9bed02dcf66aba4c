"""What goes through the pipes: a fixed head, a JSON object, raw buffers. Never pickle: the child is not trusted."""

import json
import struct
from collections.abc import Sequence
from typing import Any

HEAD = struct.Struct("<4sII")  # magic, bytes of JSON, number of buffers
MAGIC = b"EPS1"
MAX_JSON = 32 * 1024 * 1024
MAX_BUFFERS = 4096
AT_ONCE = 512  # pieces in one call of writev; systems take 1024
OUT_OF_MEMORY = 70  # exit status of a child whose memory ran out: what is left of the process is not to be trusted
Buffer = bytes | bytearray | memoryview


class Garbage(ValueError):
    """The bytes are no frame, or one larger than allowed."""


def pack(message: dict[str, Any], buffers: Sequence[Buffer]) -> list[Buffer]:
    """The pieces of a frame, in order; the buffers are not copied."""
    text = json.dumps(message, separators=(",", ":")).encode()
    views = [memoryview(buffer).cast("B") for buffer in buffers]
    lengths = struct.pack(f"<{len(views)}Q", *(view.nbytes for view in views))
    return [HEAD.pack(MAGIC, len(text), len(views)) + lengths + text, *(view for view in views if view.nbytes)]


def advance(left: list[memoryview], written: int) -> None:
    """Take away what was written."""
    while left and written >= left[0].nbytes:
        written -= left.pop(0).nbytes
    if written:
        left[0] = left[0][written:]


def read_head(head: Buffer) -> tuple[int, int]:
    """Length of the JSON and number of the buffers."""
    magic, text, buffers = HEAD.unpack(head)
    if magic != MAGIC or text > MAX_JSON or buffers > MAX_BUFFERS:
        raise Garbage
    return text, buffers


def read_lengths(packed: Buffer, *, limit: int) -> tuple[int, ...]:
    """Lengths of the buffers, which together stay under `limit` bytes."""
    lengths = struct.unpack(f"<{len(packed) // 8}Q", packed)
    if sum(lengths) > limit:
        raise Garbage
    return lengths


def read_message(text: Buffer) -> dict[str, Any]:
    """The JSON object of a frame."""
    try:
        message = json.loads(bytes(text))
    except (ValueError, RecursionError) as fault:
        raise Garbage from fault
    if not isinstance(message, dict):
        raise Garbage
    return message
