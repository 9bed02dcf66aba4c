"""An invented thorax in Hounsfield units: shapes, ribs, branching vessels and a nodule, on any grid.

Coordinates are millimetres of the patient as DICOM has them (PS3.3 C.7.6.2.1.1): x to her left, y to her back, z to
her head; the origin is in the middle of the chest.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Volume = npt.NDArray[np.float32]
Cells = npt.NDArray[np.float64]
Point = tuple[float, float, float]

AIR, FAT, MUSCLE, BLOOD, LUNG, LIVER = -1000.0, -100.0, 52.0, 40.0, -865.0, 58.0
NODULE_AT: Point = (-88.0, 40.0, -30.0)


@dataclass(frozen=True, slots=True)
class Grid:
    """Where voxels lie: their size (x, y, z) in mm, how many there are, and the middle of the first one."""

    step: Point
    count: tuple[int, int, int]
    first: Point

    def axis(self, which: int) -> npt.NDArray[np.float32]:
        """Places of the voxels along one axis, in mm."""
        return np.arange(self.count[which], dtype=np.float32) * self.step[which] + np.float32(self.first[which])


def centred(step: Point, count: tuple[int, int, int], at: Point = (0, 0, 0)) -> Grid:
    """A grid whose middle is at a place."""
    first = [at[axis] - (count[axis] - 1) * step[axis] / 2 for axis in range(3)]
    return Grid(step, count, (first[0], first[1], first[2]))


@dataclass(slots=True)
class Body:
    """Voxels (z, y, x) in Hounsfield units that shapes are blended into, with soft edges of one voxel."""

    grid: Grid
    hu: Volume = field(init=False)

    def __post_init__(self) -> None:
        columns, rows, slices = self.grid.count
        self.hu = np.full((slices, rows, columns), AIR, dtype=np.float32)

    def _box(self, at: Point, reach: Point) -> tuple[slice, ...]:
        """The voxels around a place."""
        found = []
        for axis in range(3):
            step, first, count = self.grid.step[axis], self.grid.first[axis], self.grid.count[axis]
            low = int((at[axis] - reach[axis] - first) // step)
            high = int((at[axis] + reach[axis] - first) // step) + 2
            found.append(slice(max(low, 0), min(max(high, 0), count)))
        return tuple(found)

    def ellipsoid(self, at: Point, radii: Point, value: float) -> None:
        """Blend an ellipsoid in; a radius of infinity makes a cylinder."""
        edge = max(self.grid.step[0], 0.8)
        box = self._box(at, (radii[0] + 2 * edge, radii[1] + 2 * edge, min(radii[2], 1e4) + 2 * edge))
        x, y, z = (
            ((self.grid.axis(axis)[box[axis]] - at[axis]) / np.float32(min(radii[axis], 1e4))) ** 2 for axis in range(3)
        )
        far = np.sqrt(z[:, None, None] + y[None, :, None] + x[None, None, :])
        inside = np.clip((1 - far) * np.float32(min(radii) / edge) + 0.5, 0, 1)
        place = (box[2], box[1], box[0])
        self.hu[place] += inside * (np.float32(value) - self.hu[place])

    def tubes(self, balls: Cells, value: float, *, within: Volume | None = None) -> None:
        """Blend in chains of balls, rows of (x, y, z, radius), as one shape: where they overlap nothing is added."""
        filled = np.zeros_like(self.hu)
        step = np.array(self.grid.step)
        for low, high in pairwise((0.0, 0.8, 1.6, 3.2, 6.4, 12.8)):
            mine = balls[(balls[:, 3] > low) & (balls[:, 3] <= high)]
            if len(mine):
                self._fill(filled, mine, np.ceil((mine[:, 3].max() + 0.6 * step) / step).astype(int))
        if within is not None:
            filled *= within
        self.hu += filled * (np.float32(value) - self.hu)

    def _fill(self, filled: Volume, balls: Cells, reach: npt.NDArray[np.int_]) -> None:
        """How much of the voxels around each ball it fills."""
        step, first = np.array(self.grid.step), np.array(self.grid.first)
        near = np.rint((balls[:, :3] - first) / step).astype(np.intp)
        around = np.indices(tuple(int(one) for one in 2 * reach + 1)).reshape(3, -1).T - reach
        cells = near[:, None, :] + around[None]
        apart = (cells * step + first - balls[:, None, :3]) / np.maximum(1, step * 0.55 / balls[:, None, 3:])
        inside = np.clip((balls[:, None, 3] - np.sqrt((apart**2).sum(axis=2))) / max(step[0], 0.8) + 0.5, 0, 1)
        held = ((cells >= 0) & (cells < self.grid.count)).all(axis=2) & (inside > 0)
        x, y, z = cells[held].T
        np.maximum.at(filled, (z, y, x), inside[held].astype(np.float32))


def thorax(grid: Grid, *, seed: int = 7, build: float = 1.0) -> Volume:
    """A chest on a grid; `build` widens its wall, `seed` grows other vessels."""
    body = Body(grid)
    random = np.random.default_rng(seed)
    body.ellipsoid((0, 0, 0), (160 * build, 115 * build, np.inf), FAT)
    body.ellipsoid((0, 0, 0), (148 * build, 103 * build, np.inf), MUSCLE)
    lungs = _lungs(body, random)
    _abdomen(body)
    _bones(body, build)
    _mediastinum(body)
    lungs *= body.hu < -500
    body.tubes(np.concatenate([*_branches(random, -1), *_branches(random, 1)]), BLOOD, within=lungs)
    return body.hu


def with_nodule(hu: Volume, grid: Grid, diameter: float) -> Volume:
    """The same chest with a solid nodule of the right lower lobe, `diameter` mm wide, and its short spicules."""
    body = Body(grid)
    body.hu = hu.copy()
    radius = diameter / 2
    along = np.linspace(0.7, 1.55, 9)[:, None]
    for turn in np.arange(7) * 2 * np.pi / 7 + 0.4:
        way = np.array((np.cos(turn), np.sin(turn), 0.12)) * radius
        body.tubes(_balls(np.array(NODULE_AT) + along * way, np.linspace(0.9, 0.35, 9)), -330.0)
    body.ellipsoid(NODULE_AT, (radius, radius * 0.93, radius), 38.0)
    return body.hu


def _balls(path: Cells, radii: Cells | float) -> Cells:
    return np.concatenate([path, np.broadcast_to(np.reshape(radii, (-1, 1)), (len(path), 1))], axis=1)


def _lungs(body: Body, random: np.random.Generator) -> Volume:
    """Both lungs, narrower towards their tops and their domes; answers where they are."""
    x, y, z = (body.grid.axis(axis) for axis in range(3))
    found = np.zeros_like(body.hu)
    for side in (-1, 1):
        height = np.clip((z + 112) / 232, 0, 1)
        width = 56 * np.clip(np.sin(np.pi * (0.10 + 0.895 * height)), 0, 1) ** 0.42
        far = np.sqrt(
            ((x[None, None, :] - side * (70 - 16 * height[:, None, None] ** 2)) / np.maximum(width, 1)[:, None, None])
            ** 2
            + ((y[None, :, None] - 6) / np.maximum(width * 1.47, 1)[:, None, None]) ** 2
        )
        inside = np.clip((1 - far) * 40 + 0.5, 0, 1)
        inside[(z < -112) | (z > 120)] = 0
        np.maximum(found, inside, out=found)
    cloud = _smooth(random.standard_normal(body.hu.shape).astype(np.float32), 3) * 90
    tissue = LUNG + cloud + 0.45 * (y[None, :, None] - 10)
    body.hu += found * (tissue - body.hu)
    return found


def _abdomen(body: Body) -> None:
    """Liver and spleen under the domes of the diaphragm, a bubble of air in the stomach."""
    body.ellipsoid((-58, -4, -128), (82, 88, 66), LIVER)
    body.ellipsoid((74, 10, -134), (66, 80, 62), MUSCLE)
    body.ellipsoid((60, -34, -120), (26, 20, 20), AIR)


def _mediastinum(body: Body) -> None:
    """Heart, great vessels, windpipe and main bronchi."""
    wall = [
        ((0, 8, 10), (30, 58, 130), MUSCLE), ((0, -30, 60), (27, 34, 60), -40.0), ((20, -26, -52), (62, 50, 58), BLOOD),
        ((4, -38, -8), (44, 36, 40), BLOOD), ((-14, -18, 28), (16, 16, 36), BLOOD), ((4, -4, 58), (36, 16, 13), BLOOD),
        ((26, 46, -40), (13, 13, 96), BLOOD), ((-4, -14, 16), (32, 14, 12), BLOOD),
        ((-24, -12, 50), (9, 10, 44), BLOOD), ((10, 40, 20), (7, 6, 120), 30.0),
    ]  # fmt: skip
    for at, radii, value in wall:
        body.ellipsoid(at, radii, value)
    body.ellipsoid((0, 18, 100), (10.5, 11, 76), 20.0)
    body.ellipsoid((0, 18, 100), (8.5, 9, 74), -985.0)
    along = np.linspace(0, 1, 26)[:, None]
    for end in ((-58.0, 26.0, -16.0), (62.0, 28.0, -10.0)):
        path = np.array((0.0, 18.0, 30.0)) + along * (np.array(end) - np.array((0.0, 18.0, 30.0)))
        body.tubes(_balls(path, 7.5 - 3.2 * along[:, 0]), 20.0)
        body.tubes(_balls(path, 5.6 - 2.8 * along[:, 0]), -970.0)


def _bones(body: Body, build: float) -> None:
    """Spine, sternum, ribs that fall towards the front, clavicles, shoulder blades."""
    for at, radii, value in (
        ((0, 74, 0), (19, 16, np.inf), 560.0), ((0, 74, 0), (16.5, 13.5, np.inf), 190.0),
        ((0, 100, 0), (13, 9, np.inf), 480.0), ((0, 97, 0), (8.5, 8, np.inf), 32.0),
        ((0, 114, 0), (4, 9, np.inf), 420.0), ((0, -99, 20), (21, 7, 88), 420.0),
        ((0, -99, 20), (18, 4.5, 86), 140.0),
    ):  # fmt: skip
        body.ellipsoid(at, radii, value)
    paths = []
    for rib in range(11):
        turn = np.linspace(0, 1 if rib < 8 else 1.25 - 0.09 * rib, 72)
        angle = np.pi / 2 - turn * np.pi * 0.86
        wide = (10 + 128 * build * (1 - 0.035 * max(2 - rib, 0) ** 2) * np.cos(angle), 92 * build * np.sin(angle))
        fall = 122 - 26 * rib - (42 + 3 * rib) * turn
        paths += [np.stack([side * wide[0], wide[1], fall], axis=1) for side in (-1, 1)]
    ribs = np.concatenate(paths)
    body.tubes(_balls(ribs, 5.2), 430.0)
    body.tubes(_balls(ribs, 3.0), 210.0)
    along = np.linspace(0, 1, 60)[:, None]
    for side in (-1, 1):
        collar = np.array((side * 22.0, -84.0, 106.0)) + along * np.array((side * 118.0, 34.0, 22.0))
        blade = np.array((side * 92.0, 90.0, 118.0)) + along * np.array((side * 22.0, -4.0, -96.0))
        body.tubes(_balls(np.concatenate([collar, blade]), 5.0), 440.0)


def _branches(random: np.random.Generator, side: int) -> Iterator[Cells]:
    """Vessels of a lung, from its root outwards, each thinner than the one that it leaves."""
    waiting = []
    for _each in range(13):
        way = np.array((side * random.uniform(0.35, 1), random.normal(0.15, 0.75), random.normal(-0.1, 0.85)))
        waiting.append((np.array((side * 26.0, 4.0, 2.0)), way / np.linalg.norm(way), random.uniform(3.0, 4.6), 0))
    while waiting:
        at, way, radius, depth = waiting.pop()
        length = random.uniform(15, 27) * 0.93**depth
        along = np.linspace(0, 1, max(int(length / 1.3), 4))[:, None]
        bend = random.normal(0, 0.12, 3)
        path = at + along * length * way + along**2 * length * bend
        yield _balls(path, np.linspace(radius, radius * 0.78, len(along)))
        if depth < 5 and radius > 0.75:
            for _each in range(2):
                turned = way + bend + random.normal(0, 0.42, 3)
                waiting.append(
                    (path[-1], turned / np.linalg.norm(turned), radius * random.uniform(0.6, 0.8), depth + 1)
                )


def _smooth(cells: Volume, width: int) -> Volume:
    """The mean of neighbours along rows and columns."""
    for axis in (1, 2):
        cells = sum(np.roll(cells, shift, axis) for shift in range(-(width // 2), width // 2 + 1)) / width  # type: ignore[assignment]
    return cells


def scanned(hu: Volume, grid: Grid, *, noise: float, seed: int) -> Volume:
    """What a scanner makes of it: the table under the back, grain as a reconstruction leaves it."""
    x, y = grid.axis(0), grid.axis(1)
    bed = np.abs(y[:, None] - (131 - (x[None, :] / 46) ** 2)) < 2.4
    bed &= np.abs(x[None, :]) < 150
    hu = np.where(bed[None] & (hu < -700), np.float32(-120), hu)
    grain = np.random.default_rng(seed).standard_normal(hu.shape, dtype=np.float32)
    return np.asarray(hu + noise * 1.7 * _smooth(grain, 3), dtype=np.float32)


def projected(hu: Volume, step: float) -> npt.NDArray[np.float32]:
    """The radiograph from behind of a body, head up, 0 (black) to 1 (white); `step` is the depth of a voxel in mm."""
    attenuation = np.clip((hu + 1000) / 1000, 0, None)
    attenuation = np.where(hu > 150, attenuation * 1.9, attenuation)
    through = attenuation.sum(axis=1)[::-1] * step
    shade = 1 - np.exp(-0.0145 * through)
    low, high = np.percentile(shade[:, shade.shape[1] // 6 : -shade.shape[1] // 6], (1, 99.7))
    return np.asarray(np.clip((shade - low) / (high - low), 0, 1), dtype=np.float32)
