"""`epione backup`: make, verify, restore and schedule backups."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from epione.project.boot import boot, operator, refused

from .keys import read_passphrase

app = typer.Typer(no_args_is_help=True, help="Encrypted backups of the whole installation.")


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"


Output = Annotated[Format, typer.Option("--format", help="text or json.")]
Passphrase = Annotated[
    Path | None,
    typer.Option(help="File with a passphrase, for a backup that needs no key-encryption key to be opened."),
]


@app.command()
def create(passphrase_file: Passphrase = None, output: Output = Format.TEXT) -> None:
    """Back up database, files and ledger while Epione runs, encrypted; removes backups older than 30 days."""
    boot()
    from epione.kernel import backup  # noqa: PLC0415 -- needs Django set up
    from epione.ledger.public import record  # noqa: PLC0415 -- as above

    with refused():
        record(action="backup.create", by=operator(), entity=("installation", 0))
        made = backup.create(read_passphrase(passphrase_file))
    told = {
        "path": str(made.path),
        "size": made.size,
        "copy": str(made.copy) if made.copy else None,
        "absent": made.absent,
        "pruned": [path.name for path in made.pruned],
    }
    if output is Format.JSON:
        typer.echo(json.dumps(told))
        return
    also = f", copied to {made.copy}" if made.copy else ""
    typer.echo(f"{made.path} ({made.size / 1e6:.1f} MB){also}. {len(made.pruned)} old backups removed.")


@app.command()
def verify(
    file: Annotated[Path | None, typer.Argument(help="A backup; the newest one when none is named.")] = None,
    passphrase_file: Passphrase = None,
    output: Output = Format.TEXT,
) -> None:
    """Read a backup to its last byte and compare every member with its manifest. Exit code 1 when it is not whole."""
    boot()
    from epione.kernel import backup  # noqa: PLC0415 -- needs Django set up

    path = file or next(reversed(backup.backups(backup.backup_folder())), None)
    if path is None or not path.exists():
        typer.echo(f"There is no backup {file or f'in {backup.backup_folder()}'}.", err=True)
        raise typer.Exit(1)
    with refused():
        report = backup.verify(path, read_passphrase(passphrase_file))
    if output is Format.JSON:
        told = {"path": str(path), "created": report.created, "sound": report.sound, "why": report.why}
        typer.echo(json.dumps(told | {"members": report.members, "size": report.size}))
    elif report.sound:
        typer.echo(f"Whole: {path.name} of {report.created}, {report.members} members, {report.size / 1e6:.1f} MB.")
    else:
        typer.echo(f"DAMAGED: {path.name}: {report.why}")
    raise typer.Exit(0 if report.sound else 1)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="The backup.")],
    keys: Annotated[Path | None, typer.Option(help="The file of keys, when they are not in this home yet.")] = None,
    passphrase_file: Passphrase = None,
    keys_passphrase_file: Annotated[Path | None, typer.Option(help="Passphrase of the file of keys.")] = None,
) -> None:
    """Restore into an empty EPIONE_HOME, then verify the ledger. Exit code 1 when it does not verify."""
    boot()
    from epione.kernel import backup  # noqa: PLC0415 -- needs Django set up
    from epione.kernel.crypto.custody import import_keys  # noqa: PLC0415 -- as above
    from epione.ledger.public import record  # noqa: PLC0415 -- as above

    with refused():
        if keys is not None:
            import_keys(keys.read_bytes(), read_passphrase(keys_passphrase_file))
        report = backup.restore(file, read_passphrase(passphrase_file))
        told = {"members": report.members, "erased": report.erased, "faults": len(report.faults)}
        record(action="backup.restore", by=operator(), entity=("backup", file.name), after=told)
    typer.echo(f"Restored {report.members} members, {report.blobs} files; {report.erased} erased persons stay erased.")
    for fault in report.faults:
        typer.echo(f"  {fault}", err=True)
    typer.echo("The ledger does not verify." if report.faults else "The ledger verifies.")
    raise typer.Exit(1 if report.faults else 0)


@app.command()
def schedule(
    on: Annotated[bool | None, typer.Option("--on/--off", help="Switch the daily backup on or off.")] = None,
    output: Output = Format.TEXT,
) -> None:
    """Show or switch the daily backup (its hour is EPIONE_BACKUP_AT, 02:30 by default, in Paris)."""
    boot()
    from epione.kernel.backup.timetable import daily, switch  # noqa: PLC0415 -- needs Django set up
    from epione.ledger.public import record  # noqa: PLC0415 -- as above

    if on is not None:
        switch(on)
        record(action="backup.schedule", by=operator(), entity=("schedule", "backup"), after={"on": on})
    row = daily()
    told = {"on": row.enabled, "next": row.next_run.isoformat(), "last": row.last_run and row.last_run.isoformat()}
    if output is Format.JSON:
        typer.echo(json.dumps(told))
    else:
        typer.echo(
            f"Daily backup: {'on' if row.enabled else 'off'}; next {told['next']}, last {told['last'] or 'never'}."
        )
