"""`epione erasure`: what the erasure of a person would take and what stands against it; its proposal."""

import json
from dataclasses import replace
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

from epione.kernel.actor import Actor
from epione.project.boot import boot, operator, refused

app = typer.Typer(no_args_is_help=True, help="Erasure of a person: weigh, propose. Somebody else confirms on the page.")


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"


Number = Annotated[str, typer.Argument(help="The record number, EP-...")]
Practice = Annotated[str, typer.Option(help="FINESS or id of the practice, when there are several.")]


@app.command()
def weigh(
    number: Number, practice: Practice = "", output: Annotated[Format, typer.Option("--format")] = Format.TEXT
) -> None:
    """Say what would go and what must stay; nothing is destroyed. Exit code 1 when a duty stands against it."""
    boot()
    from epione.patients.services import weigh_erasure  # noqa: PLC0415 -- needs Django set up

    by, patient_id = _found(number, practice)
    with refused():
        made = weigh_erasure(patient_id=patient_id, by=by).plan
    if output is Format.JSON:
        told = {
            "allowed": made.allowed,
            "parts": {part.kind: part.count for part in made.parts},
            "duties": {duty.why: duty.until.isoformat() if duty.until else None for duty in made.duties},
        }
        typer.echo(json.dumps(told))
    else:
        for part in made.parts:
            typer.echo(f"  would go   {part.kind:<32} {part.count}")
        for duty in made.duties:
            typer.echo(f"  must stay  {duty.why:<32} {duty.until or 'until the hold is lifted'}")
    raise typer.Exit(0 if made.allowed else 1)


@app.command()
def propose(
    number: Number, reason: Annotated[str, typer.Option(help="Why; it is kept.")], practice: Practice = ""
) -> None:
    """Propose the erasure; a person of the practice confirms it on the page of erasures."""
    boot()
    from epione.patients.services import propose_erasure  # noqa: PLC0415 -- needs Django set up

    by, patient_id = _found(number, practice)
    with refused():
        propose_erasure(patient_id=patient_id, reason=reason, by=by)
    typer.echo("Proposed. Somebody of the practice confirms it on the page of erasures.")


def _found(number: str, practice: str) -> tuple[Actor, UUID]:
    """The one who types, with the rights of an administrator in that practice, and the record of this number."""
    from epione.identity.public import find_practice  # noqa: PLC0415 -- needs Django set up
    from epione.patients.queries import with_number  # noqa: PLC0415 -- as above

    place = find_practice(practice)
    patient_id = with_number(place.id, number) if place else None
    if place is None or patient_id is None:
        typer.echo("No record has this number: name the practice with --practice if there are several.", err=True)
        raise typer.Exit(2)
    return replace(operator(place.id), roles=frozenset({"admin"})), patient_id
