"""Search of medicines: time per query over the shipped catalogue, beside a plain scan of every denomination."""

import re
import statistics
import time
from collections.abc import Callable
from typing import Any

from epione.medications.domain.names import normalise
from epione.medications.domain.search import SearchIndex
from epione.medications.providers.memory import load_catalogue

QUERIES = (
    "kardegic 75", "doliprane 1g", "efferalgan codeine", "kardegik", "metformine 1000", "coversyl 5", "seresta",
    "lasilix 40", "eliquis 2,5", "3400949497294", "omeprazole", "levothyrox 75", "vitamine d", "furosemide 40 mg cp",
    "amoxicilline acide clavulanique 1g", "metforimne", "previsacn", "lovenox 4000", "a", "comprime", "co",
)  # fmt: skip
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
        _figure("right answer first", "share", "%", _recall(index), 95.0, at_least=True),
    ]


def _times(search: Callable[[str], object]) -> list[float]:
    spent = []
    for _ in range(ROUNDS):
        for query in QUERIES:
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


def _recall(index: SearchIndex) -> float:
    """Share of a sample of denominations that come first when typed whole."""
    sample = [drug for drug in index.catalogue.drugs() if drug.status.value == "marketed"][::60]
    first = sum(1 for drug in sample if (hits := index.search(drug.name, 1)) and hits[0].drug.name == drug.name)
    return 100.0 * first / len(sample)


def _figure(
    case: str, metric: str, unit: str, value: float, target: float, *, at_least: bool = False
) -> dict[str, Any]:
    met = value >= target if at_least else value <= target
    return {"case": case, "metric": metric, "unit": unit, "value": round(value, 3), "target": target, "met": met}
