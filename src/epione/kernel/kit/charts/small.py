"""Small drawings that stand in a line of text or a cell: trend, interval, bars, squares, findings of a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from django.utils.safestring import SafeString

from .svg import drawing, polyline, tag

HEIGHTS = {"ci": 14, "ad": 11, "pe": 8, "apc": 5}


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a bar chart: what was reached out of what was possible."""

    label: str
    value: float
    total: float
    value_text: str
    total_text: str


@dataclass(frozen=True, slots=True)
class Squares:
    """Findings of one level before and after a change."""

    level: str
    label: str
    before: int
    after: int


def sparkline(
    values: Sequence[float], width: int = 76, height: int = 17, level: str = "", css: str = "spark"
) -> SafeString:
    """The trend of a few values, the latest one marked; nothing to draw below two values."""
    if len(values) < 2:
        return SafeString("")
    low, span = min(values), (max(values) - min(values)) or 1
    left, right, top, bottom = 2, width - 4, 3, height - 3
    step = (right - left) / (len(values) - 1)
    points = [(left + i * step, bottom - (value - low) / span * (bottom - top)) for i, value in enumerate(values)]
    last = points[-1]
    parts = [
        tag("path", d=polyline(points), css="nof" if css == "spk" else "nof s-ink3"),
        tag("circle", cx=last[0], cy=last[1], r=2.4, css=f"f-{level}" if level else ("" if css == "spk" else "f-ink")),
    ]
    return drawing(width, height, "", parts, css=css)


def interval(value: float, low: float | None, high: float | None, level: str = "", label: str = "") -> SafeString:
    """A value in its reference interval, on a scale half an interval wider on each side."""
    floor = low if low is not None else 0.0
    ceiling = high if high is not None else max(value, floor) * 1.5
    margin = (ceiling - floor) / 2 or 1
    start, end = floor - margin, ceiling + margin

    def x(number: float) -> float:
        return 4 + 92 * max(0.0, min(1.0, (number - start) / (end - start)))

    left = x(floor) if low is not None else 0
    right = x(ceiling) if high is not None else 100
    parts = [
        tag("line", x1=0, x2=100, y1=7, y2=7, css="s-rule2"),
        tag("rect", x=left, y=4, width=right - left, height=6, rx=3, css="f-rule"),
        tag("circle", cx=x(value), cy=7, r=4.5, css=f"f-{level or 'ink'} s-sheet", stroke_width=1.5),
    ]
    return drawing(100, 14, label, parts, css="within")


def findings_bar(counts: Mapping[str, int], label: str, most: int = 32) -> SafeString:
    """The findings of a list as small upright bars on one scale for every row; `label` says the same in words.

    Beyond `most` findings the bars draw closer, so that the column keeps its width.
    """
    shown = {level: counts.get(level, 0) for level in HEIGHTS}
    step = 6.0 * min(1.0, most / max(sum(shown.values()), 1))
    parts, x = [], 0.0
    for level, height in HEIGHTS.items():
        for _ in range(shown[level]):
            parts.append(tag("rect", x=x, y=15 - height, width=step - 2, height=height, rx=1, css=f"f-{level}"))
            x += step
        x += 2 if shown[level] else 0
    return drawing(max(x, 1), 16, label, parts, css="bars")


def bars(lines: Sequence[Bar], label: str, width: int = 304) -> SafeString:
    """Reached out of possible, one bar a line, from zero, with both figures written; a long label takes two lines."""
    top = max((line.total for line in lines), default=1) or 1
    parts: list[SafeString] = []
    y = 0
    for line in lines:
        words = wrap(line.label, (width - 44) // 6, max_lines=2, placeholder="…")
        parts += [tag("text", text, x=0, y=y + 10 + 15 * k, css="l12 t2") for k, text in enumerate(words)]
        parts.append(tag("text", _of(line), x=width, y=y + 10, css="e l12"))
        y += 15 * max(len(words), 1) + 2
        parts += [
            tag("rect", x=0, y=y, width=line.total / top * width, height=7, rx=2, css="f-acct"),
            tag("rect", x=0, y=y, width=line.value / top * width, height=7, rx=2, css="f-s1"),
        ]
        y += 21
    return drawing(width, max(y - 10, 1), label, parts, css="chart sm")


def _of(line: Bar) -> SafeString:
    return tag("tspan", line.value_text, css="tx b") + tag("tspan", f" / {line.total_text}")


def squares(lines: Sequence[Squares], label: str, width: int = 324) -> SafeString:
    """Before and after: a filled square stays, an empty one disappears, a ringed one is new."""
    parts = []
    for i, line in enumerate(lines):
        y = 8 + 22 * i
        most = max(line.before, line.after)
        step = min(17.0, (width - 138 - 64) / most) if most else 17.0
        parts.append(tag("text", line.label, x=0, y=y + 9, css="l12 t2"))
        parts += [_square(138 + step * k, y, line, k, min(12.0, step - 2)) for k in range(most)]
        parts.append(
            tag(
                "text",
                tag("tspan", str(line.before), css="t2")
                + tag("tspan", "→", dx=5)
                + tag("tspan", str(line.after), dx=5, css="tx b"),
                x=width - 2,
                y=y + 10,
                css="e l12",
            )
        )
    return drawing(width, max(22 * len(lines) + 8, 1), label, parts, css="chart sm")


def _square(x: float, y: float, line: Squares, place: int, side: float) -> SafeString:
    if place < min(line.before, line.after):
        return tag("rect", x=x, y=y, width=side, height=12, rx=min(3.0, side / 3), css=f"f-{line.level}")
    if place < line.before:
        empty: dict[str, Any] = {"stroke_dasharray": "2 2", "stroke_width": 1.2, "rx": min(2.5, side / 4)}
        size: dict[str, Any] = {"width": side - 1.5, "height": 10.5}
        return tag("rect", x=x + 0.8, y=y + 0.8, css=f"nof s-{line.level}", **size, **empty)
    ring = tag("rect", x=x - 0.5, y=y - 1, width=side + 1, height=14, rx=3, css=f"nof s-{line.level}", stroke_width=1.2)
    return ring + tag("rect", x=x + 1.5, y=y + 2, width=max(side - 3, 1), height=8, rx=1.5, css=f"f-{line.level}")
