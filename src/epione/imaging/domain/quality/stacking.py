"""The geometry of a series: order along the normal, distances, gaps, duplicates, mixed directions.

Positions are projected on the normal of the slices (PS3.3 C.7.6.2.1.1), so that a tilted gantry does not matter.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from epione.imaging.domain.findings import mark, measure, own
from epione.inference.domain.contract import Evidence, Finding, Frame, Measurement, Severity

SAME_DIRECTION: Final = 0.9998
"""Cosine between normals from which two slices count as parallel: about one degree."""
SAME_PLACE: Final = 0.01
"""Millimetres within which two slices stand at the same place."""
GAP: Final = 1.5
"""Times the usual distance from which a slice is missing."""
UNEVEN: Final = 0.1
"""Share of the usual distance by which another may differ."""
METHOD: Final = "positions projected on the slice normal; gap above 1.5 x the median distance"


@dataclass(frozen=True, slots=True)
class Stack:
    """A series along its normal. `distance` is the usual millimetres between slices; None when it cannot be known.

    `gaps` are (position before, missing slices); `repeats` counts slices that stand where another does beyond a
    regular number of passes; `copies` those whose pixels equal another's; `unplaced` those without a position.
    """

    slices: int
    directions: int
    unplaced: int
    distance: float | None
    passes: int
    gaps: tuple[tuple[float, int], ...] = ()
    uneven: int = 0
    repeats: int = 0
    copies: int = 0
    thickness: float | None = None
    numbers_missing: tuple[int, ...] = field(default=())

    @property
    def missing(self) -> int:
        """Slices that lack inside the stack."""
        return sum(count for _place, count in self.gaps)

    @property
    def is_regular(self) -> bool:
        """Whether each slice stands for one distance: volumes may be computed."""
        whole = not (self.gaps or self.uneven or self.repeats or self.copies or self.unplaced)
        return whole and self.directions == 1 and self.passes == 1 and self.distance is not None


def stacked(frames: Sequence[Frame]) -> Stack:
    """The stack that these frames make; the largest group of parallel ones, when there are several directions."""
    placed = [one for one in frames if one.position is not None and one.orientation is not None]
    groups = _directions(placed)
    largest = max(groups, key=len, default=[])
    places = _places(largest)
    distinct, counts = _distinct(places)
    steps = np.diff(distinct)
    distance = float(np.median(steps)) if steps.size else None
    passes = Counter(counts).most_common(1)[0][0] if counts else 1
    return Stack(
        slices=len(frames),
        directions=len(groups),
        unplaced=len(frames) - len(placed),
        distance=distance,
        passes=passes,
        gaps=_gaps(distinct, steps, distance),
        uneven=_uneven(steps, distance),
        repeats=sum(abs(count - passes) for count in counts),
        copies=_copies(frames),
        thickness=largest[0].thickness if largest else None,
        numbers_missing=_numbers_missing(frames),
    )


def _normal(frame: Frame) -> NDArray[np.float64]:
    cosines = np.asarray(frame.orientation, dtype=np.float64)
    normal = np.cross(cosines[:3], cosines[3:])
    length = float(np.linalg.norm(normal))
    return np.asarray(normal / length) if length else normal


def _directions(frames: Sequence[Frame]) -> list[list[Frame]]:
    """Groups of parallel slices."""
    groups: list[tuple[NDArray[np.float64], list[Frame]]] = []
    for one in frames:
        normal = _normal(one)
        found = next((group for axis, group in groups if abs(float(axis @ normal)) >= SAME_DIRECTION), None)
        if found is None:
            groups.append((normal, [one]))
        else:
            found.append(one)
    return [group for _axis, group in groups]


def _places(frames: Sequence[Frame]) -> NDArray[np.float64]:
    """Millimetres along the normal of the first one, in order."""
    if not frames:
        return np.zeros(0)
    normal = _normal(frames[0])
    return np.sort(np.array([float(np.asarray(one.position) @ normal) for one in frames]))


def _distinct(places: NDArray[np.float64]) -> tuple[NDArray[np.float64], list[int]]:
    """Places apart from each other, and how many slices stand at each."""
    if not places.size:
        return places, []
    starts = np.concatenate(([0], np.flatnonzero(np.diff(places) > SAME_PLACE) + 1))
    counts = np.diff(np.concatenate((starts, [places.size])))
    return places[starts], [int(one) for one in counts]


def _gaps(
    places: NDArray[np.float64], steps: NDArray[np.float64], distance: float | None
) -> tuple[tuple[float, int], ...]:
    if not distance or steps.size < 2:
        return ()
    return tuple(
        (round(float(places[at]), 3), max(1, round(float(steps[at]) / distance) - 1))
        for at in np.flatnonzero(steps > GAP * distance)
    )


def _uneven(steps: NDArray[np.float64], distance: float | None) -> int:
    """Distances that are neither the usual one nor a gap."""
    if not distance:
        return 0
    off = np.abs(steps - distance) > max(UNEVEN * distance, SAME_PLACE)
    return int((off & (steps <= GAP * distance)).sum())


def _copies(frames: Sequence[Frame]) -> int:
    """Frames whose pixels equal those of an earlier one; a picture of one single value is none."""
    seen = Counter(
        hashlib.sha256(np.ascontiguousarray(one.pixels).tobytes()).digest()
        for one in frames
        if np.asarray(one.pixels).size and np.ptp(one.pixels) > 0
    )
    return sum(count - 1 for count in seen.values())


def _numbers_missing(frames: Sequence[Frame]) -> tuple[int, ...]:
    """Instance numbers that lack between the first and the last, at most 100 of them."""
    known = {one.instance_number for one in frames if one.instance_number is not None}
    if len(known) < 2 or max(known) - min(known) > 100_000:
        return ()
    return tuple(sorted(set(range(min(known), max(known))) - known)[:100])


def stack_marks(stack: Stack) -> tuple[tuple[Finding, ...], tuple[Evidence, ...]]:
    """What is worth knowing of a stack of two slices or more, and the numbers behind it."""
    found: list[Finding] = []
    if stack.distance is not None:
        spacing = own("slice-distance", "Distance between slices")
        found.append(measure(spacing, "Distance entre coupes", "Distance between slices", stack.distance, "mm", METHOD))
    for count, code, fr, en, severity in _told(stack):
        if count:
            measured = Measurement(float(count), "{slices}")
            found.append(mark(own(code, en), fr, en, METHOD, measured, severity))
    found += _gap_to_thickness(stack)
    evidence = [Evidence("slices", float(stack.slices), "{slices}"), Evidence("directions", float(stack.directions))]
    evidence += [Evidence("gap after position", place, "mm") for place, _count in stack.gaps[:50]]
    if stack.numbers_missing:
        evidence.append(Evidence("instance numbers absent", tuple(float(one) for one in stack.numbers_missing)))
    if stack.passes > 1:
        evidence.append(Evidence("passes over the same places", float(stack.passes)))
    return tuple(found), tuple(evidence)


def _told(stack: Stack) -> tuple[tuple[int, str, str, str, Severity], ...]:
    mixed = stack.directions if stack.directions > 1 else 0
    return (
        (stack.missing, "missing-slices", "Coupes manquantes", "Missing slices", Severity.SEVERE),
        (stack.uneven, "uneven-distances", "Distances inégales entre coupes", "Uneven distances", Severity.MODERATE),
        (stack.repeats, "repeated-positions", "Coupes à la même position", "Slices at one place", Severity.MODERATE),
        (stack.copies, "duplicate-slices", "Coupes identiques", "Identical slices", Severity.MODERATE),
        (mixed, "mixed-directions", "Orientations différentes", "Different orientations", Severity.MILD),
        (stack.unplaced, "unknown-positions", "Coupes sans position", "Slices without position", Severity.MILD),
    )


def _gap_to_thickness(stack: Stack) -> list[Finding]:
    """Tissue between thin slices that lie apart is not in the images."""
    if stack.distance is None or stack.thickness is None or stack.distance <= stack.thickness * (1 + UNEVEN):
        return []
    apart = Measurement(round(stack.distance - stack.thickness, 3), "mm")
    code = own("unseen-between-slices", "Unseen distance between slices")
    fr, en = "Distance non explorée entre deux coupes", "Distance between two slices that no slice shows"
    return [mark(code, fr, en, METHOD, apart)]
