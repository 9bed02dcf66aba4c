"""A medicine, a match and an answer of search as plain facts, the same on the command line and the API."""

from collections.abc import Iterable
from typing import Any

from .drug import Drug
from .resolver import Match
from .search import Hit


def drug_facts(drug: Drug) -> dict[str, Any]:
    """What the catalogue says of a medicine."""
    return {
        "cis": drug.cis,
        "name": drug.name,
        "form": drug.form,
        "routes": list(drug.routes),
        "status": drug.status.value,
        "atc": list(drug.atc),
        "atc_source": drug.atc_source,
        "substances": [
            {"code": one.code, "name": one.name, "amount": one.amount, "unit": one.unit} for one in drug.ingredients
        ],
    }


def search_facts(text: str, hits: Iterable[Hit]) -> dict[str, Any]:
    """The answer to a search; `fuzzy` tells that a word was taken for another."""
    return {
        "query": text,
        "results": [drug_facts(hit.drug) | {"score": round(hit.score, 1), "fuzzy": hit.fuzzy} for hit in hits],
    }


def match_facts(match: Match) -> dict[str, Any]:
    """The answer to a resolution."""
    return {
        "text": match.text,
        "quality": match.quality.value,
        "drug": drug_facts(match.drug) if match.drug else None,
        "candidates": [drug_facts(drug) for drug in match.candidates],
    }
