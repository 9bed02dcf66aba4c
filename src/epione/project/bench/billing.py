"""Prices and searches of the CCAM: first use, price of five acts, search, beside a plain scan of every label."""

import re
import statistics
import time
import tracemalloc
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from epione.billing.domain.ccam.nomenclature import Grid
from epione.billing.domain.ccam.pricing import Asked, Setting, price
from epione.billing.domain.ccam.search import normalise
from epione.billing.domain.ccam.shares import Fee, shares
from epione.billing.providers import ccam

DAY = date(2026, 3, 2)
ROUNDS = 200
ACTS = (
    Asked("HMFC004", modifiers=("K", "S")),
    Asked("LMMC002", modifiers=("K",)),
    Asked("YYYY400"),
    Asked("HMFC004", 4, 0, ("7", "A")),
    Asked("LMMC002", 4),
)
WORDS = ("HMFC", "cholecystectomie", "prothese genou", "hernie aine videochirurgie", "a", "radiographie", "quantique")


def run() -> list[dict[str, Any]]:
    """CPU time of the first price in a process, of later ones, of a search; memory of the table and its index."""
    tracemalloc.start()
    start = time.process_time()
    table = ccam.load_ccam(DAY)
    loaded = (time.process_time() - start) * 1000
    index = ccam.load_index(DAY)
    megabytes = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    setting = Setting(DAY, Grid.SECTOR_1, age=84)
    prices = _times([lambda: shares(price(ACTS, setting, table), Fee())], ROUNDS)
    ours = _times([partial(index.search, typed) for typed in WORDS], 20)
    theirs = _times([partial(_scan, table.labels, typed) for typed in WORDS], 3)
    case, peer = f"{len(table)} acts", _p95(theirs)
    return [
        _row(case, "first use (traced)", "ms", loaded, 300.0),
        _row(case, "table and index", "MB", megabytes, 20.0),
        _row("price of 5 acts", "p95", "ms", _p95(prices), 5.0),
        _row(case, "search p95", "ms", _p95(ours), 20.0)
        | {"peer": "scan of all labels", "peer_value": round(peer, 3), "ratio": round(peer / _p95(ours), 1)},
    ]


def _scan(labels: Callable[[], Any], typed: str) -> list[str]:
    """The plain way: every label normalised and matched anew."""
    words = [re.compile(rf"\b{re.escape(word)}") for word in normalise(typed).split()]
    return [code for code, label in labels() if all(word.search(normalise(f"{code} {label}")) for word in words)]


def _times(calls: list[Callable[[], object]], rounds: int) -> list[float]:
    spent = []
    for _ in range(rounds):
        for call in calls:
            start = time.process_time()
            call()
            spent.append((time.process_time() - start) * 1000)
    return spent


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[94]


def _row(case: str, metric: str, unit: str, value: float, target: float) -> dict[str, Any]:
    facts = {"case": case, "metric": metric, "unit": unit, "value": round(value, 3)}
    return facts | {"target": target, "met": value <= target}
