"""The data pack that ships with Epione, read from `data/`, and its compiled snapshot under `EPIONE_HOME/cache`."""

import csv
import gzip
import hashlib
import io
import json
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from epione.medications.domain import compiled
from epione.medications.domain.compiled import Edition, Rows, compile_tables

DATA = Path(__file__).resolve().parent.parent / "data"
_DOMAIN = Path(compiled.__file__).resolve().parent
_ETALAB = "Licence Ouverte Etalab 2.0"
_BDPM = "Base de données publique des médicaments (ANSM, HAS, UNCAM)"
_ANSM = "ANSM, Thésaurus des interactions médicamenteuses"
_CRPA = "CRPA L.321-1 (facts only)"
_OWN = "Epione"

# file, edition, source, licence: the attribution of every table that ships
TABLES: dict[str, tuple[str, str, str, str]] = {
    "specialities": ("bdpm_specialites.tsv.gz", "2026-07-24", _BDPM, _ETALAB),
    "presentations": ("bdpm_presentations.tsv.gz", "2026-07-24", _BDPM, _ETALAB),
    "composition": ("bdpm_composition.tsv.gz", "2026-05-26", _BDPM, _ETALAB),
    "generics": ("bdpm_generiques.tsv.gz", "2026-07-24", _BDPM, _ETALAB),
    "conditions": ("bdpm_conditions.tsv.gz", "2026-05-26", _BDPM, _ETALAB),
    "availability": ("bdpm_disponibilite.tsv.gz", "2026-05-18", _BDPM, _ETALAB),
    "smr": ("has_smr_2023-11.tsv.gz", "2023-11-18", "HAS, avis de la commission de la transparence", _ETALAB),
    "asmr": ("has_asmr_2025-05.tsv.gz", "2025-05-20", "HAS, avis de la commission de la transparence", _ETALAB),
    "atc": ("atc.csv", "2026-11-20", "Codes used by BDPM or by the rules; French labels of Epione or from BDPM", _OWN),
    "interactions": ("ansm_interactions.json.gz", "2023-09-15", _ANSM, _CRPA),
    "class_members": ("ansm_class_members.csv", "2023-09-15", _ANSM, _CRPA),
    "substance_map": ("ansm_substance_map.csv", "2023-09-15", f"{_ANSM}; mapping of Epione", _CRPA),
    "risk_lists": ("ansm_risk_lists.csv", "2023-09-15", f"{_ANSM}; tags of Epione", _CRPA),
    "conditional_rules": ("ansm_conditional_rules.json", "2026-11-20", "Encoding of Epione after the thesaurus", _OWN),
    "supplement": ("supplement_interactions.csv", "2026-11-20", "Pairs of Epione after the official monographs", _OWN),
    "acb": ("acb.csv", "2021-10", "OMéDIT PACA-Corse (after Briet 2015, Boustani 2008)", "cite the papers"),
    "frid": ("frid.csv", "2026-11-20", "Classes of STOPPFall (Seppala 2021); weights of Epione", _OWN),
    "corrections": ("corrections.csv", "2026-11-20", "Codes of Epione where an inherited one misleads", _OWN),
    "synonyms": ("synonyms.csv", "2026-11-20", "Everyday names of substances", _OWN),
}
COMPILED = ("specialities", "presentations", "composition", "substance_map")


def read_bytes(table: str) -> bytes:
    """The content of a table's file as shipped."""
    return (DATA / TABLES[table][0]).read_bytes()


def read_rows(table: str) -> Iterator[dict[str, str]]:
    """The rows of a TSV or CSV table of the pack."""
    content = read_bytes(table)
    name = TABLES[table][0]
    if name.endswith(".gz"):
        content = gzip.decompress(content)
    text = io.StringIO(content.decode("utf-8"), newline="")
    return iter(csv.DictReader(text, delimiter="\t" if ".tsv" in name else ","))


def read_json(table: str) -> Any:
    """The content of a JSON table of the pack."""
    content = read_bytes(table)
    return json.loads(gzip.decompress(content) if TABLES[table][0].endswith(".gz") else content)


def edition(table: str) -> Edition:
    """Source, date, licence and sha256 of a table that ships."""
    file, date, source, licence = TABLES[table]
    return Edition(table, date, source, licence, hashlib.sha256((DATA / file).read_bytes()).hexdigest(), _count(table))


def editions() -> tuple[Edition, ...]:
    """The editions of all tables that ship."""
    return tuple(edition(table) for table in TABLES)


def _count(table: str) -> int:
    if not TABLES[table][0].endswith((".json", ".json.gz")):
        return sum(1 for _ in read_rows(table))
    content = read_json(table)
    return len(content["interactions"] if "interactions" in content else content["rows"])


@lru_cache(maxsize=1)
def ansm() -> dict[str, Any]:
    """Everything of the thesaurus that ships, as plain facts.

    `meta`, `entities`, `classes` (key -> members), `interactions` as in the JSON, `conditional_rules` (rows); as lists
    of rows `substance_map`, `class_members`, `risk_lists`, `supplement`, `acb`, `frid`.
    """
    facts: dict[str, Any] = read_json("interactions")
    facts["conditional_rules"] = read_json("conditional_rules")["rows"]
    for table in ("substance_map", "class_members", "risk_lists", "supplement", "acb", "frid"):
        facts[table] = list(read_rows(table))
    return facts


def compile_pack() -> dict[str, Any]:
    """Compile the shipped tables (about a second): `tables` of `Catalogue`."""
    tables = compile_tables(
        Rows(
            specialities=read_rows("specialities"),
            presentations=read_rows("presentations"),
            composition=read_rows("composition"),
            substance_map=read_rows("substance_map"),
            corrections={row["cis"]: (row["atc"], "manual") for row in read_rows("corrections")},
            editions=editions(),
        )
    )
    return tables | {"synonyms": {row["alias"]: row["name"] for row in read_rows("synonyms")}}


def snapshot_key() -> str:
    """The sha256 of what the snapshot depends on: the shipped files and the code that compiles them."""
    digest = hashlib.sha256()
    for path in sorted([*DATA.iterdir(), *_DOMAIN.glob("*.py")]):
        if path.suffix in {".py", ".gz", ".csv", ".json"}:
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def cache_folder() -> Path:
    """`EPIONE_HOME/cache`."""
    return Path(os.environ.get("EPIONE_HOME", "var")).resolve() / "cache"


def tables() -> dict[str, Any]:
    """The compiled pack: from the snapshot when it is there and fits, else compiled and kept for the next start."""
    path = cache_folder() / f"catalogue-{snapshot_key()[:16]}.json"
    if path.exists():
        found: dict[str, Any] = json.loads(path.read_bytes())
        return found
    compiled_tables = compile_pack()
    write_snapshot(path, compiled_tables)
    return compiled_tables


def write_snapshot(path: Path, content: dict[str, Any]) -> None:
    """Write a snapshot whole or not at all; a home that cannot be written only costs the time to compile again."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
