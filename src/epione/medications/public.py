"""The door of the medications module."""

from .domain.catalogue import Catalogue as Catalogue
from .domain.resolver import Match as Match
from .domain.resolver import Quality as Quality
from .domain.search import Hit as Hit
from .providers.pack import ansm as ansm
from .services import load_catalogue as load_catalogue
from .services import resolve_code as resolve_code
from .services import resolve_medication as resolve_medication
from .services import search_medications as search_medications

__all__ = [
    "Catalogue",
    "Hit",
    "Match",
    "Quality",
    "ansm",
    "load_catalogue",
    "resolve_code",
    "resolve_medication",
    "search_medications",
]
