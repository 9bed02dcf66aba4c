"""The door of billing."""

from .domain.steps import Done, State, sequence_of
from .domain.tariffs import Tariff
from .queries import BillView, Choice, bills, tariff
from .services import Programme, bill_step, export_bills, move_bill, reasons_against, set_tariff
from .table import table_of

__all__ = [
    "BillView",
    "Choice",
    "Done",
    "Programme",
    "State",
    "Tariff",
    "bill_step",
    "bills",
    "export_bills",
    "move_bill",
    "reasons_against",
    "sequence_of",
    "set_tariff",
    "table_of",
    "tariff",
]
