"""The compiled catalogue, kept under `EPIONE_HOME/cache` so that a start takes a tenth of a second."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from epione.medications.domain import compiled, composition, names
from epione.medications.domain.compiled import Edition, Rows, compile_tables

from . import pack

_SOURCES = ("specialities", "presentations", "composition", "substance_map", "corrections", "validated", "synonyms")


def compile_pack() -> dict[str, Any]:
    """Compile the tables in use (about a second): `tables` of `Catalogue`."""
    corrections = {row["cis"]: (row["atc"], "manual") for row in pack.read_rows("corrections")}
    corrections |= {row["cis"]: (row["atc"], "validated") for row in pack.read_rows("validated")}
    tables = compile_tables(
        Rows(
            specialities=pack.read_rows("specialities"),
            presentations=pack.read_rows("presentations"),
            composition=pack.read_rows("composition"),
            substance_map=pack.read_rows("substance_map"),
            corrections=corrections,
            editions=pack.editions(),
        )
    )
    return tables | {"synonyms": {row["alias"]: row["name"] for row in pack.read_rows("synonyms")}}


def tables() -> dict[str, Any]:
    """The compiled tables: from the snapshot when there is one that fits, else compiled and kept for the next start."""
    path = _path()
    content = _kept(path)
    if content is None:
        content = compile_pack()
        _keep(path, content)
    return content


def editions() -> tuple[Edition, ...]:
    """The editions of the compiled tables, read apart: a page that tells their age waits for no loading."""
    content = _kept(_editions_of(_path())) or tables()
    return tuple(Edition(**edition) for edition in content["editions"])


def _path() -> Path:
    return _folder() / f"catalogue-{_key()[:16]}.json"


def _editions_of(path: Path) -> Path:
    return path.with_name(f"{path.stem}-editions.json")


def _kept(path: Path) -> dict[str, Any] | None:
    """The snapshot, None when there is none or when it is damaged: it is then made again."""
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return found


def _folder() -> Path:
    return Path(os.environ.get("EPIONE_HOME", "var")).resolve() / "cache"


def _key() -> str:
    """The sha256 of all that the snapshot depends on: the files in use and the code that compiles them."""
    digest = hashlib.sha256(repr(pack.stamp()).encode())
    code = [Path(module.__file__ or "") for module in (compiled, composition, names)]
    for path in [*map(pack.path_of, _SOURCES), *code]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _keep(path: Path, content: dict[str, Any]) -> None:
    """Write a snapshot and its editions; a home that cannot be written only costs the time to compile again."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in path.parent.glob("catalogue-*.json"):
            old.unlink(missing_ok=True)
    except OSError:
        return
    _write(_editions_of(path), {"editions": content["editions"]})
    _write(path, content)


def _write(path: Path, content: dict[str, Any]) -> None:
    """Write a file whole or not at all."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        temporary.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
