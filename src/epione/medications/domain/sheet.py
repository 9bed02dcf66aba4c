"""What the tables say of one speciality beyond its composition: boxes, generics, conditions, shortages, benefit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Box:
    """A presentation; the price in euros is None when there is none (not reimbursed)."""

    cip13: str
    cip7: str
    label: str
    state: str
    reimbursement: str
    price: float | None


@dataclass(frozen=True, slots=True)
class Opinion:
    """An opinion of the health authority: its level and the ISO date on which it was given."""

    level: str
    reason: str
    given_on: str


@dataclass(frozen=True, slots=True)
class Shortage:
    """A tension or a shortage, an end of sale, a return; dates are ISO or empty."""

    state: str
    began_on: str
    updated_on: str
    back_on: str
    cip13: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One speciality: each part from its own table, whose edition the reader must see."""

    boxes: tuple[Box, ...]
    generic_group: str
    generic_kind: str
    same_group: tuple[str, ...]
    conditions: tuple[str, ...]
    shortages: tuple[Shortage, ...]
    benefits: tuple[Opinion, ...]
    improvements: tuple[Opinion, ...]


# The public base's own codes of a member of a generic group.
KINDS = {"0": "reference", "1": "generic", "2": "complementary", "4": "substitutable"}


class Sheets:
    """The rows of the secondary tables, by speciality."""

    def __init__(self, tables: Mapping[str, Iterable[Row]]) -> None:
        self._tables = {name: _Compact(rows) for name, rows in tables.items()}
        self._groups: dict[str, list[str]] = {}
        for row in self._tables["generics"].rows():
            self._groups.setdefault(row["groupe"], []).append(row["cis"])

    def of(self, cis: str) -> Sheet:
        """The sheet of a speciality; its parts are empty when no table speaks of it."""
        generic = next(iter(self._rows("generics", cis)), {"groupe": "", "libelle": "", "type": ""})
        return Sheet(
            boxes=tuple(map(_box, self._rows("presentations", cis))),
            generic_group=generic["libelle"],
            generic_kind=KINDS.get(generic["type"], ""),
            same_group=tuple(other for other in self._groups.get(generic["groupe"], ()) if other != cis),
            conditions=tuple(row["condition"] for row in self._rows("conditions", cis)),
            shortages=tuple(map(_shortage, self._rows("availability", cis))),
            benefits=_opinions(self._rows("smr", cis), "smr"),
            improvements=_opinions(self._rows("asmr", cis), "asmr"),
        )

    def _rows(self, table: str, cis: str) -> Sequence[Row]:
        return list(self._tables[table].of(cis))


class _Compact:
    """Rows by speciality, as tuples of shared strings: a third of the memory of dictionaries."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._columns: tuple[str, ...] = ()
        self._rows: dict[str, tuple[tuple[str, ...], ...]] = {}
        shared: dict[str, str] = {}
        for row in rows:
            self._columns = self._columns or tuple(row)
            values = tuple(shared.setdefault(value, value) for value in row.values())
            self._rows[row["cis"]] = (*self._rows.get(row["cis"], ()), values)

    def of(self, cis: str) -> Iterator[Row]:
        """The rows of one speciality."""
        return (dict(zip(self._columns, values, strict=True)) for values in self._rows.get(cis, ()))

    def rows(self) -> Iterator[Row]:
        """Every row."""
        return (row for cis in self._rows for row in self.of(cis))


def _box(row: Row) -> Box:
    # Some copies of the table have a point between thousands too ("1.469.05").
    whole, _, cents = row["prix_ttc"].rpartition(".")
    price = float(f"{whole.replace('.', '')}.{cents}") if cents else None
    return Box(
        row["cip13"], row["cip7"], row["libelle"], row["etat_commercialisation"], row["taux_remboursement"], price
    )


def _shortage(row: Row) -> Shortage:
    return Shortage(row["statut"], row["debut"], row["maj"], row["remise"], row["cip13"])


def _opinions(rows: Sequence[Row], level: str) -> tuple[Opinion, ...]:
    """The newest first."""
    dated = sorted(rows, key=lambda row: row["date"], reverse=True)
    return tuple(Opinion(row[level], row["motif"], _iso(row["date"])) for row in dated)


def _iso(compact: str) -> str:
    return f"{compact[:4]}-{compact[4:6]}-{compact[6:]}" if len(compact) == 8 else compact


def sheet_facts(sheet: Sheet) -> dict[str, Any]:
    """Plain facts, for the API."""
    return {
        "presentations": [
            {
                "cip13": box.cip13,
                "cip7": box.cip7,
                "label": box.label,
                "state": box.state,
                "reimbursement": box.reimbursement,
                "price": box.price,
            }
            for box in sheet.boxes
        ],
        "generic_group": sheet.generic_group,
        "generic_kind": sheet.generic_kind,
        "same_group": list(sheet.same_group),
        "conditions": list(sheet.conditions),
        "shortages": [
            {"state": one.state, "began_on": one.began_on, "updated_on": one.updated_on, "back_on": one.back_on}
            for one in sheet.shortages
        ],
        "benefits": [_opinion_facts(one) for one in sheet.benefits],
        "improvements": [_opinion_facts(one) for one in sheet.improvements],
    }


def _opinion_facts(one: Opinion) -> dict[str, str]:
    return {"level": one.level, "reason": one.reason, "given_on": one.given_on}
