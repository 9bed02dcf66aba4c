"""The knowledge of this process: built once from the shipped or imported editions."""

from functools import lru_cache

from epione.medication_reviews.domain.knowledge import Knowledge
from epione.medications.public import load_catalogue, load_scales, load_thesaurus, load_vocabulary

from .rules import rule_book


@lru_cache(maxsize=1)
def load_knowledge() -> Knowledge:
    """Criteria, thesaurus, scales, catalogue and vocabulary."""
    return Knowledge(rule_book(), load_thesaurus(), load_scales(), load_catalogue(), load_vocabulary())
