"""Use cases of the catalogue: the one in use, search, resolution."""

from functools import lru_cache

from epione.medications.domain.catalogue import Catalogue
from epione.medications.domain.resolver import Match, Resolver
from epione.medications.domain.search import Hit, SearchIndex
from epione.medications.providers import pack


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """The catalogue in use, loaded once per process; it needs no database."""
    return Catalogue(pack.tables())


@lru_cache(maxsize=1)
def load_search() -> SearchIndex:
    """The search index over the catalogue in use, built at the first search (under a second)."""
    return SearchIndex(load_catalogue())


@lru_cache(maxsize=1)
def load_resolver() -> Resolver:
    """The resolver over the catalogue in use."""
    return Resolver(load_catalogue(), load_search())


def search_medications(text: str, limit: int = 20) -> tuple[Hit, ...]:
    """Specialities for what a person types, the right one first."""
    return load_search().search(text, limit)


def resolve_medication(text: str) -> Match:
    """The medicine that a line of treatment names: a code, a denomination, a brand, a substance."""
    return load_resolver().resolve(text)


def resolve_code(code: str) -> Match:
    """The medicine of a CIS, CIP13 or CIP7 code."""
    return load_resolver().by_code(code)
