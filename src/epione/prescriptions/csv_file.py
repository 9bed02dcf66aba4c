"""A CSV of one treatment, read into lines: the columns that the command line and the page both document."""

import csv
import io
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from epione.kernel.errors import Invalid

from .domain.line import LineContent

MOST_BYTES = 5 * 1024 * 1024
MOST_LINES = 500
COLUMNS = {
    "cis": "cis", "code cis": "cis", "cip13": "cip13", "cip": "cip13", "name": "name", "nom": "name",
    "medicament": "name", "médicament": "name", "dci": "name", "dose": "dose", "unit": "unit", "unite": "unit",
    "unité": "unit", "frequency": "frequency", "frequence": "frequency", "fréquence": "frequency",
    "posologie": "frequency", "route": "route", "voie": "route", "start": "start", "debut": "start", "début": "start",
    "end": "end", "fin": "end", "prn": "prn", "si besoin": "prn",
}  # fmt: skip
_YES = frozenset({"1", "true", "yes", "oui", "o", "y", "vrai", "x"})
_NO = frozenset({"0", "false", "no", "non", "n", "faux"})


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or Windows-1252; refused with the reason otherwise."""
    if len(content) > MOST_BYTES:
        raise Invalid({"file": [_("This file is larger than %(size)s MB: a treatment is never that long.")
                                % {"size": MOST_BYTES // 1024 // 1024}]})  # fmt: skip
    if not content.strip():
        raise Invalid({"file": [_("This file is empty.")]})
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text or "\ufffd" in text:
        raise Invalid({"file": [_("This file is not text: save it as CSV (UTF-8) and send it again.")]})
    return text


def read_lines(text: str) -> list[LineContent]:
    """The lines of a CSV; `Invalid` names the row and the cell that cannot be read."""
    if "\x00" in text:
        raise Invalid({"file": [_("This file is not text: save it as CSV (UTF-8) and send it again.")]})
    header = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";\t,", key=header.count)
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(cell.strip() for cell in row)]
    columns = [COLUMNS.get(cell.strip().lower(), "") for cell in rows[0]] if rows else []
    if not {"cis", "cip13", "name"} & set(columns):
        raise Invalid({"file": [_("No column is named cis, cip13 or name: the first line must name the columns.")]})
    if len(rows) - 1 > MOST_LINES:
        raise Invalid({"file": [_("More than %(most)s lines: is this one patient?") % {"most": MOST_LINES}]})
    return [_line(number, dict(zip(columns, row, strict=False))) for number, row in enumerate(rows[1:], start=2)]


def _line(number: int, cells: dict[str, str]) -> LineContent:
    values = {name: value.strip() for name, value in cells.items() if name}
    code = values.get("cis", "")
    content: dict[str, Any] = {
        "written": values.get("name") or values.get("cip13") or code or "",
        "cis": code if code.isdigit() and len(code) == 8 else "",
        "posology": values.get("frequency", ""),
        "dose_value": _number(number, values.get("dose", "")),
        "dose_unit": values.get("unit", ""),
        "route": values.get("route", ""),
        "start": _day(number, values.get("start", "")),
        "end": _day(number, values.get("end", "")),
        "prn": _truth(values.get("prn", "")),
    }
    if values.get("cip13"):
        content["written"] = values["cip13"]
    return LineContent(**content)


def _fault(number: int, what: str) -> Invalid:
    return Invalid({"file": [_("Line %(number)s: %(what)s") % {"number": number, "what": what}]})


def _number(number: int, text: str) -> float | None:
    if not text:
        return None
    try:
        return float(text.replace(",", ".").replace("\u202f", "").replace(" ", ""))
    except ValueError:
        raise _fault(number, _("“%(text)s” is not a dose.") % {"text": text[:40]}) from None


def _day(number: int, text: str) -> date | None:
    if not text:
        return None
    parts = text.replace(".", "/").replace("-", "/").split("/")
    ordered = parts if len(parts[0]) == 4 else parts[::-1]
    try:
        year, month, day = (int(part) for part in ordered)
        return date(year, month, day)
    except ValueError:
        raise _fault(number, _("“%(text)s” is not a date (25/12/2026 or 2026-12-25).") % {"text": text[:40]}) from None


def _truth(text: str) -> bool | None:
    return True if text.lower() in _YES else False if text.lower() in _NO else None
