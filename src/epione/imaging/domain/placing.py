"""Where each frame lies in the patient, from a de-identified header (DICOM JSON): PS3.3 C.7.6.2 and C.7.6.16."""

from collections.abc import Mapping
from typing import Any, Final

POSITION: Final = ("00209113", "00200032")
ORIENTATION: Final = ("00209116", "00200037")
PER_FRAME: Final = "52009230"
SHARED: Final = "52009229"

Place = tuple[float, float, float]
Header = Mapping[str, Any]


def position_of(header: Header, number: int) -> tuple[Place | None, tuple[float, ...] | None]:
    """Position of the first pixel in mm and the six direction cosines of a frame; None where nothing states them.

    A plain object states them for its one frame; an enhanced one for each frame, or for all.
    """
    groups = _items(header, PER_FRAME)
    own: Header = groups[number - 1] if 0 < number <= len(groups) else {}
    shared: Header = next(iter(_items(header, SHARED)), {})
    if not groups:
        return _place(_numbers(header, POSITION[1])), _cosines(_numbers(header, ORIENTATION[1]))
    place = _nested(own, POSITION) or _nested(shared, POSITION)
    cosines = _nested(own, ORIENTATION) or _nested(shared, ORIENTATION)
    return _place(place), _cosines(cosines)


def _items(header: Header, tag: str) -> list[Header]:
    return [one for one in header.get(tag, {}).get("Value", []) if isinstance(one, Mapping)]


def _nested(group: Header, tags: tuple[str, str]) -> tuple[float, ...]:
    return next((_numbers(item, tags[1]) for item in _items(group, tags[0])), ())


def _numbers(header: Header, tag: str) -> tuple[float, ...]:
    try:
        return tuple(float(one) for one in header.get(tag, {}).get("Value", []))
    except (TypeError, ValueError):
        return ()


def _place(values: tuple[float, ...]) -> Place | None:
    return (values[0], values[1], values[2]) if len(values) == 3 else None


def _cosines(values: tuple[float, ...]) -> tuple[float, ...] | None:
    return values if len(values) == 6 else None
