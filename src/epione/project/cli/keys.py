"""`epione keys`: the keys of the record, their rotation and their safe copy."""

import json
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from epione.project.boot import boot, operator, refused

app = typer.Typer(no_args_is_help=True, help="Keys of the record: state, rotation, search indexes, safe copy.")


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"


Output = Annotated[Format, typer.Option("--format", help="text or json.")]
Passphrase = Annotated[Path | None, typer.Option(help="File with the passphrase that seals the file of keys.")]


@app.command()
def status(output: Output = Format.TEXT) -> None:
    """Show the key-encryption keys and what they wrap. Exit code 1 when one that is needed is missing."""
    boot()
    from epione.kernel.crypto.rotation import keys_status  # noqa: PLC0415 -- needs Django set up

    with refused():
        found = keys_status()
    told = {
        "holder": found.holder,
        "active": found.active,
        "keys": found.ids,
        "wrapped_by": found.wrapped_by,
        "erased": found.erased,
        "removable": found.removable,
        "missing": found.missing,
    }
    if output is Format.JSON:
        typer.echo(json.dumps(told))
    else:
        typer.echo(f"Held by: {found.holder}. Data keys erased: {found.erased}.")
        for kek_id in [*found.ids, *found.missing]:
            marks = [
                word
                for word, true in [
                    ("active", kek_id == found.active),
                    ("removable", kek_id in found.removable),
                    ("MISSING", kek_id in found.missing),
                ]
                if true
            ]
            typer.echo(f"  {kek_id}  wraps {found.wrapped_by.get(kek_id, 0)} data keys  {' '.join(marks)}")
    raise typer.Exit(1 if found.missing else 0)


@app.command()
def rotate(
    remove_old: Annotated[
        bool, typer.Option("--remove-old", help="Destroy the old keys: backups made under them become unreadable.")
    ] = False,
) -> None:
    """Make a new key-encryption key and wrap every data key with it; readers go on meanwhile."""
    boot()
    from epione.kernel.crypto import rotation  # noqa: PLC0415 -- needs Django set up
    from epione.ledger.public import record  # noqa: PLC0415 -- as above

    with refused():
        count = rotation.rotate()
        removed = rotation.remove_unused() if remove_old else []
        found = rotation.keys_status()
        told = {"active": found.active, "wrapped": count, "removed": removed}
        record(action="keys.rotate", by=operator(), entity=("key", found.active), after=told)
    typer.echo(f"{count} data keys are now wrapped by {found.active}.")
    if removed:
        typer.echo(f"Destroyed: {', '.join(removed)}.")
    typer.echo("Make a safe copy of the keys now: epione keys backup FILE")


@app.command()
def reindex(
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Make a new index key first (the former one may have been seen).")
    ] = False,
) -> None:
    """Build the search indexes again after their key changed. Stopped half way, it goes on when run again."""
    boot()
    from epione.identity.public import practice_ids  # noqa: PLC0415 -- needs Django set up
    from epione.patients.public import reindex as rebuild  # noqa: PLC0415 -- as above
    from epione.patients.public import renew_index_key  # noqa: PLC0415 -- as above

    def step(done: int, total: int) -> None:
        typer.echo(f"  {done} of {total} records", err=True)

    with refused():
        for practice_id in practice_ids():
            by = operator(practice_id)
            if new_key:
                renew_index_key(by=by)
            typer.echo(f"{practice_id}: {rebuild(by=by, step=step)} records indexed again.")
    if new_key:
        typer.echo(
            "If Epione serves meanwhile, run `epione keys reindex` again in five minutes: other processes keep the"
        )
        typer.echo("former key that long. Make a safe copy of the keys now: epione keys backup FILE")


@app.command()
def backup(file: Path, passphrase_file: Passphrase = None) -> None:
    """Write every key of this home to one file of mode 0600; keep it apart from the backups."""
    boot()
    from epione.kernel.crypto.custody import export_keys  # noqa: PLC0415 -- needs Django set up
    from epione.ledger.public import log_signer, record  # noqa: PLC0415 -- as above

    log_signer()
    with refused():
        record(action="keys.backup", by=operator(), entity=("file", file.name), after={"sealed": bool(passphrase_file)})
        raw = export_keys(read_passphrase(passphrase_file))
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            target.write(raw)
    except FileExistsError:
        typer.echo(f"{file} exists: choose another name.", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"The keys are in {file}. Whoever has it and a backup can read the record: lock it away.")


@app.command()
def restore(file: Path, passphrase_file: Passphrase = None) -> None:
    """Bring the keys of such a file back into this home, before a restore."""
    boot()
    from epione.kernel.crypto.custody import import_keys  # noqa: PLC0415 -- needs Django set up

    with refused():
        names = import_keys(file.read_bytes(), read_passphrase(passphrase_file))
    typer.echo(f"Brought back: {', '.join(names)}.")


@app.command()
def inventory(output: Output = Format.TEXT) -> None:
    """List the cryptography in use: what for, algorithm, key, where it lies (as docs/crypto-inventory.md)."""
    boot()
    from epione.kernel.crypto.inventory import INVENTORY  # noqa: PLC0415 -- needs Django set up

    if output is Format.JSON:
        typer.echo(json.dumps([item._asdict() for item in INVENTORY], ensure_ascii=False))
        return
    for item in INVENTORY:
        typer.echo(f"{item.use}\n    {item.algorithm}; key: {item.key}; {item.where}")


def read_passphrase(file: Path | None) -> str | None:
    """The first line of a file, so that a passphrase is seen neither in the history nor in the process list."""
    return file.read_text().splitlines()[0] if file else None
