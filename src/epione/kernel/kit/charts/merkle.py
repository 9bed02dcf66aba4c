"""The path from one entry of the ledger to the signed root."""

from django.utils.safestring import SafeString

from .svg import drawing, tag

_LEVELS = 4


def merkle_path(entry: int, label: str, root_text: str, entry_text: str, width: int = 324) -> SafeString:
    """A tree of eight leaves: the entry and its way up are filled, the siblings that prove it are outlined.

    It shows the shape of the proof: the entry's place is its number modulo eight, and the real path may be longer.
    """
    place = entry % 8
    edges = [(i == place >> (_LEVELS - 1 - depth), depth, i) for depth in range(1, _LEVELS) for i in range(2**depth)]
    parts = [_branch(depth, i, width, on_path=on_path) for on_path, depth, i in sorted(edges)]
    for depth in range(_LEVELS):
        here = place >> (_LEVELS - 1 - depth)
        parts += [_node(depth, i, width, _kind(i, here, depth)) for i in range(2**depth)]
    parts.append(tag("text", root_text, x=width / 2 + 18, y=16, css="l12"))
    parts.append(tag("text", entry_text, x=_x(3, place, width), y=166, css="tx b l12 mid"))
    return drawing(width, 172, label, parts, css="chart sm")


def _kind(i: int, here: int, depth: int) -> str:
    if i == here:
        return "on"
    return "sibling" if depth and i == here ^ 1 else "off"


def _x(depth: int, i: int, width: int) -> float:
    return width * (i + 0.5) / (1 << depth)


def _y(depth: int) -> float:
    return 12 + 43 * depth


def _branch(depth: int, i: int, width: int, *, on_path: bool) -> SafeString:
    x, y, up, top = _x(depth, i, width), _y(depth), _x(depth - 1, i // 2, width), _y(depth - 1)
    middle = (y + top) / 2
    path = f"M{x:.1f} {y:.1f}V{middle:.1f}H{up:.1f}V{top:.1f}"
    return tag("path", d=path, css="nof s-acc" if on_path else "nof s-rule2", stroke_width=2 if on_path else 1.2)


def _node(depth: int, i: int, width: int, kind: str) -> SafeString:
    css = {"on": "f-acc", "sibling": "f-acct s-acc", "off": "f-rule"}[kind]
    return tag("rect", x=_x(depth, i, width) - 9, y=_y(depth) - 7, width=18, height=14, rx=4, css=css)
