"""What stands beside the images: findings, quality, report. Each part adds its panel here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from epione.imaging.queries import StudyView
from epione.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Panel:
    """A template and what it shows."""

    template: str
    context: dict[str, Any]


PANELS: list[Callable[[StudyView, Actor], Panel | None]] = []
"""Makers of panels, in the order in which they stand."""


def panels_of(opened: StudyView, by: Actor) -> list[Panel]:
    """The panels that have something to say about an examination."""
    return [panel for make in PANELS if (panel := make(opened, by)) is not None]
