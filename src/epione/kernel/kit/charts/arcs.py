"""Arcs between the lines of a list: one for each pair, in the colour of its level."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from .svg import drawing, join, n, tag

_ORDER = ("apc", "pe", "ad", "ci")


@dataclass(frozen=True, slots=True)
class Pair:
    """A link between two rows counted from 0; the same row twice draws a ring. `ask` is dashed: to be confirmed."""

    first: int
    second: int
    level: str
    key: str = ""
    ask: bool = False
    hot: bool = False


def arcs(rows: int, pairs: Sequence[Pair], label: str, row_height: int = 43, width: int = 68) -> SafeString:
    """The arcs of a treatment, gravest on top; rows without a finding keep a faint dot."""
    parts = [
        _arc(pair, row_height, width) for pair in sorted(pairs, key=lambda one: _ORDER.index(one.level)) if _two(pair)
    ]
    worst: dict[int, str] = {}
    for pair in sorted(pairs, key=lambda one: _ORDER.index(one.level)):
        worst[pair.first] = worst[pair.second] = pair.level
    alone = {pair.first: pair.level for pair in pairs if not _two(pair)}
    for row in range(rows):
        y = row_height * row + row_height / 2
        level = worst.get(row)
        parts.append(tag("circle", cx=10, cy=y, r=3.5 if level else 2, css=f"f-{level}" if level else "f-rule"))
        if row in alone:
            parts.append(tag("circle", cx=10, cy=y, r=6.5, css=f"nof s-{alone[row]}", stroke_width=1.4))
    return drawing(width, row_height * rows, label, [join(parts)], css="arcs")


def _two(pair: Pair) -> bool:
    return pair.first != pair.second


def _arc(pair: Pair, row_height: int, width: int) -> SafeString:
    top, bottom = sorted((pair.first, pair.second))
    y1, y2 = row_height * (top + 0.5), row_height * (bottom + 0.5)
    bulge = min(width - 14, 14 + 9 * (bottom - top))
    path = f"M10 {n(y1)}C{n(10 + bulge * 1.25)} {n(y1)} {n(10 + bulge * 1.25)} {n(y2)} 10 {n(y2)}"
    css = f"s-{pair.level}{' ask' if pair.ask else ''}{' hot' if pair.hot else ''}"
    return tag("path", d=path, css=css, data_lit=pair.key or None)
