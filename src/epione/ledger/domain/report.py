"""What a verification says."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was recorded; `number` is the first sequence number concerned, if one is.

    `kind`: leaf (changed), missing, order, node, columns, detail, cut, rewritten, signature, anchor, waiting, triggers.
    """

    kind: str
    number: int | None
    what: str


@dataclass(slots=True)
class Report:
    """Outcome of a verification of leaves `begin` to `size`; sound when there is no fault.

    `away` names the anchors that could not be asked: what they keep was not compared.
    """

    begin: int
    size: int = 0
    root: bytes = b""
    faults: list[Fault] = field(default_factory=list)
    checkpoints: int = 0
    waiting: int = 0
    away: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.faults

    @property
    def first_bad(self) -> int | None:
        """The first sequence number that is not as it was recorded."""
        return min((fault.number for fault in self.faults if fault.number is not None), default=None)

    def fault(self, kind: str, number: int | None, what: str) -> None:
        self.faults.append(Fault(kind, number, what))

    def as_json(self) -> dict[str, Any]:
        return {
            "sound": self.sound,
            "begin": self.begin,
            "size": self.size,
            "root": self.root.hex(),
            "checkpoints": self.checkpoints,
            "waiting": self.waiting,
            "first_bad": self.first_bad,
            "away": self.away,
            "faults": [asdict(fault) for fault in self.faults],
        }
