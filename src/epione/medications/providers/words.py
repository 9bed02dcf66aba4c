"""The vocabulary of interactions as shipped, parsed once in a process."""

import json
from functools import cache
from typing import Any

from epione.medications.domain.vocabulary import Vocabulary

from .pack import DATA


def _json(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@cache
def load_vocabulary() -> Vocabulary:
    """Mechanisms and actions in French and English, with the coded facts of each row of the thesaurus."""
    return Vocabulary(_json("vocabulary.json"), _json("interaction_facts.json"))
