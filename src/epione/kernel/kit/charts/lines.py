"""A measure over time with its reference zones, and the treatments below on the same axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.safestring import SafeString

from epione.kernel.kit import formats

from .svg import drawing, fitted, join, n, polyline, tag

_LANE = 24
_TOP = 10
_LETTER = 6.2
_NARROW = 500
_A_SEASON = 150


@dataclass(frozen=True, slots=True)
class Point:
    """A measure; `value` None is a gap: not a zero and not a line."""

    on: date
    value: float | None


@dataclass(frozen=True, slots=True)
class Zone:
    """A band of reference from `low` to `high`; `tint` is "ok", "pe", "ad", "ci" or "" for none."""

    low: float
    high: float
    label: str = ""
    tint: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """A treatment: from when to when (None is still going), `text` its dose, `series` 1 to 4 or a level."""

    label: str
    start: date
    end: date | None = None
    text: str = ""
    series: str = "s4"


@dataclass(frozen=True, slots=True)
class Timeline:
    """What one line chart shows. `events` are pairs (date, label); `low` and `high` bound the value axis."""

    points: Sequence[Point]
    unit: str
    label: str
    low: float
    high: float
    zones: Sequence[Zone] = ()
    lanes: Sequence[Lane] = ()
    events: Sequence[tuple[date, str]] = ()
    ticks: Sequence[float] = ()
    until: date | None = None


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where dates and values fall on the drawing."""

    chart: Timeline
    width: int
    start: date
    end: date
    left: float
    right: float
    height: float = 166.0

    def x(self, on: date) -> float:
        """Abscissa of a date."""
        span = max((self.end - self.start).days, 1)
        return self.left + 8 + (self.right - self.left - 30) * max(0.0, (on - self.start).days / span)

    def y(self, value: float) -> float:
        """Ordinate of a value."""
        share = (value - self.chart.low) / ((self.chart.high - self.chart.low) or 1)
        return _TOP + self.height * (1 - max(0.0, min(1.0, share)))


def line(chart: Timeline, width: int = 820) -> SafeString:
    """Draw the measure, its zones, events and treatments; give a narrow `width` (350) for phones."""
    frame = _frame(chart, width)
    lanes_top = _TOP + frame.height + 18
    bottom = lanes_top + _LANE * len(chart.lanes) + 10
    inside = [
        *_zones(frame),
        *_ticks(frame),
        *_events(frame),
        tag("line", x1=frame.left, x2=frame.left, y1=_TOP - 10, y2=bottom, css="s-marge"),
        *_curve(frame),
        *(_lane(frame, lane, lanes_top + _LANE * i) for i, lane in enumerate(chart.lanes)),
        *_months(frame, bottom + 14),
    ]
    return drawing(width, bottom + 22, chart.label, inside)


def _frame(chart: Timeline, width: int) -> _Frame:
    days = [point.on for point in chart.points]
    end = chart.until or max(days)
    longest = max((len(lane.label) for lane in chart.lanes), default=0) * _LETTER + 18
    left = min(max(longest, 84.0 if width < _NARROW else 92.0), width * 0.3)
    return _Frame(chart, width, min(days), end, left=left, right=width - 30)


def _zones(frame: _Frame) -> list[SafeString]:
    parts = []
    for zone in frame.chart.zones:
        top, bottom = frame.y(zone.high), frame.y(zone.low)
        if zone.tint:
            box: dict[str, Any] = {"x": frame.left, "y": top, "width": frame.right - frame.left, "height": bottom - top}
            parts.append(tag("rect", css=f"f-{zone.tint}t", opacity=".7", **box))
        parts.append(tag("text", zone.label, x=frame.right + 8, y=(top + bottom) / 2 + 4))
    return parts


def _ticks(frame: _Frame) -> list[SafeString]:
    parts = [tag("text", frame.chart.unit, x=frame.left - 10, y=_TOP + 6, css="e")]
    for value in frame.chart.ticks:
        y = frame.y(value)
        ends: dict[str, Any] = {"x1": frame.left, "x2": frame.right, "y1": y, "y2": y}
        parts.append(tag("line", css="s-rule2", stroke_dasharray="2 3", **ends))
        parts.append(tag("text", formats.number(value), x=frame.left - 10, y=y + 4, css="e"))
    return parts


def _events(frame: _Frame) -> list[SafeString]:
    parts, taken = [], -1000.0
    for on, label in sorted(frame.chart.events):
        x = frame.x(on)
        parts.append(tag("line", x1=x, x2=x, y1=26, y2=_TOP + frame.height + 4, css="s-ink3", stroke_dasharray="1 3"))
        if x - taken > 52:
            parts.append(tag("text", label, x=x, y=19, css="mid t2"))
            taken = x
    return parts


def _runs(points: Sequence[Point]) -> list[list[Point]]:
    """Measures in a row; a missing one ends a run."""
    runs: list[list[Point]] = [[]]
    for point in sorted(points, key=lambda one: one.on):
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _curve(frame: _Frame) -> list[SafeString]:
    runs = [[(frame.x(point.on), frame.y(point.value or 0)) for point in run] for run in _runs(frame.chart.points)]
    parts = [tag("path", d=polyline(run), css="nof s-s1", stroke_width=2, stroke_linejoin="round") for run in runs]
    dots = [dot for run in runs for dot in run]
    parts += [tag("circle", cx=x, cy=y, r=3, css="f-sheet s-s1", stroke_width=1.6) for x, y in dots[:-1]]
    if dots:
        measured = [point.value for run in _runs(frame.chart.points) for point in run if point.value is not None]
        last, first = dots[-1], dots[0]
        parts.append(tag("circle", cx=last[0], cy=last[1], r=5, css="f-s1"))
        parts.append(tag("text", formats.number(measured[-1]), x=last[0] - 8, y=last[1] + 20, css="e tx b l12"))
        if len(dots) > 1:
            parts.append(tag("text", formats.number(measured[0]), x=first[0], y=first[1] - 10, css="tx l12 mid"))
    return parts


def _lane(frame: _Frame, lane: Lane, y: float) -> SafeString:
    start = frame.x(max(lane.start, frame.start))
    end = frame.x(lane.end) if lane.end else frame.right
    begins = frame.left if lane.start <= frame.start else start
    return join(
        [
            tag("text", fitted(lane.label, frame.left - 10), x=frame.left - 10, y=y + 13, css="e t2"),
            tag(
                "rect",
                x=begins,
                y=y,
                width=max(end - begins, 2),
                height=18,
                rx=2,
                css=f"f-{lane.series}",
                opacity=".18",
            ),
            tag("rect", x=begins, y=y, width=2.5, height=18, css=f"f-{lane.series}"),
            tag("text", lane.text, x=begins + 10, y=y + 13, css="tx"),
        ]
    )


def _months(frame: _Frame, y: float) -> list[SafeString]:
    """Three or four dates under the axis."""
    count = 3 if frame.width < _NARROW else 4
    span = (frame.end - frame.start).days
    days = [frame.start + timedelta(days=span * i // (count - 1)) for i in range(count)]
    written = formats.month if span > _A_SEASON else formats.short_day
    anchors = ["", *["mid"] * (count - 2), "e"]
    return [
        tag("text", written(day), x=n(frame.x(day)), y=y, css=anchor) for day, anchor in zip(days, anchors, strict=True)
    ]
