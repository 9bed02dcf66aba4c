"""Search of medicines: time per query over the shipped catalogue, beside a plain scan of every denomination."""

import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from epione.medications.domain.names import normalise
from epione.medications.domain.search import SearchIndex
from epione.medications.providers.memory import load_catalogue

BROAD = ("a", "co", "comprime", "efferalgan codeine", "amoxicilline acide clavulanique 1g")
ROUNDS = 5
TARGET_MS = 50.0


def run() -> list[dict[str, Any]]:
    """Median and 95th percentile of a query, index against scan, and the time to build the index."""
    catalogue = load_catalogue()
    start = time.process_time()
    index = SearchIndex(catalogue)
    built = (time.process_time() - start) * 1000
    scan = _scan([(drug.cis or "", normalise(drug.name)) for drug in catalogue.drugs()])
    ours, theirs = _times(index.search), _times(scan)
    rows = [
        _row(f"{len(catalogue)} specialities", name, ours, theirs, share)
        for name, share in (("p50", 0.5), ("p95", 0.95))
    ]
    return [
        *rows,
        _figure("build the index", "cpu", "ms", built, 1500.0),
        _figure(f"{len(labelled())} labelled queries", "right answer first", "%", _recall(index), 95.0, at_least=True),
        _figure("denominations typed whole", "right answer first", "%", _whole_names(index), 95.0, at_least=True),
    ]


def _times(search: Callable[[str], object]) -> list[float]:
    spent = []
    for _ in range(ROUNDS):
        for query in [*(typed for typed, _ in labelled()), *BROAD]:
            start = time.process_time()
            search(query)
            spent.append((time.process_time() - start) * 1000)
    return spent


def _scan(names: list[tuple[str, str]]) -> Callable[[str], list[str]]:
    """The plain way: every denomination against a pattern of the words typed, in any order."""

    def search(text: str) -> list[str]:
        words = [re.compile(re.escape(word)) for word in normalise(text).split()]
        return [cis for cis, name in names if all(word.search(name) for word in words)]

    return search


def _row(case: str, metric: str, ours: list[float], theirs: list[float], share: float) -> dict[str, Any]:
    value, peer = _quantile(ours, share), _quantile(theirs, share)
    return _figure(case, metric, "ms", value, TARGET_MS) | {
        "peer": "scan of all denominations",
        "peer_value": round(peer, 3),
        "ratio": round(peer / value, 1) if value else None,
    }


def _quantile(values: list[float], share: float) -> float:
    return statistics.quantiles(values, n=100)[round(share * 100) - 1]


def labelled() -> list[tuple[str, str]]:
    """What pharmacists type, and how the name of the right first answer begins (made by hand)."""
    lines = (Path(__file__).parent / "search_queries.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [(typed, first) for typed, first in (line.split("\t") for line in lines)]


def right_first(index: SearchIndex, typed: str, first: str) -> bool:
    """Whether the right medicine is the first answer."""
    hits = index.search(typed, 1)
    return bool(hits) and normalise(hits[0].drug.name).startswith(normalise(first))


def _recall(index: SearchIndex) -> float:
    """Share of the labelled queries whose first answer is the right one, in percent."""
    queries = labelled()
    return 100.0 * sum(right_first(index, typed, first) for typed, first in queries) / len(queries)


def _whole_names(index: SearchIndex) -> float:
    """Share of a sample of denominations that come first when typed whole, in percent."""
    sample = [drug for drug in index.catalogue.drugs() if drug.status.value == "marketed"][::60]
    first = sum(1 for drug in sample if (hits := index.search(drug.name, 1)) and hits[0].drug.name == drug.name)
    return 100.0 * first / len(sample)


def _figure(
    case: str, metric: str, unit: str, value: float, target: float, *, at_least: bool = False
) -> dict[str, Any]:
    met = value >= target if at_least else value <= target
    return {"case": case, "metric": metric, "unit": unit, "value": round(value, 3), "target": target, "met": met}
