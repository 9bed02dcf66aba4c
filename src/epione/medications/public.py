"""The door of the medications module."""

from .domain.ages import EditionAge, age_of
from .domain.catalogue import Catalogue
from .domain.resolver import Match, Quality
from .domain.search import Hit
from .providers.memory import load_catalogue, resolve_code, resolve_medication, search_medications
from .providers.pack import ansm
from .providers.thesaurus import load_scales, load_thesaurus
from .providers.words import load_vocabulary
from .queries import Version, Wording, history_of, thesaurus_text
from .services import ImportReport, correct_atc, import_table, import_thesaurus, update_catalogue

__all__ = [
    "Catalogue",
    "EditionAge",
    "Hit",
    "ImportReport",
    "Match",
    "Quality",
    "Version",
    "Wording",
    "age_of",
    "ansm",
    "correct_atc",
    "history_of",
    "import_table",
    "import_thesaurus",
    "load_catalogue",
    "load_scales",
    "load_thesaurus",
    "load_vocabulary",
    "resolve_code",
    "resolve_medication",
    "search_medications",
    "thesaurus_text",
    "update_catalogue",
]
