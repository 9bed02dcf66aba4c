"""Days covered by refills: one lane for each medicine, its gaps and what nobody knows, on one axis of dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.safestring import SafeString

from epione.kernel.kit import formats

from .svg import drawing, fitted, join, tag

_LANE = 26
_NARROW = 500
_TOP = 6
_A_SEASON = 150


@dataclass(frozen=True, slots=True)
class Supplied:
    """A lane: covered from `start` to `end` but for `gaps` and `unknown` (first and last days); `handed` are refills.

    `text` stands at the end of the lane, in the colour of `level`.
    """

    label: str
    start: date
    end: date
    gaps: Sequence[tuple[date, date]] = ()
    unknown: Sequence[tuple[date, date]] = ()
    handed: Sequence[date] = ()
    text: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class _Axis:
    """Where dates fall; a day is as wide as any other, so that a gap of one day still shows."""

    start: date
    end: date
    left: float
    right: float

    def x(self, on: date) -> float:
        span = max((self.end - self.start).days, 1)
        return self.left + (self.right - self.left) * max(0.0, min(1.0, (on - self.start).days / span))


def coverage(lanes: Sequence[Supplied], label: str, width: int = 820) -> SafeString:
    """Draw the lanes; give a narrow `width` (340) for phones, where each name stands above its lane."""
    narrow = width < _NARROW
    height = _LANE + (16 if narrow else 0)
    axis = _Axis(min(lane.start for lane in lanes), max(lane.end for lane in lanes), 8 if narrow else 190, width - 58)
    parts = [_lane(axis, lane, _TOP + height * place, narrow=narrow) for place, lane in enumerate(lanes)]
    bottom = _TOP + height * len(lanes) + 12
    return drawing(width, bottom + 8, label, [*parts, *_dates(axis, bottom, 3 if narrow else 5)])


def _lane(axis: _Axis, lane: Supplied, top: float, *, narrow: bool) -> SafeString:
    y = top + 16 if narrow else top
    name = (
        tag("text", fitted(lane.label, axis.right), x=axis.left, y=top + 10, css="t2")
        if narrow
        else tag("text", fitted(lane.label, axis.left - 14), x=axis.left - 12, y=y + 13, css="e t2")
    )
    parts = [name, _box(axis, lane.start, lane.end, y, "f-s1", opacity=".3")]
    parts += [_hole(axis, first, last, y, "f-pet s-pe") for first, last in lane.gaps]
    parts += [_hole(axis, first, last, y, "f-sheet s-ink3", dash="3 3") for first, last in lane.unknown]
    parts += [tag("rect", x=axis.x(on) - 1, y=y, width=2, height=18, css="f-s1") for on in lane.handed]
    end = f"tx l12{f' t-{lane.level}' if lane.level else ''}"
    parts.append(tag("text", lane.text, x=axis.right + 8, y=y + 13, css=end))
    return join(parts)


def _box(axis: _Axis, start: date, end: date, y: float, css: str, opacity: str = "") -> SafeString:
    wide = max(axis.x(end) - axis.x(start), 1)
    return tag("rect", x=axis.x(start), y=y, width=wide, height=18, css=css, opacity=opacity or None)


def _hole(axis: _Axis, first: date, last: date, y: float, css: str, dash: str = "") -> SafeString:
    """Days that are not covered: drawn over the lane on a ground of their own, so that no colour alone tells them."""
    left, right = axis.x(first), axis.x(last + timedelta(days=1))
    wide = max(right - left, 1.5)
    ground = tag("rect", x=left, y=y, width=wide, height=18, css="f-sheet")
    box = tag("rect", x=left, y=y + 5, width=wide, height=8, css=css, stroke_dasharray=dash or None)
    return join([ground, box])


def _dates(axis: _Axis, y: float, count: int) -> list[SafeString]:
    span = (axis.end - axis.start).days
    days = [axis.start + timedelta(days=span * place // (count - 1)) for place in range(count)]
    written = formats.month if span > _A_SEASON else formats.short_day
    anchors = ["", *["mid"] * (count - 2), "e"]
    return [tag("text", written(on), x=axis.x(on), y=y, css=css) for on, css in zip(days, anchors, strict=True)]
