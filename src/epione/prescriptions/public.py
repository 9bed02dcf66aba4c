"""The door of treatments."""

from .domain.dispensing import EXPLAINED, MISSED, DispensedBy, DispensingContent
from .domain.line import Intake, LineContent, Source
from .domain.posology import Posology, parse_posology
from .errors import DispensingNotFound, LineChanged, LineNotFound
from .queries import (
    DispensingView,
    LineView,
    Supply,
    Treatment,
    current_names,
    removed_of,
    supplies_of,
    treatment_of,
)
from .record import coverage_chart
from .services import (
    add_lines,
    change_line,
    correct_dispensing,
    open_dispensings,
    open_history,
    open_line,
    open_treatment,
    record_dispensings,
    remove_line,
    restore_line,
    retract_dispensing,
    stop_line,
    validate_treatment,
)

__all__ = [
    "EXPLAINED",
    "MISSED",
    "DispensedBy",
    "DispensingContent",
    "DispensingNotFound",
    "DispensingView",
    "Intake",
    "LineChanged",
    "LineContent",
    "LineNotFound",
    "LineView",
    "Posology",
    "Source",
    "Supply",
    "Treatment",
    "add_lines",
    "change_line",
    "correct_dispensing",
    "coverage_chart",
    "current_names",
    "open_dispensings",
    "open_history",
    "open_line",
    "open_treatment",
    "parse_posology",
    "record_dispensings",
    "remove_line",
    "removed_of",
    "restore_line",
    "retract_dispensing",
    "stop_line",
    "supplies_of",
    "treatment_of",
    "validate_treatment",
]
