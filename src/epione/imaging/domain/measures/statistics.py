"""What the values of a picture, a volume or a region are: mean, spread, extremes, histogram."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from epione.imaging.domain.findings import AREA, DEVIATION, HOUNSFIELD, MAXIMUM, MEAN, MEDIAN, MINIMUM, measure
from epione.inference.domain.contract import Evidence, Finding, Frame

BINS: Final = 64
AIR: Final = -1024.0
"""HU of nothing at all; what a scanner writes below it is padding outside of its field, not tissue."""
MOST_VALUES: Final = 4_000_000
"""Distinct values (of a float format) above which the statistics are not computed."""
METHOD: Final = "arithmetic over pixels"


@dataclass(frozen=True, slots=True)
class Statistics:
    """Statistics of values; `left_out` counts pixels that are padding. `area` in mm2 when the spacing is known."""

    count: int
    mean: float
    deviation: float
    minimum: float
    maximum: float
    median: float
    low: float
    high: float
    left_out: int = 0
    area: float | None = None


def statistics_of(values: NDArray[np.floating], *, left_out: int = 0, area: float | None = None) -> Statistics | None:
    """Statistics of at least one value (`low` and `high` are the 5th and 95th percentiles); None of none.

    The deviation is that of the pixels themselves (divided by their number), as workstations show it.
    """
    flat = np.asarray(values, dtype=np.float64).reshape(-1)
    if not flat.size or not np.isfinite(flat).all():
        return None
    low, median, high = np.percentile(flat, (5, 50, 95))
    return Statistics(
        flat.size, float(flat.mean()), float(flat.std()), float(flat.min()), float(flat.max()), float(median),
        float(low), float(high), left_out, area,
    )  # fmt: skip


def region_statistics(frame: Frame, corners: Sequence[tuple[float, float]]) -> Statistics | None:
    """Statistics inside a polygon of at least three corners, (column, row) in pixels; None when it holds no pixel.

    A pixel is inside when its centre is (even-odd rule).
    """
    pixels = np.asarray(frame.pixels)
    if pixels.ndim != 2 or len(corners) < 3:
        return None
    inside = _inside(pixels.shape, np.asarray(corners, dtype=np.float64))
    spacing = frame.spacing
    area = float(inside.sum()) * spacing[0] * spacing[1] if spacing else None
    return statistics_of(pixels[inside].astype(np.float64), area=area)


def _inside(shape: tuple[int, ...], corners: NDArray[np.float64]) -> NDArray[np.bool_]:
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
    inside = np.zeros(shape, dtype=np.bool_)
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y1 == y2:
            continue
        crosses = (rows < y1) != (rows < y2)
        inside ^= crosses & (columns < (x2 - x1) * (rows - y1) / (y2 - y1) + x1)
    return inside


def value_measures(frames: Sequence[Frame], *, is_ct: bool) -> tuple[tuple[Finding, ...], tuple[Evidence, ...]]:
    """Statistics and histogram over every frame, in HU on CT (padding left out) and in stored values elsewhere."""
    counted = _counted(frames)
    if counted is None:
        return (), ()
    values, counts = counted
    kept = values >= AIR if is_ct else np.ones(values.size, dtype=np.bool_)
    left_out = int(counts[~kept].sum())
    found = _weighted(values[kept], counts[kept], left_out)
    if found is None:
        return (), ()
    unit = HOUNSFIELD if is_ct else "1"
    told = (
        (MEAN, "Moyenne", "Mean", found.mean),
        (DEVIATION, "Écart-type", "Standard deviation", found.deviation),
        (MINIMUM, "Minimum", "Minimum", found.minimum),
        (MAXIMUM, "Maximum", "Maximum", found.maximum),
        (MEDIAN, "Médiane", "Median", found.median),
    )
    bars, edges = np.histogram(values[kept], bins=BINS, weights=counts[kept])
    evidence = (
        Evidence("histogram", tuple(float(one) for one in bars), "{pixels}"),
        Evidence("histogram edges", tuple(round(float(one), 3) for one in edges), unit),
        Evidence("pixels", float(found.count), "{pixels}"),
        Evidence("padding left out", float(found.left_out), "{pixels}"),
        Evidence("5th and 95th percentiles", (round(found.low, 3), round(found.high, 3)), unit),
    )
    return tuple(measure(code, fr, en, value, unit, METHOD) for code, fr, en, value in told), evidence


def _counted(frames: Sequence[Frame]) -> tuple[NDArray[np.float64], NDArray[np.int64]] | None:
    """Distinct values in order and how often each occurs: a volume is never held twice."""
    total: dict[float, int] = {}
    for one in frames:
        values, counts = np.unique(np.asarray(one.pixels), return_counts=True)
        for value, count in zip(values.tolist(), counts.tolist(), strict=True):
            total[value] = total.get(value, 0) + count
        if len(total) > MOST_VALUES:
            return None
    if not total:
        return None
    order = sorted(total)
    return np.array(order, dtype=np.float64), np.array([total[value] for value in order], dtype=np.int64)


def _weighted(values: NDArray[np.float64], counts: NDArray[np.int64], left_out: int) -> Statistics | None:
    if not values.size or not np.isfinite(values).all():
        return None
    pixels = int(counts.sum())
    mean = float((values * counts).sum() / pixels)
    deviation = float(np.sqrt((counts * (values - mean) ** 2).sum() / pixels))
    low, median, high = (_percentile(values, counts, share) for share in (0.05, 0.5, 0.95))
    return Statistics(pixels, mean, deviation, float(values[0]), float(values[-1]), median, low, high, left_out)


def _percentile(values: NDArray[np.float64], counts: NDArray[np.int64], share: float) -> float:
    """As numpy's linear interpolation would find it among the pixels laid out one by one."""
    ends = np.cumsum(counts)
    place = share * (int(ends[-1]) - 1)
    below = values[int(np.searchsorted(ends, int(place), side="right"))]
    above = values[min(int(np.searchsorted(ends, int(place) + 1, side="right")), values.size - 1)]
    return float(below + (above - below) * (place - int(place)))


def region_measures(found: Statistics, unit: str) -> tuple[Finding, ...]:
    """The statistics of a region as measures."""
    area = [measure(AREA, "Aire", "Area", found.area, "mm2", METHOD)] if found.area is not None else []
    return (
        measure(MEAN, "Moyenne", "Mean", found.mean, unit, METHOD),
        measure(DEVIATION, "Écart-type", "Standard deviation", found.deviation, unit, METHOD),
        measure(MINIMUM, "Minimum", "Minimum", found.minimum, unit, METHOD),
        measure(MAXIMUM, "Maximum", "Maximum", found.maximum, unit, METHOD),
        *area,
    )
