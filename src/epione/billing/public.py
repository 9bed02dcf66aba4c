"""The door of billing."""

from .description import act_facts, edition_facts, price_facts
from .domain.ccam.association import Association
from .domain.ccam.modifiers import Specialty
from .domain.ccam.nomenclature import Act, Edition, Grid
from .domain.ccam.pricing import Asked, Setting
from .domain.ccam.shares import Fee
from .domain.steps import Done, State, sequence_of
from .domain.tariffs import Tariff
from .errors import PriceRefused
from .pricing import Priced, admitted, price_acts, read_act, search_acts
from .providers.ccam import key_letters
from .queries import BillView, Choice, bills, tariff
from .services import Programme, bill_step, export_bills, move_bill, reasons_against, set_tariff
from .table import table_of

__all__ = [
    "Act",
    "Asked",
    "Association",
    "BillView",
    "Choice",
    "Done",
    "Edition",
    "Fee",
    "Grid",
    "PriceRefused",
    "Priced",
    "Programme",
    "Setting",
    "Specialty",
    "State",
    "Tariff",
    "act_facts",
    "admitted",
    "bill_step",
    "bills",
    "edition_facts",
    "export_bills",
    "key_letters",
    "move_bill",
    "price_acts",
    "price_facts",
    "read_act",
    "reasons_against",
    "search_acts",
    "sequence_of",
    "set_tariff",
    "table_of",
    "tariff",
]
