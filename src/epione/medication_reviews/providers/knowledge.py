"""What the engine reviews with, loaded once in a process and again after an import of the catalogue."""

import gc
from functools import lru_cache

from epione.medication_reviews.domain.knowledge import Knowledge
from epione.medication_reviews.domain.substitutes import Substitutes
from epione.medications.public import load_catalogue, load_scales, load_thesaurus, load_vocabulary

from .rules import rule_book


def load_knowledge() -> Knowledge:
    """The editions in use; the loaders are cached, so that this costs nothing until one of them changes."""
    return _knowledge(id(load_thesaurus()), id(load_catalogue()))


@lru_cache(maxsize=1)
def _knowledge(_thesaurus: int, _catalogue: int) -> Knowledge:
    knowledge = Knowledge(rule_book(), load_thesaurus(), load_scales(), load_catalogue(), load_vocabulary())
    # The tables live as long as the process: the collector need not walk their million objects for each review.
    gc.collect()
    gc.freeze()
    return knowledge


def catalogue_editions() -> dict[str, str]:
    """The edition of each table of the catalogue, shown with every answer."""
    return {edition.table: edition.edition for edition in load_catalogue().editions}


def load_substitutes() -> Substitutes:
    """What may replace what, indexed once for the catalogue in use."""
    return _substitutes(id(load_catalogue()))


@lru_cache(maxsize=1)
def _substitutes(_catalogue: int) -> Substitutes:
    return Substitutes(load_catalogue())
