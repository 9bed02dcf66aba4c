"""Reads of the reference tables in the database: rows in use, rows kept of retired medicines, editions, wording."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from epione.medications.models import TABLES, AtcCorrection, DatedRow, Edition, Speciality, ThesaurusText

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Wording:
    """The thesaurus's own words for one pair, with edition and page."""

    a: str
    b: str
    levels: str
    mechanism: str
    management: str
    page: int | None
    edition: str


@dataclass(frozen=True, slots=True)
class Version:
    """A speciality as one edition described it; `until` is the edition that changed or ended it."""

    facts: Row
    since: str
    until: str | None


@dataclass(frozen=True, slots=True)
class AtcChange:
    """One correction of a speciality's code."""

    cis: str
    atc: str
    reason: str
    by: str
    at: datetime


def rows_in_use(table: str) -> Iterator[Row]:
    """The rows of the edition in use, under the column names of the pack."""
    yield from _rows(table, TABLES[table].objects.filter(until=None))


def rows_kept(table: str) -> Iterator[Row]:
    """The last rows of what left the catalogue, so that an old record can still be read and checked."""
    model = TABLES[table]
    gone = model.objects.exclude(until=None).order_by("-until__imported_at")
    group = "cis" if table == "composition" else "key"
    present = set(model.objects.filter(until=None).values_list(group, flat=True))
    last: dict[str, Any] = {}
    for name, value, edition in gone.values_list(group, "id", "until_id"):
        if name not in present and last.setdefault(name, (edition, []))[0] == edition:
            last[name][1].append(value)
    ids = [one for _, found in last.values() for one in found]
    for start in range(0, len(ids), 500):
        yield from _rows(table, model.objects.filter(id__in=ids[start : start + 500]))


def _rows(table: str, rows: QuerySet[DatedRow]) -> Iterator[Row]:
    columns = TABLES[table].columns
    for values in rows.order_by("id").values_list(*columns.values()).iterator(2000):
        yield dict(zip(columns, values, strict=True))


def newest_edition(table: str) -> Edition | None:
    """The last import of a table."""
    return Edition.objects.filter(table=table).order_by("-imported_at", "-id").first()


def history_of(cis: str) -> list[Version]:
    """Every version of a speciality that an edition brought, the oldest first."""
    found = Speciality.objects.filter(cis=cis).select_related("since", "until").order_by("since__imported_at")
    return [
        Version(
            {column: getattr(row, field) for column, field in Speciality.columns.items()},
            row.since.edition,
            row.until.edition if row.until else None,
        )
        for row in found
    ]


def corrections() -> list[AtcChange]:
    """Every correction of a code, the oldest first."""
    found = AtcCorrection.objects.order_by("corrected_at", "id")
    return [AtcChange(row.cis, row.atc, row.reason, row.corrected_by_name, row.corrected_at) for row in found]


def thesaurus_text(a: str, b: str) -> Wording | None:
    """The imported wording of an interaction between two entities, in either order; None until it is imported."""
    pairs = ThesaurusText.objects.select_related("edition").order_by("-edition__imported_at")
    row = pairs.filter(a=a, b=b).first() or pairs.filter(a=b, b=a).first()
    if row is None:
        return None
    return Wording(row.a, row.b, row.levels, row.mechanism, row.management, row.page, row.edition.edition)
