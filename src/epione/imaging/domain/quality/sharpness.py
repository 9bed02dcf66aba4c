"""Blur and ghosts, by simple heuristics that say so: a number, and a mark where a slice differs from its neighbours.

Blur: variance of the Laplacian (Pech-Pacheco et al., ICPR 2000) over the variance of the picture, so that contrast
does not matter. What is sharp depends on anatomy, so a slice is only compared with its own series.
Ghosts: the ratio that the ACR uses on its MRI phantom, from strips at the four borders; on a patient a heuristic.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from epione.imaging.domain.findings import mark, own
from epione.inference.domain.contract import Evidence, Finding, Frame, Location, Measurement, Severity

LEAST_SLICES: Final = 8
OUTLIER: Final = 3.5
"""Modified z-score from which a value stands apart (Iglewicz and Hoaglin, 1993)."""
GHOSTING: Final = 2.5
"""Per cent of ghost signal that the ACR allows on its phantom (ACR MRI Quality Control Manual)."""
STRIP: Final = 0.04
"""Share of the picture that a strip at its border takes."""
BLUR: Final = "variance of the Laplacian over the variance of the picture, modified z-score below -3.5 in its series"
GHOST: Final = "signal of the border strips along one axis minus along the other, over the signal of the object"


def sharpness(frame: Frame) -> float | None:
    """Variance of the 4-neighbour Laplacian over the variance of the picture; None of a flat or tiny picture."""
    values = np.asarray(frame.pixels, dtype=np.float64)
    if values.ndim == 3:
        values = values.mean(axis=2)
    spread = float(values.var()) if values.size else 0.0
    if min(values.shape) < 3 or spread == 0:
        return None
    inner = values[1:-1, 1:-1]
    laplacian = values[:-2, 1:-1] + values[2:, 1:-1] + values[1:-1, :-2] + values[1:-1, 2:] - 4 * inner
    return float(laplacian.var()) / spread


def blur_marks(frames: Sequence[Frame]) -> tuple[tuple[Finding, ...], tuple[Evidence, ...]]:
    """Slices that are far less sharp than the others of their series (eight or more), and the sharpness of each."""
    scores = [(one, score) for one in frames if (score := sharpness(one)) is not None]
    if not scores:
        return (), ()
    values = np.log(np.maximum(np.array([score for _one, score in scores]), 1e-12))
    evidence = (Evidence("sharpness", tuple(round(score, 6) for _one, score in scores[:4096])),)
    if len(scores) < LEAST_SLICES:
        return (), evidence
    middle = float(np.median(values))
    spread = float(np.median(np.abs(values - middle)))
    apart = 0.6745 * (values - middle) / max(spread, 0.02)
    code = own("less-sharp", "Less sharp than its series")
    fr, en = "Moins nette que le reste de la série (flou ou mouvement possible)", "Less sharp than its series"
    found = [
        mark(code, fr, en, BLUR, Measurement(round(score, 6), "1"), Severity.MILD, _where(one))
        for (one, score), distance in zip(scores, apart, strict=True)
        if distance < -OUTLIER
    ]
    return tuple(found[:50]), evidence


def _where(frame: Frame) -> Location:
    return Location(image=frame.image, frame=frame.number)


def ghost_ratio(frame: Frame) -> float | None:
    """Per cent of ghosting; None when the strips at the border are not background."""
    values = np.asarray(frame.pixels, dtype=np.float64)
    if values.ndim != 2 or min(values.shape) < 64 or values.max() <= 0:
        return None
    deep = max(2, round(STRIP * min(values.shape)))
    inset = [size // 4 for size in values.shape]
    rows, columns = slice(inset[0], -inset[0]), slice(inset[1], -inset[1])
    signal = float(values[rows, columns].mean())
    top, bottom = values[:deep, columns], values[-deep:, columns]
    left, right = values[rows, :deep], values[rows, -deep:]
    means = [float(strip.mean()) for strip in (top, bottom, left, right)]
    if signal <= 0 or max(means) > signal / 4 or _touched(values, signal, deep):
        return None
    return 100 * abs((means[0] + means[1]) - (means[2] + means[3])) / (2 * signal)


def _touched(values: NDArray[np.float64], signal: float, deep: int) -> bool:
    """Whether something as bright as the object reaches the border: then its strips are no background."""
    border = np.concatenate(
        [values[:deep].ravel(), values[-deep:].ravel(), values[:, :deep].ravel(), values[:, -deep:].ravel()]
    )
    return float(np.mean(border > signal / 2)) > 0.02  # fmt: skip


def ghost_marks(frames: Sequence[Frame]) -> tuple[Finding, ...]:
    """The worst slice of an MR series whose ghosting passes the ACR's limit."""
    ratios = [(ratio, one) for one in frames if (ratio := ghost_ratio(one)) is not None]
    worst, where = max(ratios, key=lambda pair: pair[0], default=(0.0, None))
    if where is None or worst <= GHOSTING:
        return ()
    code = own("ghosting", "Signal beside the object")
    fr = "Signal fantôme à côté de l’objet (mouvement ou flux possibles)"
    en = "Ghost signal beside the object (motion or flow possible)"
    return (mark(code, fr, en, GHOST, Measurement(round(worst, 2), "%"), Severity.MILD, _where(where)),)
