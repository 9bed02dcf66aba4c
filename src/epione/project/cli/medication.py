"""`epione medication`: search, interactions and review from the command line."""

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from epione.medications.domain.description import search_facts
from epione.medications.domain.interactions_description import (
    UnreadableFactError,
    UnresolvedNameError,
    pairs_facts,
    read_fact,
)
from epione.medications.providers.memory import load_catalogue, resolve_medication, search_medications
from epione.medications.providers.thesaurus import load_thesaurus

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


@app.command()
def interactions(
    names: Annotated[list[str], typer.Argument(help="Two medicines or more: brand, substance or code.")],
    output: Annotated[Format, typer.Option("--format", help="How to print the answer.")] = Format.TEXT,
    known: Annotated[
        list[str] | None, typer.Option("--set", help="What a rule may ask for, such as mtx_mg_week=15 or age=80.")
    ] = None,
) -> None:
    """Check every pair of the medicines named; exit code 2 when a name stands for none or several."""
    if len(names) < 2:
        typer.echo("Name at least two medicines.", err=True)
        raise typer.Exit(2)
    try:
        facts = dict(read_fact(one) for one in known or [])
        pairs = pairs_facts(load_thesaurus(), [resolve_medication(name) for name in names], facts)
    except (UnresolvedNameError, UnreadableFactError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    if output is Format.JSON:
        typer.echo(json.dumps(pairs, ensure_ascii=False))
        return
    for pair in pairs:
        typer.echo(_pair_line(pair))


def _pair_line(pair: dict[str, Any]) -> str:
    """One line of text for a pair: level, medicines as matched, source or reason, question."""
    drugs = " + ".join(matched["name"] for matched in pair["matched"])
    if pair["level"] is None:
        return f"--   {drugs}: {pair['text']['en']}"
    source = pair["source"]
    page = f", p. {source['page']}" if source["page"] else ""
    asked = "" if pair["resolved"] else f" (could be {', '.join(pair['could_be'])}) {pair['question']['en']}"
    return f"{pair['level']:<4} {drugs}: {pair['rule']}, edition {source['edition']}{page}{asked}"
