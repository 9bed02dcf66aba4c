"""Compiling the reference tables: rows as published become what the catalogue holds in memory."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .composition import CompositionLine, Part, fractions_of_salts, parts_of
from .drug import DrugStatus
from .names import base_key, normalise

TableRows = Iterable[Mapping[str, str]]
Corrections = Mapping[str, tuple[str, str]]
_ACTIVE = "Autorisation active"


@dataclass(frozen=True, slots=True)
class Edition:
    """Where a table comes from: shown with every finding. `edition` is an ISO date or month."""

    table: str
    edition: str
    source: str
    licence: str
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Rows:
    """The tables as plain rows with the column names of the pack; `corrections`: CIS -> (ATC, its source)."""

    specialities: TableRows
    presentations: TableRows
    composition: TableRows
    substance_map: TableRows
    corrections: Corrections
    editions: tuple[Edition, ...]


def compile_tables(rows: Rows) -> dict[str, Any]:
    """What `Catalogue` is built from, in plain JSON types.

    `specialities`: [cis, name, form, routes, status, atc, atc_source, holder, [[code, amount, unit], ...]];
    `substances`: code -> [name, [other names], [ANSM entities]]; `inns`: [name, code, [entities], [atc]].
    """
    lines = [(row["cis"], _line(row)) for row in rows.composition]
    by_cis: dict[str, list[CompositionLine]] = defaultdict(list)
    for cis, line in lines:
        by_cis[cis].append(line)
    fractions = fractions_of_salts(lines)
    mapped = list(rows.substance_map)
    presentations = list(rows.presentations)
    reimbursed = {row["cis"] for row in presentations if row["taux_remboursement"]}
    specialities: list[list[Any]] = []
    codes: dict[str, frozenset[str]] = {}
    for row in rows.specialities:
        routes = frozenset(row["voies"].split(";"))
        parts = parts_of(by_cis.get(row["cis"], ()), name=row["denomination"], routes=routes, fractions=fractions)
        codes.update({part.code: codes.get(part.code, frozenset()) | part.codes for part in parts})
        specialities.append([*_speciality(row, parts, rows.corrections), row["cis"] in reimbursed])
    return {
        "editions": [asdict(edition) for edition in rows.editions],
        "specialities": specialities,
        "substances": _substances(lines, codes, mapped),
        "presentations": [[row["cip13"], row["cip7"], row["cis"]] for row in presentations],
        "inns": _inns(mapped),
    }


def _line(row: Mapping[str, str]) -> CompositionLine:
    return CompositionLine(
        row["code_substance"], row["substance"], row["dosage"], row["reference"], row["nature"], row["liaison"]
    )


def _speciality(row: Mapping[str, str], parts: tuple[Part, ...], corrections: Corrections) -> list[Any]:
    cis = row["cis"]
    atc, atc_source = corrections.get(cis, (row["atc"], row["atc_source"]))
    return [
        cis,
        row["denomination"],
        re.sub(r"\s+", " ", row["forme"]),
        row["voies"],
        status_of(row, has_composition=bool(parts)).value,
        atc,
        atc_source,
        row["titulaire"],
        [[part.code, part.amount, part.unit] for part in parts],
    ]


def status_of(row: Mapping[str, str], *, has_composition: bool) -> DrugStatus:
    """What the catalogue can say of a speciality: homeopathy, then missing composition, come before the market."""
    if row["homeopathie"] == "1":
        return DrugStatus.HOMEOPATHIC
    if not has_composition:
        return DrugStatus.WITHOUT_COMPOSITION
    marketed = row["commercialise"] == "1" and row["statut_amm"] == _ACTIVE
    return DrugStatus.MARKETED if marketed else DrugStatus.RETIRED


def _substances(
    lines: list[tuple[str, CompositionLine]], codes: Mapping[str, frozenset[str]], mapped: list[Mapping[str, str]]
) -> dict[str, list[Any]]:
    """Names and ANSM entities of every code; a code inherits the entities of the salts it stands for."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for _, line in lines:
        spellings[line.code][line.substance] += 1
    entities = _entities_by_code(mapped)
    by_name = {base_key(row["ansm_name"]): row["ansm_key"] for row in mapped}
    found = {}
    for code, names in spellings.items():
        related = codes.get(code, frozenset({code}))
        inherited = set().union(*(entities.get(other, set()) for other in related))
        # Clavulanic acid is sold as its potassium salt and is no potassium: only what its own name says is inherited.
        keys = _own(entities[code], names) if code in entities else _named(inherited, names)
        if not keys:
            # The published map misses some salts ("chlorure de magnésium"): the name settles it.
            keys = {key for other in related for key in _entity_by_name(spellings[other], by_name)}
        found[code] = [_usual(names), sorted(set(names) - {_usual(names)}), sorted(keys)]
    return found


def _usual(names: Counter[str]) -> str:
    """The spelling without its salt if there is one, else the most used; then the shorter: never the order of rows."""
    return min(names, key=lambda name: (normalise(name) != base_key(name), -names[name], len(name), name))


def _named(keys: set[str], names: Iterable[str]) -> set[str]:
    """Entities that the substance's own name spells out: the published map gives each salt of sodium all of them."""
    text = " ".join(normalise(name) for name in names)
    return {key for key in keys if all(word in text for word in key.split())}


def _own(keys: set[str], names: Iterable[str]) -> set[str]:
    """Entities that the map gives to this very code, all of them when the name does not choose.

    Salts of sodium are the exception: alginate is neither oxybate (a sedative) nor picosulfate (a laxative).
    """
    return _named(keys, names) or {key for key in keys if len(keys) == 1 or "sodium" not in key.split()}


_SALTS_OF = re.compile(r"^(?:chlorure|carbonate|gluconate|lactate|pidolate|citrate|sulfate|oxyde|hydroxyde) de (\w+)")


def _entity_by_name(names: Iterable[str], by_name: Mapping[str, str]) -> set[str]:
    keys = set()
    for name in names:
        mineral = _SALTS_OF.match(normalise(name))
        for key in (base_key(name), mineral[1] if mineral else ""):
            if key in by_name:
                keys.add(by_name[key])
    return keys


def _entities_by_code(mapped: Iterable[Mapping[str, str]]) -> dict[str, set[str]]:
    entities: dict[str, set[str]] = defaultdict(set)
    for row in mapped:
        for code in filter(None, row["bdpm_substance_codes"].split("|")):
            entities[code].add(row["ansm_key"])
    return entities


def _inns(mapped: Iterable[Mapping[str, str]]) -> list[list[Any]]:
    return [
        [row["ansm_name"], row["bdpm_substance_codes"], [row["ansm_key"]], [a for a in row["atc"].split("|") if a]]
        for row in mapped
    ]
