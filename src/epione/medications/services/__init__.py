"""Writes of the catalogue: imports, corrections, the thesaurus's wording."""

from .corrections import correct_atc as correct_atc
from .importing import ImportReport as ImportReport
from .importing import import_table as import_table
from .rebuilding import rebuild_catalogue as rebuild_catalogue
from .thesaurus import import_thesaurus as import_thesaurus
from .updating import update_catalogue as update_catalogue
