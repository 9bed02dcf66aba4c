"""The shipped catalogue, compiled once for the tests of the module."""

import pytest

from epione.medications.domain.catalogue import Catalogue
from epione.medications.domain.search import SearchIndex
from epione.medications.providers import snapshot


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The catalogue as it ships."""
    return Catalogue(snapshot.tables())


@pytest.fixture(scope="session")
def index(catalogue: Catalogue) -> SearchIndex:
    """The search index over the shipped catalogue."""
    return SearchIndex(catalogue)
