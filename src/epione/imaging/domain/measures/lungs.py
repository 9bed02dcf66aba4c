"""How alike the two dark fields of a chest radiograph are, in size and in darkness: a measurement, not a diagnosis."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from epione.imaging.domain.findings import measure, own
from epione.inference.domain.contract import Finding, Frame
from epione.inference.domain.preprocessing import resized

from .tissues import reached_from_border

SIZE: Final = 256
LEAST: Final = 0.02
"""Share of the picture that each field must cover at least; less is no lung field."""
METHOD: Final = (
    "Otsu threshold on the darker side, without what touches the border, halves of the picture; "
    "depends on rotation, collimation and devices"
)


@dataclass(frozen=True, slots=True)
class Fields:
    """Shares of the picture (0 to 1) that the two dark fields cover, and their mean brightness (0 to 1)."""

    left_area: float
    right_area: float
    left_mean: float
    right_mean: float

    @property
    def area_symmetry(self) -> float:
        """Smaller over larger area, per cent: 100 when equal."""
        return 100 * min(self.left_area, self.right_area) / max(self.left_area, self.right_area)

    @property
    def brightness_difference(self) -> float:
        """Left minus right, in per cent of the full range."""
        return 100 * (self.left_mean - self.right_mean)


def dark_fields(frame: Frame) -> Fields | None:
    """The fields; None when there are not two of a size that could be lungs."""
    pixels = np.asarray(frame.pixels, dtype=np.float32)
    if pixels.ndim != 2 or min(pixels.shape) < SIZE // 4 or not np.isfinite(pixels).all():
        return None
    small = resized(pixels, SIZE, SIZE)
    low, high = np.percentile(small, (0.5, 99.5))
    if not high > low:
        return None
    shown = np.clip((small - low) / (high - low), 0, 1)
    bright = 1 - shown if frame.photometric == "MONOCHROME1" else shown
    dark = bright < _otsu(bright)
    inside = dark & ~reached_from_border(dark)
    halves = (inside[:, : SIZE // 2], inside[:, SIZE // 2 :])
    areas = [float(half.sum()) / SIZE**2 for half in halves]
    if min(areas) < LEAST:
        return None
    left, right = bright[:, : SIZE // 2][halves[0]], bright[:, SIZE // 2 :][halves[1]]
    return Fields(areas[0], areas[1], float(left.mean()), float(right.mean()))


def _otsu(values: NDArray[np.float32]) -> float:
    """The threshold that separates two groups best (Otsu, IEEE Trans SMC 1979), on 256 levels of 0..1."""
    counts, edges = np.histogram(values, bins=256, range=(0, 1))
    weights = counts / counts.sum()
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(weights)
    means = np.cumsum(weights * middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (means[-1] * below - means) ** 2 / (below * (1 - below))
    return float(edges[int(np.nanargmax(between)) + 1])


def lung_symmetry(frame: Frame) -> tuple[Finding, ...]:
    """Measures of the two fields, named by their side of the picture; nothing when they are not found."""
    found = dark_fields(frame)
    if found is None:
        return ()
    return (
        measure(
            own("lung-field-area-symmetry", "Ratio of the areas of the two dark fields"),
            "Rapport des aires des deux champs sombres (plus petit / plus grand)",
            "Ratio of the areas of the two dark fields (smaller / larger)",
            found.area_symmetry,
            "%",
            METHOD,
        ),
        measure(
            own("lung-field-brightness-difference", "Difference of brightness of the two dark fields"),
            "Différence de clarté, gauche moins droite de l’image (centièmes de la dynamique)",
            "Difference of brightness, left minus right of the picture (hundredths of the range)",
            found.brightness_difference,
            "1",
            METHOD,
        ),
    )
