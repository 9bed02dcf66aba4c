"""How much one file may ask of the machine."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds checked before anything is allocated: bytes, nesting, elements, inflation, frames and pixels."""

    max_bytes: int = 4 << 30
    max_depth: int = 64
    max_elements: int = 5_000_000
    max_inflated: int = 2 << 30
    max_ratio: int = 200
    max_frames: int = 1_000_000
    max_pixels: int = 1 << 33


DEFAULT = Limits()
