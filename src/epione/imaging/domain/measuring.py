"""Measures on a frame: points in pixels (x to the right, y down, from the corner of the first pixel) to lengths."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]
POINTS = {"length": 2, "angle": 3, "ellipse": 2}
"""Kinds of measure and how many points each needs; an ellipse is given by two opposite corners of its box."""


class BadMeasure(ValueError):
    """The points do not make such a measure."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured: a value with its UCUM unit ("mm", "[px]" when the scale is unknown, "deg", "mm2")."""

    value: float
    unit: str


def measured(kind: str, points: Sequence[Point], spacing: tuple[float, float] | None) -> Measured:
    """Length, angle (at the second point) or area of an ellipse; without spacing lengths are in pixels and say so."""
    if POINTS.get(kind) != len(points) or not all(math.isfinite(value) for point in points for value in point):
        raise BadMeasure(kind)
    down, across = spacing or (1.0, 1.0)
    placed = [(x * across, y * down) for x, y in points]
    if kind == "length":
        return Measured(_rounded(math.dist(*placed)), "mm" if spacing else "[px]")
    if kind == "angle":
        return Measured(_rounded(_angle(*placed)), "deg")
    (left, top), (right, bottom) = placed
    area = math.pi * abs(right - left) * abs(bottom - top) / 4
    return Measured(_rounded(area), "mm2" if spacing else "[px]2")


def _angle(first: Point, corner: Point, last: Point) -> float:
    one, other = math.dist(first, corner), math.dist(last, corner)
    if not one or not other:
        raise BadMeasure("angle")
    product = sum((a - c) * (b - c) for a, b, c in zip(first, last, corner, strict=True))
    return math.degrees(math.acos(max(-1.0, min(1.0, product / (one * other)))))


def _rounded(value: float) -> float:
    """One tenth is what a person can point at; more would promise too much."""
    return round(value, 1)
