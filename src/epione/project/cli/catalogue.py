"""`epione catalogue`: editions of the reference tables, their age, their import."""

import json
import os
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from epione.medications.domain.ages import age_of
from epione.medications.domain.reading import MAX_BYTES
from epione.medications.providers import pack

if TYPE_CHECKING:
    from epione.kernel.actor import Actor

app = typer.Typer(no_args_is_help=True, help="Editions of the reference tables: status, update, import.")


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"


Output = Annotated[Format, typer.Option("--format", help="text or json.")]


@app.command()
def status(output: Output = Format.TEXT) -> None:
    """Print each table's edition, age, rows and source; old editions are said on the error stream."""
    today = _today()
    ages = [age_of(edition, today) for edition in pack.editions()]
    if output is Format.JSON:
        typer.echo(json.dumps({"tables": [age.facts() for age in ages]}, ensure_ascii=False, indent=1))
    for age in ages if output is Format.TEXT else ():
        one = age.edition
        typer.echo(f"{one.table:<18} {one.edition[:10]:<11} {age.days:>5} d {one.rows:>7} rows  {one.source}")
    old = [f"{age.edition.table} ({age.edition.edition[:10]})" for age in ages if age.old]
    if old:
        typer.echo(f"Old editions: {', '.join(old)}. Run 'epione catalogue update' or import newer files.", err=True)


@app.command()
def update(output: Output = Format.TEXT) -> None:
    """Download the official files and import them; exit code 3 when the source does not answer."""
    by = _actor()
    from epione.kernel.errors import Expected  # noqa: PLC0415 -- needs Django set up
    from epione.medications.public import update_catalogue  # noqa: PLC0415 -- needs Django set up

    try:
        reports = update_catalogue(by=by)
    except Expected as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3 if error.status == 503 else 2) from None
    _print([asdict(report) for report in reports], output)


@app.command("import")
def import_file(
    kind: Annotated[str, typer.Argument(help="Which table: specialities, presentations, ..., or ansm.")],
    file: Annotated[Path, typer.Argument(help="An official file, or one of the pack.")],
    edition: Annotated[str | None, typer.Option(help="Date of its content, YYYY-MM-DD; today if not given.")] = None,
    output: Output = Format.TEXT,
) -> None:
    """Import one file, whole or not at all; exit code 2 when it is refused."""
    content = _content(file)
    if edition is not None and not _is_date(edition):
        _refuse(f"'{edition}' is not a date: write it as 2026-11-20.")
    by = _actor()
    from epione.kernel.errors import Expected  # noqa: PLC0415 -- needs Django set up
    from epione.medications.public import import_table, import_thesaurus  # noqa: PLC0415 -- needs Django set up

    facts: dict[str, Any] = {"content": content, "file_name": file.name, "by": by, "edition": edition}
    try:
        report = import_thesaurus(**facts) if kind == "ansm" else import_table(kind=kind, **facts)
    except Expected as error:
        _refuse(str(error))
    else:
        _print([asdict(report)], output)


@app.command()
def rebuild() -> None:
    """Write the imported tables again from the database: after a restore, or on a machine that joins."""
    by = _actor()
    from epione.medications.public import rebuild_catalogue  # noqa: PLC0415 -- needs Django set up

    tables = rebuild_catalogue(by=by)
    typer.echo(f"Written: {', '.join(tables)}." if tables else "Nothing was imported: the tables that ship are in use.")


def _content(file: Path) -> bytes:
    if not file.is_file():
        _refuse(f"There is no file {file}.")
    if file.stat().st_size > MAX_BYTES:
        _refuse(f"{file.name} has more than {MAX_BYTES // 1_000_000} MB: it is no table of the catalogue.")
    return file.read_bytes()


def _is_date(text: str) -> bool:
    from datetime import date  # noqa: PLC0415 -- only here

    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _print(reports: list[dict[str, Any]], output: Format) -> None:
    if output is Format.JSON:
        typer.echo(json.dumps({"imported": reports}, ensure_ascii=False, indent=1))
        return
    for report in reports:
        numbers = ", ".join(
            f"{name} {len(value) if isinstance(value, tuple) else value}"
            for name, value in report.items()
            if isinstance(value, (int, tuple)) and not isinstance(value, bool)
        )
        typer.echo(f"{report.get('table', 'ansm')} {report['edition']} from {report['file']}: {numbers}")


def _refuse(sentence: str) -> None:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)


def _today() -> Any:
    from datetime import datetime  # noqa: PLC0415 -- only here
    from zoneinfo import ZoneInfo  # noqa: PLC0415 -- only here

    return datetime.now(ZoneInfo("Europe/Paris")).date()


def _actor() -> "Actor":
    """The command acts for the installation: under its first practice, or before there is one, under none."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "epione.project.settings")
    import django  # noqa: PLC0415 -- slow import

    django.setup()
    from epione.identity.models import Practice  # noqa: PLC0415 -- needs Django set up
    from epione.identity.public import service_actor  # noqa: PLC0415 -- needs Django set up
    from epione.project import preparation  # noqa: PLC0415 -- needs Django set up

    preparation.prepare()
    first = Practice.objects.order_by("id").values_list("id", flat=True).first()
    return service_actor(first or UUID(int=0), "epione catalogue", roles=frozenset({"admin"}))
