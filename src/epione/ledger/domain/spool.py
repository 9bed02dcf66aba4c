"""Lines of the spool: what an emergency showed while the ledger was away, in order, signed, each naming the one before.

A line is one JSON object: `n` (its number since the spool began), `prev` (SHA-256 of the line before), `sealed` (the
event, encrypted, base64) and `sig` (Ed25519 of the log over the three). A head, signed too, says how many lines were
written and how many of them are in the ledger: so a missing line shows, and a missing file.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .leaf import canonical
from .verbs import EMERGENCY_ACTS, is_read

Sign = Callable[[bytes], bytes]
Genuine = Callable[[bytes, bytes], bool]
"""Signed bytes, signature -> whether it is the log's."""
NOTHING = "0" * 64
_LINE, _HEAD = b"epione/spool-line/1\n", b"epione/spool-head/1\n"


@dataclass(frozen=True, slots=True)
class Head:
    """Lines written since the spool began, the hash of the last one, and how many are in the ledger."""

    written: int = 0
    last: str = NOTHING
    replayed: int = 0
    replayed_last: str = NOTHING


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sound line: its number, the hash before it, its sealed event, and itself as it lies in the file."""

    number: int
    prev: str
    sealed: bytes
    text: bytes

    @property
    def hash(self) -> str:
        """What the next line names."""
        return _hash(self.text)


@dataclass(slots=True)
class Reading:
    """What a spool holds: the lines that wait, and what is wrong with it, one sentence each."""

    lines: list[Waiting] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def spoolable(action: str, *, emergency: bool) -> bool:
    """Whether this may be written to the spool: what an open emergency reads, and the opening or closing of one."""
    return action in EMERGENCY_ACTS or (emergency and is_read(action))


def line_of(sealed: bytes, after: Head, sign: Sign) -> tuple[bytes, Head]:
    """The next line (without its end) and the head that counts it."""
    told = {"n": after.written + 1, "prev": after.last, "sealed": base64.b64encode(sealed).decode()}
    line = canonical({**told, "sig": base64.b64encode(sign(_LINE + canonical(told))).decode()})
    return line, Head(after.written + 1, _hash(line), after.replayed, after.replayed_last)


def counted(head: Head, lines: list[Waiting]) -> Head:
    """The head to append after: lines that a crash left uncounted are counted."""
    if not lines or lines[-1].number <= head.written:
        return head
    return Head(lines[-1].number, lines[-1].hash, head.replayed, head.replayed_last)


def emptied(head: Head, left: list[Waiting]) -> Head:
    """The head once everything before the lines that are `left` is in the ledger, or known to be lost."""
    if not left:
        return Head(head.written, head.last, head.written, head.last)
    return Head(head.written, head.last, left[0].number - 1, left[0].prev)


def head_bytes(head: Head, sign: Sign) -> bytes:
    """The head as it is stored."""
    told = {name: getattr(head, name) for name in Head.__slots__}
    return canonical({**told, "sig": base64.b64encode(sign(_HEAD + canonical(told))).decode()})


def read_head(raw: bytes, genuine: Genuine) -> Head | None:
    """The stored head; None when it is damaged or not signed by the log."""
    told = _signed(raw, _HEAD, genuine)
    if told is None or set(told) != set(Head.__slots__):
        return None
    return Head(**told)


def read_lines(raw: bytes, head: Head, genuine: Genuine) -> Reading:
    """Every sound line that waits, in order; what was changed, cut, moved or torn is told."""
    found = Reading()
    number, last = head.replayed, head.replayed_last
    for place, text in enumerate(filter(None, raw.split(b"\n")), 1):
        told = _signed(text, _LINE, genuine)
        if told is None:
            found.faults.append(f"line {place} was changed or torn")
            continue
        if told["n"] <= head.replayed:
            continue  # a crash came between the ledger and the emptying of the spool: it is there already
        if told["n"] != number + 1 or told["prev"] != last:
            found.faults.append(
                f"line {place} is number {told['n']}, after number {number}: lines were removed or moved"
            )
        line = Waiting(told["n"], told["prev"], base64.b64decode(told["sealed"]), text)
        found.lines.append(line)
        number, last = line.number, line.hash
    if number < head.written:
        found.faults.append(f"the head counts {head.written} lines, the file ends at {number}: lines were removed")
    return found


def _signed(raw: bytes, purpose: bytes, genuine: Genuine) -> dict[str, Any] | None:
    try:
        told = json.loads(raw)
        signature = base64.b64decode(told.pop("sig"), validate=True)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return told if genuine(purpose + canonical(told), signature) else None


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
