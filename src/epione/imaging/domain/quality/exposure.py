"""Values that the pixel format could not hold, and how much of the range an exposure uses."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from epione.imaging.domain.findings import mark, measure, own
from epione.inference.domain.contract import Finding, Frame, Location, Measurement, Severity

CLIPPED: Final = 1.0
"""Per cent of pixels at an end of the range from which it is said."""
METHOD: Final = "share of pixels at the end of the range that the pixel format can hold"
USED: Final = (
    "0.5th to 99.5th percentile over the range of the pixel format; not the exposure index of IEC 62494-1, "
    "which the detector alone knows"
)


def clipping_marks(frame: Frame, *, is_ct: bool) -> tuple[Finding, ...]:
    """Ends of the range where more than 1 % of the pixels stand; on CT the lower end is padding, and left out."""
    if frame.stored_range is None or not np.asarray(frame.pixels).size:
        return ()
    pixels = np.asarray(frame.pixels)
    low, high = (100 * float((pixels == end).mean()) for end in frame.stored_range)
    ends = [(high, "clipped-high", "Valeurs écrêtées en haut", "Values clipped at the top")]
    if not is_ct:
        ends.append((low, "clipped-low", "Valeurs écrêtées en bas", "Values clipped at the bottom"))
    where = Location(image=frame.image, frame=frame.number)
    return tuple(
        mark(own(code, en), fr, en, METHOD, Measurement(round(share, 2), "%"), _grade(share), where)
        for share, code, fr, en in ends
        if share > CLIPPED
    )


def _grade(share: float) -> Severity:
    return Severity.MODERATE if share > 10 else Severity.MILD


def range_measures(frames: Sequence[Frame]) -> tuple[Finding, ...]:
    """Per cent of the range that a radiograph uses, for the first frame whose range is known."""
    for frame in frames:
        if frame.stored_range is None:
            continue
        span = frame.stored_range[1] - frame.stored_range[0]
        low, high = np.percentile(np.asarray(frame.pixels, dtype=np.float64), (0.5, 99.5))
        used = min(100.0, 100 * float(high - low) / span) if span > 0 else 0.0
        code = own("range-used", "Share of the range used")
        return (measure(code, "Part de la dynamique utilisée", "Share of the range that is used", used, "%", USED),)
    return ()
