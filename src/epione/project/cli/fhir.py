"""`epione fhir`: import the record of a patient, export it."""

import json
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from epione.project.boot import boot, operator, refused

app = typer.Typer(no_args_is_help=True, help="Exchange records as FHIR R4 Bundles.")
ROLES = frozenset({"pharmacist"})
"""What the command may do in the practice that it names."""


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"


Practice = Annotated[str, typer.Option("--practice", help="FINESS or id; not needed when there is only one.")]


def _by(practice: str) -> Any:
    from epione.identity.public import find_practice  # noqa: PLC0415 -- needs Django set up

    found = find_practice(practice)
    if found is None:
        typer.echo("Name the practice with --practice (FINESS or id).", err=True)
        raise typer.Exit(2)
    return replace(operator(found.id), roles=ROLES)


@app.command("import")
def import_(
    file: Annotated[str, typer.Argument(help="A JSON file, or - for the standard input.")],
    practice: Practice = "",
    into: Annotated[UUID | None, typer.Option(help="Add to this patient instead of opening a record.")] = None,
    distinct: Annotated[bool, typer.Option("--distinct", help="It is another person than the one found.")] = False,
    output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
) -> None:
    """Import the record of one patient. Exit code 1 when it is refused, with the reasons; 2 on a wrong call."""
    boot()
    from epione.fhir.public import import_bundle  # noqa: PLC0415 -- needs Django set up

    by = _by(practice)
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        typer.echo(f"{file}: {error.strerror}", err=True)
        raise typer.Exit(2) from error
    with refused():
        report = import_bundle(content=content, by=by, into=into, confirmed_distinct=distinct)
    if output is Format.JSON:
        typer.echo(json.dumps(report.to_dict(), ensure_ascii=False))
        return
    done = f"{report.facts} entries, {report.lines} treatment lines, {report.already_there} already there"
    typer.echo(f"Patient {report.patient_id}: {done}.")
    for name in report.unknown_medicines:
        typer.echo(f"  outside the analysis: {name}")
    for note in report.notes:
        typer.echo(f"  {note['en']}")
    aside = ", ".join(f"{kind} {count}" for kind, count in report.left_aside.items())
    typer.echo(f"  left aside: {aside}" if aside else "  nothing left aside")


@app.command()
def export(
    patient_id: Annotated[UUID, typer.Argument(help="Id of the patient.")],
    practice: Practice = "",
    to: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; else the standard output.")] = None,
) -> None:
    """Export the record of a patient. Exit code 1 when there is no such patient."""
    boot()
    from epione.fhir.public import export_bundle  # noqa: PLC0415 -- needs Django set up

    with refused():
        bundle = export_bundle(patient_id=patient_id, by=_by(practice))
    text = json.dumps(bundle, ensure_ascii=False, indent=2)
    if to:
        to.write_text(text + "\n", encoding="utf-8")
    else:
        typer.echo(text)
