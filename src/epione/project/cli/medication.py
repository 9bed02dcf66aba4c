"""`epione medication`: search, interactions and review from the command line."""

import json
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import typer

from epione.medication_reviews.domain.case import BadCase
from epione.medication_reviews.domain.case_files import refuse
from epione.medication_reviews.domain.reading import read_date
from epione.medication_reviews.domain.review import Options
from epione.medications.domain.description import search_facts
from epione.medications.domain.interactions_description import (
    UnreadableFactError,
    UnresolvedNameError,
    pairs_facts,
    read_fact,
)
from epione.medications.providers.memory import load_catalogue, resolve_medication, search_medications
from epione.medications.providers.thesaurus import load_thesaurus
from epione.project.review_command import Answer, Request, Reviewer, as_json, as_text, parsed_cases, read_input

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


class Language(StrEnum):
    """Language of the sentences."""

    FR = "fr"
    EN = "en"


@app.command()
def review(
    file: Annotated[
        str, typer.Argument(help="JSON case, JSON Lines, CSV or FHIR R4 Bundle; - reads the standard input.")
    ],
    output: Annotated[Format, typer.Option("--format", help="How to print the answer.")] = Format.TEXT,
    on: Annotated[str, typer.Option("--on", help="Day of the review, YYYY-MM-DD; today without it.")] = "",
    lang: Annotated[Language, typer.Option("--lang", help="Language of the sentences.")] = Language.FR,
    known: Annotated[
        list[str] | None,
        typer.Option("--set", help="A datum that wins over the file: egfr=25, age=82, recurrent_falls=true."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all-criteria", help="Also ask the criteria that concern everybody.")
    ] = False,
) -> None:
    """Review a treatment: interactions, STOPP/START, duplicates, allergies, scores. Exit code 2 on bad input."""
    try:
        request = Request(_day(on), lang.value, dict(_setting(one) for one in known or []), Options(everything))
        several, cases, encoding = parsed_cases(file, read_input(file))
    except BadCase as error:
        for fault in error.faults:
            typer.echo(f"{fault.where}: {fault.text[lang.value]}".removeprefix(": "), err=True)
        raise typer.Exit(2) from None
    if encoding == "cp1252":
        typer.echo("Read as Windows-1252; save the file as UTF-8 to be sure of its accents.", err=True)
    reviewer = Reviewer(request)
    bad = 0
    for number, values in cases:
        answer = reviewer.answer(values, number if several else None)
        bad += answer.bad
        _print(answer, output, several=several)
    if bad:
        raise typer.Exit(2)


def _print(answer: Answer, output: Format, *, several: bool) -> None:
    """One answer; the faults of a single case go to the standard error."""
    alone = answer.bad and not several
    if output is Format.JSON:
        typer.echo(as_json(answer))
        if alone:
            typer.echo(as_text(answer), err=True)
    else:
        typer.echo(as_text(answer), err=alone)


def _day(text: str) -> date:
    if not text:
        return date.today()  # noqa: DTZ011 -- the civil day of the machine that reviews, as on a pharmacist's desk
    found = read_date(text)
    if found is None:
        raise refuse(f"date illisible\u00a0: {text} (AAAA-MM-JJ)", f"unreadable date: {text} (YYYY-MM-DD)", "--on")
    return found


def _setting(text: str) -> tuple[str, str]:
    name, sign, value = (part.strip() for part in text.partition("="))
    if not (name and sign and value):
        raise refuse(f"attendu nom=valeur\u00a0: {text}", f"expected name=value: {text}", "--set")
    return name, value
