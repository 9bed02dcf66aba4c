"""Calibration: what was announced against what came true, with its uncertainty."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from epione.kernel.kit import formats

from .svg import drawing, polyline, tag


@dataclass(frozen=True, slots=True)
class Bin:
    """One group of answers: announced share, observed share, and the bounds of the observed one."""

    announced: float
    observed: float
    low: float
    high: float


def calibration(bins: Sequence[Bin], label: str, width: int = 260) -> SafeString:
    """Points with whiskers against the diagonal of perfect honesty."""
    side = width - 44

    def x(share: float) -> float:
        return 40 + side * share

    def y(share: float) -> float:
        return 8 + side * (1 - share)

    parts = [tag("line", x1=x(0), y1=y(0), x2=x(1), y2=y(1), css="s-rule2", stroke_dasharray="3 3")]
    for share, anchor in ((0.0, ""), (0.5, "mid"), (1.0, "e")):
        text = formats.measure(round(share * 100), "%")
        parts.append(tag("text", text, x=34, y=y(share) + 4, css="e"))
        parts.append(tag("text", text, x=x(share), y=side + 24, css=anchor))
    parts += [tag("line", x1=x(b.announced), x2=x(b.announced), y1=y(b.low), y2=y(b.high), css="s-s1") for b in bins]
    parts.append(
        tag("path", d=polyline([(x(b.announced), y(b.observed)) for b in bins]) if bins else "", css="nof s-s1")
    )
    parts += [
        tag("circle", cx=x(b.announced), cy=y(b.observed), r=3, css="f-sheet s-s1", stroke_width=1.6) for b in bins
    ]
    return drawing(width, side + 30, label, parts, css="chart sm")
