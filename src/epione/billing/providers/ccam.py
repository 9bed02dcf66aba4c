"""The editions of the CCAM that ship, and the NGAP's key letters: read once, when somebody first asks."""

import csv
import gzip
import json
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import Any

from epione.billing.domain.ccam.modifiers import Amount, Modifier
from epione.billing.domain.ccam.nomenclature import FIELD, Edition, Nomenclature, edition_of
from epione.billing.domain.ccam.search import Index

_DATA = Path(__file__).parent.parent / "data"
_loading = RLock()


@lru_cache(maxsize=1)
def editions() -> tuple[Edition, ...]:
    """What is known of each edition that ships, without its table."""
    known = json.loads((_DATA / "ccam_editions.json").read_text("utf-8"))
    return tuple(
        Edition(
            row["version"],
            date.fromisoformat(row["from"]),
            date.fromisoformat(row["to"]) if row["to"] else None,
            date.fromisoformat(row["known_on"]),
            known["source"],
        )
        for row in known["editions"]
    )


def load_ccam(on: date) -> Nomenclature:
    """The edition of a day; refused when none that ships holds on it."""
    with _loading:
        return _nomenclature(edition_of(editions(), on))


def load_index(on: date) -> Index:
    """The search over the edition of a day."""
    with _loading:
        return _index(edition_of(editions(), on))


@lru_cache(maxsize=2)
def _nomenclature(edition: Edition) -> Nomenclature:
    stem = f"ccam_v{edition.version}"
    text = gzip.decompress((_DATA / f"{stem}.tsv.gz").read_bytes()).decode()
    lines = {line[: line.index(FIELD)]: line for line in text.split("\n")}
    table = json.loads((_DATA / f"{stem}_modifiers.json").read_text("utf-8"))
    return Nomenclature(edition, lines, {row["code"]: _modifier(row) for row in table["modifiers"]})


@lru_cache(maxsize=2)
def _index(edition: Edition) -> Index:
    return Index(_nomenclature(edition).labels())


def _modifier(row: dict[str, Any]) -> Modifier:
    return Modifier(
        row["code"],
        tuple(_amount(one) for one in row["amounts"]),
        row.get("family", ""),
        tuple((low, high) for low, high in row.get("ages", [])),
        row.get("only", ""),
        row.get("derogation", False),
        row.get("holiday", False),
        row.get("checked_by", ""),
        row.get("certain", True),
    )


def _amount(row: dict[str, Any]) -> Amount:
    first, other = row.get("permille", [0, 0])
    return Amount(frozenset(row.get("who", [])), frozenset(row.get("grids", [])), row.get("cents", 0), first, other)


@lru_cache(maxsize=1)
def key_letters() -> dict[str, str]:
    """The key letters of the NGAP with their labels; the table that ships has no amounts."""
    with (_DATA / "ngap.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["description"] for row in csv.DictReader(file)}
