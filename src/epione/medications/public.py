"""The door of the medications module."""

from .domain.adherence import GIRERD_QUESTIONS, Coverage, Dispensing, days_covered, girerd_score
from .domain.ages import EditionAge, age_of
from .domain.catalogue import Catalogue
from .domain.coverage_words import METHOD as COVERAGE_METHOD
from .domain.coverage_words import coverage_words, percent
from .domain.drug import Drug, DrugStatus, TreatmentLine
from .domain.duplicates import Duplicate, find_duplicates
from .domain.resolver import Match, Quality
from .domain.search import Hit
from .domain.sheet import Sheet
from .domain.typed import read as read_typed
from .providers.memory import (
    atc_path,
    catalogue_ages,
    compile_catalogue,
    load_catalogue,
    resolve_code,
    resolve_medication,
    search_medications,
    speciality_sheet,
    warm_catalogue,
)
from .providers.pack import ansm
from .providers.thesaurus import load_scales, load_thesaurus
from .providers.words import load_vocabulary
from .queries import AtcChange, Version, Wording, corrections, history_of, thesaurus_text
from .services import ImportReport, correct_atc, import_table, import_thesaurus, rebuild_catalogue, update_catalogue

__all__ = [
    "COVERAGE_METHOD",
    "GIRERD_QUESTIONS",
    "AtcChange",
    "Catalogue",
    "Coverage",
    "Dispensing",
    "Drug",
    "DrugStatus",
    "Duplicate",
    "EditionAge",
    "Hit",
    "ImportReport",
    "Match",
    "Quality",
    "Sheet",
    "TreatmentLine",
    "Version",
    "Wording",
    "age_of",
    "ansm",
    "atc_path",
    "catalogue_ages",
    "compile_catalogue",
    "correct_atc",
    "corrections",
    "coverage_words",
    "days_covered",
    "find_duplicates",
    "girerd_score",
    "history_of",
    "import_table",
    "import_thesaurus",
    "load_catalogue",
    "load_scales",
    "load_thesaurus",
    "load_vocabulary",
    "percent",
    "read_typed",
    "rebuild_catalogue",
    "resolve_code",
    "resolve_medication",
    "search_medications",
    "speciality_sheet",
    "thesaurus_text",
    "update_catalogue",
    "warm_catalogue",
]
