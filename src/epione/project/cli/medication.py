"""`epione medication`: search, interactions and review from the command line."""

import json
from enum import StrEnum
from typing import Annotated

import typer

from epione.medications.domain.description import search_facts
from epione.medications.providers.memory import load_catalogue, search_medications

app = typer.Typer(no_args_is_help=True, help="Search a medicine, check a pair, review a treatment.")


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"


@app.command()
def search(
    text: Annotated[list[str], typer.Argument(help="Brand, substance, strength, form or code.")],
    output: Annotated[Format, typer.Option("--format", help="How to print the answer.")] = Format.TEXT,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many answers.")] = 20,
) -> None:
    """Search the catalogue as a pharmacist types; exit code 1 when nothing comes near."""
    typed = " ".join(text)
    hits = search_medications(typed, limit)
    if output is Format.JSON:
        editions = {one.table: one.edition for one in load_catalogue().editions}
        typer.echo(json.dumps(search_facts(typed, hits) | {"catalogue": editions}, ensure_ascii=False))
    for hit in hits if output is Format.TEXT else ():
        note = f" ({hit.drug.status.value})" if hit.drug.status.value != "marketed" else ""
        typer.echo(f"{hit.drug.cis}  {hit.drug.name}{note}")
    if not hits:
        typer.echo("No medicine comes near this text.", err=True)
        raise typer.Exit(1)
