"""Importing a reference table: checked, counted, all or nothing."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from epione.identity.public import require
from epione.kernel.actor import Actor
from epione.kernel.clock import today
from epione.ledger.public import record
from epione.medications import queries
from epione.medications.domain.reading import BadFileError, Reading, read_table
from epione.medications.domain.tables import TABLES, Row
from epione.medications.errors import ImportRefused, UnknownTable
from epione.medications.models import Edition
from epione.medications.providers import pack

from .storing import Change, ensure_baseline, publish_after_commit, store

_SHRUNK = 0.5


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did; `unchanged` when this very file was imported before."""

    table: str
    edition: str
    file: str
    sha256: str
    rows: int
    added: int
    changed: int
    ended: int
    empty_lines: int
    trailing_tabs: int
    repeated: int
    unchanged: bool = False


def import_table(*, kind: str, content: bytes, file_name: str, by: Actor, edition: str | None = None) -> ImportReport:
    """Import one table from an official file or a file of the pack; `edition` is its ISO date, today if not given.

    A file that cannot be trusted whole (encoding, columns, codes, half of the rows gone) is refused with its line.
    """
    require(by, "medications:write")
    if kind not in TABLES:
        raise UnknownTable(kind=kind, known=", ".join([*TABLES, "ansm"]))
    try:
        reading = read_table(TABLES[kind], content)
    except BadFileError as error:
        raise ImportRefused(file=file_name, line=error.line, problem=problem_of(error)) from error
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        report = _import(kind, reading, file_name, digest, edition or today().isoformat(), by)
        if not report.unchanged:
            record(action="medications.import", by=by, entity=("table", kind), after=asdict(report))
    return report


def _import(kind: str, reading: Reading, file_name: str, digest: str, date: str, by: Actor) -> ImportReport:
    table = "specialities" if kind == "mitm" else kind
    ensure_baseline(table)
    newest = queries.newest_edition(table)
    if newest and newest.sha256 == digest:
        return _report(newest, Change(0, 0, 0), unchanged=True)
    if newest and newest.edition > date:
        problem = _("this edition is older than the one in use (%(present)s)") % {"present": newest.edition}
        raise ImportRefused(file=file_name, line=1, problem=problem)
    rows = list(_completed(kind, reading))
    present = sum(1 for _row in queries.rows_in_use(table))
    if len(rows) < _SHRUNK * present:
        problem = _("only %(found)s rows where the edition in use has %(present)s: the file is probably cut")
        raise ImportRefused(file=file_name, line=len(rows), problem=problem % {"found": len(rows), "present": present})
    source, licence = pack.TABLES[table][2:]
    imported = Edition.objects.create(
        table=table,
        edition=date,
        source=source,
        licence=licence,
        file=file_name,
        sha256=digest,
        rows=len(rows),
        empty_lines=reading.empty_lines,
        trailing_tabs=reading.trailing_tabs,
        repeated=reading.repeated,
        imported_by=by.name,
    )
    change = store(table, rows, imported)
    publish_after_commit(table)
    return _report(imported, change)


def _report(edition: Edition, change: Change, *, unchanged: bool = False) -> ImportReport:
    return ImportReport(
        table=edition.table,
        edition=edition.edition,
        file=edition.file,
        sha256=edition.sha256,
        rows=edition.rows,
        added=change.added,
        changed=change.changed,
        ended=change.ended,
        empty_lines=edition.empty_lines,
        trailing_tabs=edition.trailing_tabs,
        repeated=edition.repeated,
        unchanged=unchanged,
    )


def _completed(kind: str, reading: Reading) -> Iterable[Row]:
    """The official list of specialities has no ATC code: it is kept from the edition before, or given by MITM."""
    if kind == "mitm":
        return _with_official_codes({row["cis"]: row["atc"] for row in reading.rows})
    if kind == "specialities" and reading.official:
        return _with_known_codes(reading.rows)
    return reading.rows


def _with_official_codes(codes: dict[str, str]) -> Iterable[Row]:
    for row in queries.rows_in_use("specialities"):
        code = codes.get(row["cis"])
        if code:
            yield row | {"atc": code, "atc_source": "mitm"}
        else:
            yield row | ({"atc_source": "manual"} if row["atc_source"] == "mitm" else {})


def _with_known_codes(rows: Iterable[Row]) -> Iterable[Row]:
    before = {row["cis"]: row for row in queries.rows_in_use("specialities")}
    groups = _codes_of_groups(before)
    for row in rows:
        old = before.get(row["cis"])
        if old:
            kept = {name: old[name] for name in ("atc", "atc_source", "substances", "homeopathie")}
            yield row | kept
        elif code := groups.get(row["cis"]):
            yield row | {"atc": code, "atc_source": "generic_group"}
        else:
            yield row


def _codes_of_groups(known: dict[str, Row]) -> dict[str, str]:
    """CIS -> the one code that the other members of its generic group bear."""
    members: dict[str, list[str]] = defaultdict(list)
    for row in pack.read_rows("generics"):
        members[row["groupe"]].append(row["cis"])
    found: dict[str, str] = {}
    for group in members.values():
        codes = {known[cis]["atc"] for cis in group if cis in known and known[cis]["atc"]}
        if len(codes) == 1:
            found.update(dict.fromkeys(group, codes.pop()))
    return found


def problem_of(error: BadFileError) -> str:
    """The sentence of a refused file."""
    sentences: dict[str, Any] = {
        "damaged-archive": _("the archive is damaged"),
        "too-large": _("the file has more than %(megabytes)s MB"),
        "empty-file": _("the file has no row"),
        "wrong-encoding": _("the encoding is not %(expected)s"),
        "broken-characters": _("accented letters are broken"),
        "wrong-columns": _("%(found)s columns instead of %(expected)s"),
        "repeated-key": _("the key %(key)s comes twice with different contents"),
        "bad-code": _("“%(value)s” is not a %(column)s code"),
        "missing-key": _("the %(column)s code is missing"),
        "not-a-thesaurus": _("this is not the thesaurus of drug interactions in a known layout"),
    }
    return str(sentences[error.code]) % error.facts
