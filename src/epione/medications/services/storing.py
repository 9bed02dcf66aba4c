"""Storing an edition: what is new is added, what changed or left is closed, what is the same is not touched."""

import csv
import gzip
import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from epione.kernel.ids import uuid7
from epione.medications import queries
from epione.medications.domain import compiled
from epione.medications.domain.tables import TABLES, Row
from epione.medications.models import TABLES as MODELS
from epione.medications.models import DatedRow, Edition
from epione.medications.providers import pack

_BATCH = 500
SHIPPED = "Epione"


@dataclass(frozen=True, slots=True)
class Change:
    """How many rows an edition brought, changed and ended."""

    added: int
    changed: int
    ended: int


def ensure_baseline(table: str) -> None:
    """History starts with the edition that ships, so that the first import shows what left since."""
    if Edition.objects.filter(table=table).exists():
        return
    shipped = pack.shipped_edition(table)
    edition = Edition.objects.create(
        table=table,
        edition=shipped.edition,
        source=shipped.source,
        licence=shipped.licence,
        file=pack.TABLES[table][0],
        sha256=shipped.sha256,
        rows=shipped.rows,
        imported_by=SHIPPED,
    )
    store(table, pack.shipped_rows(table), edition)


def store(table: str, rows: Iterable[Row], edition: Edition) -> Change:
    """Bring the rows of an edition into its table."""
    model = MODELS[table]
    wanted = {_key(table, row): row for row in rows}
    present = {key: (digest, one) for key, digest, one in _valid(model)}
    same = {key for key, row in wanted.items() if key in present and present[key][0] == _digest(table, row)}
    ended = [one for key, (_, one) in present.items() if key not in same]
    for start in range(0, len(ended), _BATCH):
        model.objects.filter(id__in=ended[start : start + _BATCH]).update(until=edition)
    fresh = [_made(model, table, key, row, edition) for key, row in wanted.items() if key not in same]
    model.objects.bulk_create(fresh, batch_size=_BATCH)
    changed = sum(1 for key in wanted if key in present and key not in same)
    return Change(len(fresh) - changed, changed, len(ended) - changed)


def _valid(model: type[DatedRow]) -> Iterator[tuple[str, str, Any]]:
    found = model.objects.filter(until=None).values_list("key", "digest", "id")
    return iter(found)


def _made(model: type[DatedRow], table: str, key: str, row: Row, edition: Edition) -> DatedRow:
    fields = {field: row[column] for column, field in model.columns.items()}
    return model(id=uuid7(), key=key, digest=_digest(table, row), since=edition, **fields)


def _key(table: str, row: Row) -> str:
    return _hash(row[column] for column in TABLES[table].key)


def _digest(table: str, row: Row) -> str:
    return _hash(row[column] for column in MODELS[table].columns)


def _hash(values: Iterable[str]) -> str:
    return hashlib.sha256("\x1f".join(values).encode()).hexdigest()


def publish_after_commit(*tables: str) -> None:
    """Once the import is certain, write the tables over the pack: the catalogue in memory follows, in every process."""
    transaction.on_commit(lambda: publish_tables(*tables))


def publish_tables(*tables: str) -> None:
    """Write the rows in use, and those kept of retired medicines, as files over the pack."""
    pack.put_overlay({table: _file(table) for table in tables})


def publish_all() -> tuple[str, ...]:
    """Write again every table that was imported, after a restore for instance; the names of the tables."""
    imported = Edition.objects.exclude(imported_by=SHIPPED).values_list("table", flat=True).distinct()
    tables = tuple(sorted(set(imported) & set(MODELS)))
    publish_tables(*tables)
    return tables


def _file(table: str) -> tuple[compiled.Edition, bytes]:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, TABLES[table].columns, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    count = 0
    for row in queries.rows_in_use(table):
        writer.writerow(row)
        count += 1
    if table in {"specialities", "presentations", "composition"}:
        for row in queries.rows_kept(table):
            writer.writerow({**row, "commercialise": "0"} if table == "specialities" else row)
    newest = queries.newest_edition(table)
    assert newest is not None
    facts = compiled.Edition(table, newest.edition, newest.source, newest.licence, newest.sha256, count)
    return facts, gzip.compress(text.getvalue().encode(), mtime=0)
