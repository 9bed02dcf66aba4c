"""The door of treatments."""

from .domain.line import Intake, LineContent, Source
from .domain.posology import Posology, parse_posology
from .errors import LineChanged, LineNotFound
from .queries import LineView, Treatment, current_names, removed_of, treatment_of
from .services import (
    add_lines,
    change_line,
    open_history,
    open_line,
    open_treatment,
    remove_line,
    restore_line,
    stop_line,
    validate_treatment,
)

__all__ = [
    "Intake",
    "LineChanged",
    "LineContent",
    "LineNotFound",
    "LineView",
    "Posology",
    "Source",
    "Treatment",
    "add_lines",
    "change_line",
    "current_names",
    "open_history",
    "open_line",
    "open_treatment",
    "parse_posology",
    "remove_line",
    "removed_of",
    "restore_line",
    "stop_line",
    "treatment_of",
    "validate_treatment",
]
