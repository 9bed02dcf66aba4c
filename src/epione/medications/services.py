"""Use cases of the catalogue: the one in use, imports, corrections."""

from functools import lru_cache

from epione.medications.domain.catalogue import Catalogue
from epione.medications.providers import pack


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """The catalogue in use, loaded once per process; it needs no database."""
    return Catalogue(pack.tables())
