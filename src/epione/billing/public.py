"""The door of billing."""

from .domain.steps import Done, State, sequence_of
from .domain.tariffs import Tariff
from .queries import BillView, bills, tariff
from .services import Programme, bill_step, move_bill, reasons_against, set_tariff

__all__ = [
    "BillView",
    "Done",
    "Programme",
    "State",
    "Tariff",
    "bill_step",
    "bills",
    "move_bill",
    "reasons_against",
    "sequence_of",
    "set_tariff",
    "tariff",
]
