"""Private attributes known as safe, by the path of creators and elements that leads to them (PS3.15 E.3.10)."""

from functools import cache

from epione.imaging.data import rows

KEPT, HASHED, OFFSET = "k", "h", "o"


@cache
def safe_private() -> dict[str, dict[bytes, str]]:
    """By pattern in upper case, the disposition of each VR: k kept, h hashed, o offset. Nothing else is kept."""
    found: dict[str, dict[bytes, str]] = {}
    for row in rows("safe_private.csv.gz"):
        found.setdefault(row["pattern"].upper(), {})[row["vr"].encode()] = row["disposition"]
    return found


def step(group: int, creator: str, element: int) -> str:
    """One private step of a pattern."""
    return f"({group:04X},{creator.strip().upper()},{element & 0xFF:02X})"


def standard_step(tag: int) -> str:
    """One standard step of a pattern."""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def fitting(pattern: str, vr: bytes) -> tuple[bytes, str] | None:
    """(VR, disposition) of a private element; one whose VR is not said (UN) must have a single one in the list."""
    known = safe_private().get(pattern)
    if known is None:
        return None
    if vr == b"UN":
        return next(iter(known.items())) if len(known) == 1 else None
    return (vr, known[vr]) if vr in known else None
