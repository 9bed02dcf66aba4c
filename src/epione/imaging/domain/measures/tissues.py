"""Volumes of what attenuates like air, fat, soft tissue or bone on CT, by thresholds of Hounsfield units.

Ranges: fat -190 to -30 and lean soft tissue -29 to 150 (Mitsiopoulos et al., J Appl Physiol 1998); bone-like from 300,
air-like below -400, by convention. Metal and contrast count as bone-like; partial volume at borders falls in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from epione.imaging.domain.findings import measure, own
from epione.imaging.domain.quality.stacking import Stack
from epione.inference.domain.contract import Finding, Frame

AIR_BELOW: Final = -400
RANGES: Final = {"fat": (-190, -30), "soft": (-29, 150), "bone": (300, 32_767)}
METHOD: Final = "thresholds in HU, voxels x voxel volume; air connected to the border of a slice is outside of the body"
WORDS: Final = {
    "air": ("Volume d’air dans le corps (< −400 UH)", "Volume of air inside the body (< -400 HU)"),
    "fat": ("Volume d’atténuation graisseuse (−190 à −30 UH)", "Volume that attenuates as fat (-190 to -30 HU)"),
    "soft": ("Volume d’atténuation tissulaire (−29 à 150 UH)", "Volume that attenuates as soft tissue (-29 to 150 HU)"),
    "bone": ("Volume d’atténuation osseuse (≥ 300 UH)", "Volume that attenuates as bone (>= 300 HU)"),
}


@dataclass(frozen=True, slots=True)
class TissueVolumes:
    """Millilitres of each range, and of one voxel."""

    air: float
    fat: float
    soft: float
    bone: float
    voxel: float


def tissue_volumes(frames: Sequence[Frame], stack: Stack) -> TissueVolumes | None:
    """Volumes of a regular stack of CT slices; None when its geometry does not allow to know them.

    A slice stands for the distance between slices, so a stack with gaps, duplicates or mixed directions has no volume.
    """
    spacing = frames[0].spacing if frames else None
    if spacing is None or stack.distance is None or not stack.is_regular:
        return None
    if len({np.asarray(one.pixels).shape for one in frames} | {one.spacing for one in frames}) != 2:
        return None
    voxel = spacing[0] * spacing[1] * stack.distance / 1000
    counts = np.zeros(len(WORDS), dtype=np.int64)
    for one in frames:
        counts += masks_of(one).sum(axis=(0, 1), dtype=np.int64)
    air, fat, soft, bone = (float(count) * voxel for count in counts)
    return TissueVolumes(air, fat, soft, bone, voxel)


def masks_of(frame: Frame) -> NDArray[np.uint8]:
    """1 where a pixel is in a range, rows x columns x ranges in the order of `WORDS`; air only inside of the body."""
    values = np.asarray(frame.pixels)
    air = values < AIR_BELOW
    inside = [air & ~reached_from_border(air)]
    ranges = [(values >= low) & (values <= high) for low, high in RANGES.values()]
    return np.stack([*inside, *ranges], axis=-1).astype(np.uint8)


def reached_from_border(open_: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The open pixels that are connected (by sides) to the border of the picture through open pixels."""
    reached = np.zeros_like(open_)
    for edge in (np.s_[0, :], np.s_[-1, :], np.s_[:, 0], np.s_[:, -1]):
        reached[edge] = open_[edge]
    runs = [_runs(open_, axis) for axis in (0, 1)]
    before = -1
    while before != (now := int(np.count_nonzero(reached))):
        before = now
        for run in runs:
            touched = np.zeros(int(run.max()) + 1, dtype=np.bool_)
            touched[run[reached]] = True
            reached = open_ & touched[run]
    return reached


def _runs(open_: NDArray[np.bool_], axis: int) -> NDArray[np.int64]:
    """A number for each run of open pixels along an axis; a wall, and the start of a line, begins a new one."""
    lines = np.moveaxis(open_, axis, -1)
    begins = ~lines
    begins[:, 0] = True
    numbers: NDArray[np.int64] = np.cumsum(begins.ravel(), dtype=np.int64).reshape(lines.shape)
    return np.moveaxis(numbers, -1, axis)


def tissue_measures(found: TissueVolumes) -> tuple[Finding, ...]:
    """The volumes as measures in millilitres."""
    return tuple(
        measure(own(f"volume-{name}", en), fr, en, getattr(found, name), "mL", METHOD)
        for name, (fr, en) in WORDS.items()
    )
