"""The reference tables as files: the pack that ships, and over it what was imported into `EPIONE_HOME/catalogue`."""

import csv
import gzip
import hashlib
import io
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from epione.medications.domain.compiled import Edition

DATA = Path(__file__).resolve().parent.parent / "data"
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
    "validated": ("validated.csv", "2026-11-20", "ATC codes corrected by pharmacists here", _OWN),
    "synonyms": ("synonyms.csv", "2026-11-20", "Everyday names of substances", _OWN),
}


def overlay_folder() -> Path:
    """`EPIONE_HOME/catalogue`: the tables that were imported, in the formats of the pack."""
    return Path(os.environ.get("EPIONE_HOME", "var")).resolve() / "catalogue"


def stamp() -> int:
    """Changes with each import, in whatever process: what is loaded before is then out of date."""
    # Asked at every look-up: no Path, whose resolution costs more than the look-up.
    try:
        return os.stat(f"{os.environ.get('EPIONE_HOME', 'var')}/catalogue/editions.json").st_mtime_ns  # noqa: PTH116 -- asked at each look-up
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=2)
def _imported(_stamp: int) -> dict[str, Edition]:
    path = overlay_folder() / "editions.json"
    return {name: Edition(**facts) for name, facts in json.loads(path.read_text("utf-8")).items()} if _stamp else {}


def _overlay(table: str) -> Edition | None:
    """The imported edition of a table, unless the pack that ships is newer."""
    found = _imported(stamp()).get(table)
    return found if found and found.edition >= TABLES[table][1] else None


def path_of(table: str) -> Path:
    """The file that a table is read from."""
    return (overlay_folder() if _overlay(table) else DATA) / TABLES[table][0]


def put_overlay(content: dict[str, tuple[Edition, bytes]]) -> None:
    """Put imported tables over the pack; the list of editions is replaced last, so that readers see all or nothing."""
    folder = overlay_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for table, (_, data) in content.items():
        _write(folder / TABLES[table][0], data)
    editions_now = _imported(stamp()) | {table: edition for table, (edition, _) in content.items()}
    facts = {table: asdict(edition) for table, edition in editions_now.items()}
    _write(folder / "editions.json", json.dumps(facts, ensure_ascii=False, indent=1).encode())


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    temporary.write_bytes(data)
    temporary.replace(path)


def read_bytes(table: str) -> bytes:
    """The content of a table's file."""
    return path_of(table).read_bytes()


def read_rows(table: str) -> Iterator[dict[str, str]]:
    """The rows of a TSV or CSV table, in the edition in use."""
    return _rows(TABLES[table][0], read_bytes(table))


def shipped_rows(table: str) -> Iterator[dict[str, str]]:
    """The rows of a table as it ships, whatever was imported since."""
    return _rows(TABLES[table][0], (DATA / TABLES[table][0]).read_bytes())


def _rows(name: str, content: bytes) -> Iterator[dict[str, str]]:
    if name.endswith(".gz"):
        content = gzip.decompress(content)
    text = io.StringIO(content.decode("utf-8"), newline="")
    return iter(csv.DictReader(text, delimiter="\t" if ".tsv" in name else ","))


def read_json(table: str) -> Any:
    """The content of a JSON table, in the edition in use."""
    return _json(TABLES[table][0], read_bytes(table))


def _json(name: str, content: bytes) -> Any:
    return json.loads(gzip.decompress(content) if name.endswith(".gz") else content)


def shipped_edition(table: str) -> Edition:
    """Source, date, licence and sha256 of a table that ships."""
    file, date, source, licence = TABLES[table]
    return Edition(table, date, source, licence, hashlib.sha256((DATA / file).read_bytes()).hexdigest(), _count(table))


def editions() -> tuple[Edition, ...]:
    """The editions in use of all tables."""
    return tuple(_overlay(table) or shipped_edition(table) for table in TABLES)


def _count(table: str) -> int:
    if not TABLES[table][0].endswith((".json", ".json.gz")):
        return sum(1 for _ in shipped_rows(table))
    content = _json(TABLES[table][0], (DATA / TABLES[table][0]).read_bytes())
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
