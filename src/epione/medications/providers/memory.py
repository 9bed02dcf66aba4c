"""The catalogue in use and its indexes, loaded once per process and again after an import; no database is needed."""

from functools import lru_cache
from threading import RLock

from epione.kernel.clock import today
from epione.medications.domain.ages import EditionAge, age_of
from epione.medications.domain.catalogue import Catalogue
from epione.medications.domain.compiled import Edition
from epione.medications.domain.resolver import Match, Resolver
from epione.medications.domain.search import Hit, SearchIndex
from epione.medications.domain.sheet import Sheet, Sheets

from . import pack, snapshot

# Eight visitors at the first page must wait for one loading, not make eight.
_loading = RLock()
_SHEET_TABLES = ("presentations", "generics", "conditions", "availability", "smr", "asmr")


@lru_cache(maxsize=1)
def _catalogue(_stamp: int) -> Catalogue:
    return Catalogue(snapshot.tables())


@lru_cache(maxsize=1)
def _editions(_stamp: int) -> tuple[Edition, ...]:
    return snapshot.editions()


@lru_cache(maxsize=1)
def _index(catalogue: Catalogue) -> SearchIndex:
    return SearchIndex(catalogue)


@lru_cache(maxsize=1)
def _sheets(_stamp: int) -> Sheets:
    return Sheets({table: pack.read_rows(table) for table in _SHEET_TABLES})


@lru_cache(maxsize=1)
def _resolver(index: SearchIndex) -> Resolver:
    return Resolver(index.catalogue, index)


@lru_cache(maxsize=20_000)
def _resolved(resolver: Resolver, text: str) -> Match:
    return resolver.resolve(text)


def load_catalogue() -> Catalogue:
    """The catalogue in use; it needs no database."""
    with _loading:
        return _catalogue(pack.stamp())


def catalogue_ages() -> tuple[EditionAge, ...]:
    """The editions in use with their age today: what every report shows. It waits for no loading of the catalogue."""
    return tuple(age_of(edition, today()) for edition in _editions(pack.stamp()))


def load_search() -> SearchIndex:
    """The search index over the catalogue in use, built at the first search (under a second)."""
    with _loading:
        return _index(load_catalogue())


def load_resolver() -> Resolver:
    """The resolver over the catalogue in use."""
    with _loading:
        return _resolver(load_search())


def warm_catalogue() -> None:
    """Load all that a search needs (about a second), so that the first person does not wait for it."""
    load_resolver()


def compile_catalogue() -> None:
    """Compile the tables in use and keep them, so that a server that starts only has to read them."""
    snapshot.tables()


def search_medications(text: str, limit: int = 20) -> tuple[Hit, ...]:
    """Specialities for what a person types, the right one first."""
    return load_search().search(text, limit)


def resolve_medication(text: str) -> Match:
    """The medicine that a line of treatment names: a code, a denomination, a brand, a substance."""
    return _resolved(load_resolver(), text)


def resolve_code(code: str) -> Match:
    """The medicine of a CIS, CIP13 or CIP7 code."""
    return load_resolver().by_code(code)


def speciality_sheet(cis: str) -> Sheet:
    """Boxes, generics, conditions, shortages and benefit of a speciality (half a second at the first call)."""
    with _loading:
        sheets = _sheets(pack.stamp())
    return sheets.of(cis)


@lru_cache(maxsize=1)
def _atc_labels(_stamp: int) -> dict[str, str]:
    return {row["code"]: row["label"] for row in pack.read_rows("atc")}


def atc_path(code: str) -> tuple[tuple[str, str], ...]:
    """An ATC code with the groups above it, the widest first, each with its French label ("" when it has none)."""
    labels = _atc_labels(pack.stamp())
    levels = [code[:length] for length in (1, 3, 4, 5, 7) if len(code) >= length]
    return tuple((level, labels.get(level, "")) for level in levels)
