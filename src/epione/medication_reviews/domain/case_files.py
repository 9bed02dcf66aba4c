"""Files of cases: CSV, JSON, JSON Lines; their encoding is told, never guessed in silence."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from .case import BadCase, Fault
from .leaves import both

MOST_BYTES = 64 * 1024 * 1024
# A few control characters slip into exported texts; more of them make a binary file.
_MOST_ODD = 8
_COLUMNS = {
    "cis": ("cis", "code cis"),
    "cip13": ("cip13", "cip"),
    "name": ("name", "nom", "medicament", "médicament", "drug", "dci"),
    "dose_value": ("dose", "dose_value"),
    "dose_unit": ("unit", "unite", "unité", "dose_unit"),
    "frequency": ("frequency", "frequence", "fréquence", "posologie"),
    "route": ("route", "voie"),
    "start": ("start", "debut", "début"),
    "end": ("end", "fin"),
    "prn": ("prn", "si besoin"),
    "daily_mg": ("daily_mg",),
    "indication": ("indication",),
    "atc": ("atc",),
}
_NAMES = {written: field for field, names in _COLUMNS.items() for written in names}
_PATIENT_KEYS = frozenset({"age", "birth_date", "sex", "weight_kg", "height_cm"})


def refuse(french: str, english: str, where: str = "") -> BadCase:
    """A fault of the file itself."""
    return BadCase([Fault(where, both(french, english))])


def decode(content: bytes) -> tuple[str, str]:
    """The text of a file and its encoding: UTF-8, UTF-16 with its mark, else Windows-1252 when it is plainly text.

    Raises BadCase on an empty file, one that is too big, or one that is not text.
    """
    if len(content) > MOST_BYTES:
        size = MOST_BYTES // (1024 * 1024)
        raise refuse(f"fichier de plus de {size}\u00a0Mo\u00a0: refusé", f"file larger than {size} MB: refused")
    if not content.strip():
        raise refuse("le fichier est vide", "the file is empty")
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if content.startswith(mark):
            return _checked(_decoded(content, encoding)), encoding
    try:
        text, encoding = content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = _decoded(content, "cp1252"), "cp1252"
    return _checked(text), encoding


def _checked(text: str) -> str:
    """The text, unless it says nothing or is plainly not text."""
    if not text.strip("\ufeff").strip():
        raise refuse("le fichier est vide", "the file is empty")
    if "\x00" in text or sum(not (one.isprintable() or one in "\r\n\t\ufeff") for one in text[:4096]) > _MOST_ODD:
        raise refuse("ce fichier n’est pas du texte", "this file is not text")
    return text


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise refuse(
            f"encodage illisible (ni UTF-8 ni Windows-1252), octet {error.start}",
            f"unreadable encoding (neither UTF-8 nor Windows-1252), byte {error.start}",
        ) from None


def kind_of(name: str, text: str) -> str:
    """`csv`, `json` or `jsonl`, by the file's name, else by how it starts."""
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    known = {"csv": "csv", "tsv": "csv", "txt": "csv", "jsonl": "jsonl", "ndjson": "jsonl", "json": "json"}.get(suffix)
    if known is not None:
        return known
    start = text.lstrip()[:1]
    if start == "[":
        return "json"
    if start != "{":
        return "csv"
    first, _, rest = text.strip().partition("\n")
    return "jsonl" if rest.lstrip().startswith("{") and first.rstrip().endswith("}") else "json"


def read_json(text: str) -> Any:
    """Parsed JSON. Raises BadCase with the line of the fault."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise refuse(
            f"JSON illisible, ligne {error.lineno}, colonne {error.colno}", f"unreadable JSON, {where}"
        ) from None
    except RecursionError:
        raise refuse("JSON trop imbriqué", "JSON nested too deep") from None


def json_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a JSON Lines text that are not empty, with their number."""
    for number, line in enumerate(io.StringIO(text), start=1):
        if line.strip():
            yield number, line


def read_csv(text: str) -> dict[str, Any]:
    """The case of a CSV of one treatment, as the JSON case. Raises BadCase when no column names a medicine."""
    lines = text.splitlines()
    header = next((line for line in lines if line.strip()), "")
    try:
        rows = list(csv.reader(lines, delimiter=max(";\t,", key=header.count)))
    except csv.Error as error:
        raise refuse(f"CSV illisible\u00a0: {error}", f"unreadable CSV: {error}") from None
    written = [(number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    columns = [_NAMES.get(cell.strip().lower().lstrip("\ufeff"), "") for cell in (written[0][1] if written else [])]
    if not {"cis", "cip13", "name", "atc"} & set(columns):
        raise refuse(
            "aucune colonne cis, cip13 ou name dans l’en-tête du CSV",
            "no column cis, cip13 or name in the CSV header",
            "line 1",
        )
    return {"drugs": [_csv_row(number, row, columns) for number, row in written[1:]]}


def _csv_row(number: int, row: list[str], columns: list[str]) -> dict[str, str]:
    if len(row) > len(columns) and any(cell.strip() for cell in row[len(columns) :]):
        raise refuse(
            f"{len(row)} colonnes au lieu de {len(columns)}",
            f"{len(row)} columns instead of {len(columns)}",
            f"line {number}",
        )
    return {column: cell.strip() for column, cell in zip(columns, row, strict=False) if column and cell.strip()}


def with_settings(
    values: Mapping[str, Any], settings: Mapping[str, str], flags: frozenset[str], on: str
) -> dict[str, Any]:
    """The case with data given on the command line (`egfr=25`, `age=82`, `recurrent_falls=true`), which win.

    `flags` are the yes/no facts of the rules. A measurement may carry its unit (`creatinine=98 µmol/L`).
    """
    changed = dict(values)
    for name, value in settings.items():
        if name in _PATIENT_KEYS:
            changed["patient"] = {**(changed.get("patient") or {}), name: value}
            if name == "age":
                changed["patient"].pop("birth_date", None)
        elif name == "complete":
            changed["complete"] = value
        elif name in flags:
            changed["flags"] = {**(changed.get("flags") or {}), name: value}
        else:
            number, _, unit = value.strip().partition(" ")
            others = [
                one
                for one in changed.get("observations") or []
                if not (isinstance(one, Mapping) and one.get("code") == name)
            ]
            changed["observations"] = [*others, {"code": name, "value": number, "unit": unit, "date": on}]
    return changed
