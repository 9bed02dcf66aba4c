"""`epione check`: whether this installation is as it should be."""

import json
from enum import StrEnum
from typing import Annotated

import typer

from epione.project.boot import boot


class Format(StrEnum):
    """How the findings are printed."""

    TEXT = "text"
    JSON = "json"


class ProfileName(StrEnum):
    """Where Epione stands."""

    LOCAL = "local"
    SERVER = "server"
    CLUSTER = "cluster"


MARKS = {"ok": "ok     ", "warning": "WARNING", "failure": "FAILURE"}


def check(
    profile: Annotated[
        ProfileName, typer.Option(help="local: one PC; server: a practice; cluster.")
    ] = ProfileName.LOCAL,
    output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
) -> None:
    """Check configuration, keys, database, ledger, transport, backups. Exit code 1 when anything fails."""
    boot()
    from epione.project.diagnosis import Level, Profile, diagnose  # noqa: PLC0415 -- needs Django set up

    findings = diagnose(Profile(profile))
    failures = sum(finding.level is Level.FAILURE for finding in findings)
    if output is Format.JSON:
        answer = {"profile": profile, "sound": not failures, "findings": [one.as_json() for one in findings]}
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            typer.echo(f"{MARKS[finding.level]} {finding.check:<13} {finding.text}")
        typer.echo(f"{failures} failures." if failures else "Epione is as it should be.")
    raise typer.Exit(1 if failures else 0)


commands = [check]
