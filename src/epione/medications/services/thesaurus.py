"""Importing the thesaurus's own wording, and comparing its facts with those that ship."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from epione.identity.public import require
from epione.kernel.actor import Actor
from epione.kernel.clock import today
from epione.ledger.public import record
from epione.medications.domain.reading import BadFileError, unpacked
from epione.medications.domain.thesaurus import PrintedInteraction, read_lines, read_pack, unique_pairs
from epione.medications.errors import ImportRefused
from epione.medications.models import Edition, ThesaurusText
from epione.medications.providers import pack
from epione.medications.providers.thesaurus_pdf import printed_lines

from .importing import problem_of


@dataclass(frozen=True, slots=True)
class ThesaurusReport:
    """What an import of the thesaurus brought, and how it compares with the facts in use.

    `other_levels` and `unknown_pairs` name pairs for a pharmacist to look at: the facts in use do not change.
    """

    edition: str
    file: str
    sha256: str
    interactions: int
    with_mechanism: int
    with_management: int
    agreeing: int
    other_levels: tuple[str, ...]
    unknown_pairs: tuple[str, ...]
    missing_pairs: int


def import_thesaurus(*, content: bytes, file_name: str, by: Actor, edition: str | None = None) -> ThesaurusReport:
    """Import the wording of the thesaurus from its official PDF, or from a JSON pack that carries the texts."""
    require(by, "medications:write")
    try:
        rows, dated = _read(content)
    except BadFileError as error:
        raise ImportRefused(file=file_name, line=error.line, problem=problem_of(error)) from error
    pairs = unique_pairs(rows)
    digest = hashlib.sha256(content).hexdigest()
    report = _compared(pairs, edition or dated or today().isoformat(), file_name, digest)
    with transaction.atomic():
        _store(pairs, report, by)
        record(action="medications.import", by=by, entity=("table", "ansm"), after=asdict(report))
    return report


def _read(content: bytes) -> tuple[tuple[PrintedInteraction, ...], str | None]:
    if content.startswith(b"%PDF"):
        return read_lines(printed_lines(content)), None
    try:
        facts: Any = json.loads(unpacked(content))
    except (ValueError, RecursionError) as error:
        raise BadFileError(1, "not-a-thesaurus") from error
    rows = read_pack(facts)
    return rows, facts.get("meta", {}).get("edition")


def _store(pairs: tuple[PrintedInteraction, ...], report: ThesaurusReport, by: Actor) -> None:
    source, licence = pack.TABLES["interactions"][2:]
    edition = Edition.objects.create(
        table="ansm_texts",
        edition=report.edition,
        source=source,
        licence=licence,
        file=report.file,
        sha256=report.sha256,
        rows=report.interactions,
        imported_by=by.name,
    )
    ThesaurusText.objects.bulk_create(
        [
            ThesaurusText(
                edition=edition,
                a=one.a,
                b=one.b,
                levels=" ".join(one.levels),
                mechanism=one.mechanism,
                management=one.management,
                page=one.page,
            )
            for one in pairs
        ],
        batch_size=500,
    )


def _compared(pairs: tuple[PrintedInteraction, ...], edition: str, file: str, digest: str) -> ThesaurusReport:
    known = {frozenset((row["a"], row["b"])): set(row["levels"]) for row in pack.ansm()["interactions"]}
    found = {frozenset((one.a, one.b)): one for one in pairs}
    common = {key: one for key, one in found.items() if key in known}
    other = [one for key, one in common.items() if set(one.levels) != known[key]]
    return ThesaurusReport(
        edition=edition,
        file=file,
        sha256=digest,
        interactions=len(pairs),
        with_mechanism=sum(bool(one.mechanism) for one in pairs),
        with_management=sum(bool(one.management) for one in pairs),
        agreeing=len(common) - len(other),
        other_levels=tuple(sorted(f"{one.a} + {one.b}" for one in other)),
        unknown_pairs=tuple(sorted(f"{one.a} + {one.b}" for key, one in found.items() if key not in known)),
        missing_pairs=len(known.keys() - found.keys()),
    )
