"""The door of the medications module."""

from .domain.catalogue import Catalogue
from .domain.resolver import Match, Quality
from .domain.search import Hit
from .providers.memory import load_catalogue, resolve_code, resolve_medication, search_medications
from .providers.pack import ansm
from .providers.thesaurus import load_scales, load_thesaurus

__all__ = [
    "Catalogue",
    "Hit",
    "Match",
    "Quality",
    "ansm",
    "load_catalogue",
    "load_scales",
    "load_thesaurus",
    "resolve_code",
    "resolve_medication",
    "search_medications",
]
