"""`epione ledger`: verify, prove, sign, witness, export, and what retention removes."""

import json
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, NoReturn
from uuid import UUID

import typer

from epione.project.boot import boot, operator, refused

app = typer.Typer(no_args_is_help=True, help="Verify and prove what was recorded.")


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"


Output = Annotated[Format, typer.Option("--format", help="text or json.")]
To = Annotated[Path | None, typer.Option("--output", "-o", help="File to write; else the standard output.")]


@app.command()
def verify(
    incremental: Annotated[bool, typer.Option(help="Go on from the last sound verification.")] = False,
    output: Output = Format.TEXT,
) -> None:
    """Verify every entry, the tree, the signatures and the anchors. Exit code 1 when anything is not as recorded."""
    report = _ledger().verify(full=not incremental)
    if output is Format.JSON:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False))
    elif report.sound:
        typer.echo(
            f"Sound: {report.size - report.begin} entries verified of {report.size}, {report.checkpoints} checkpoints, "
            f"{report.waiting} waiting for their number (at most 60 s)."
        )
    else:
        first = "" if report.first_bad is None else f" First bad sequence number: {report.first_bad}."
        typer.echo(f"NOT SOUND: {len(report.faults)} faults in {report.size} entries.{first}")
        for fault in report.faults[:20]:
            typer.echo(f"  {'-' if fault.number is None else fault.number:>8}  {fault.kind:<10} {fault.what}")
    if output is Format.TEXT:
        for away in report.away:
            typer.echo(f"Not compared, because it could not be asked: {away}")
    raise typer.Exit(0 if report.sound else 1)


@app.command()
def prove(
    entry: Annotated[UUID, typer.Argument(help="Id of the entry, as the audit page shows it.")], to: To = None
) -> None:
    """Write the proof that an entry is in the log, for docs/verify/epione_verify.py."""
    _write(json.dumps(_asked(lambda ledger: ledger.entry_proof(entry).as_json())), to)


@app.command()
def checkpoint(
    since: Annotated[int | None, typer.Option(help="Also prove that the log continues one of this size.")] = None,
    output: Output = Format.TEXT,
    to: To = None,
) -> None:
    """Sign the head of the log and anchor it; prints the signed checkpoint. Exit code 1 when an anchor failed."""
    made = _asked(lambda ledger: ledger.make_checkpoint())
    if since is not None:
        _write(json.dumps(_asked(lambda ledger: ledger.consistency_proof(since))), to)
    elif output is Format.JSON:
        told = {"size": made.size, "note": made.note, "anchored": made.anchored, "failed": made.failed}
        _write(json.dumps(told, ensure_ascii=False), to)
    else:
        _write(made.note, to, end="")
    if made.failed:
        _refuse(f"These anchors could not be reached: {', '.join(made.failed)}.", 1)


@app.command()
def anchors(
    proof: Annotated[str | None, typer.Option(help="Write the newest proof of this anchor instead.")] = None,
    output: Output = Format.TEXT,
    to: To = None,
) -> None:
    """Ask each anchor whether it answers. Exit code 1 when one does not."""
    if proof is not None:
        _write(json.dumps(_asked(lambda ledger: ledger.anchor_proof(proof)), ensure_ascii=False), to)
        return
    states = _asked(lambda ledger: ledger.anchor_states())
    if output is Format.JSON:
        _write(json.dumps([asdict(state) for state in states], ensure_ascii=False), to)
    else:
        rows = [
            f"{state.name:<16} {'answers' if state.answers else 'AWAY':<8} "
            f"{'-' if state.size is None else state.size:>8}  {state.said}"
            for state in states
        ]
        _write("\n".join(rows), to)
    raise typer.Exit(0 if all(state.answers for state in states) else 1)


@app.command()
def witness(
    key: Annotated[str, typer.Option(help="Verification key of the other log.")],
    checkpoint: Annotated[Path, typer.Option(help="Its checkpoint.")],
    proof: Annotated[Path | None, typer.Option(help="Proof that it continues the last one cosigned here.")] = None,
    to: To = None,
) -> None:
    """Cosign the checkpoint of another Epione, if it is signed and continues what was seen before."""
    note = checkpoint.read_text()
    path = json.loads(proof.read_text()) if proof else None
    _write(_asked(lambda ledger: ledger.cosign(note=note, key=key, proof=path)), to, end="")


@app.command()
def export(to: To = None) -> None:
    """Write every leaf (no personal data) and the newest checkpoint, as JSON lines."""
    ledger = _ledger()
    ledger.make_checkpoint()
    lines = (json.dumps(line, ensure_ascii=False) + "\n" for line in ledger.export_log())
    if to is None:
        sys.stdout.writelines(lines)
        return
    with to.open("w", encoding="utf-8", newline="") as file:
        file.writelines(lines)


@app.command()
def replay() -> None:
    """Enter what emergencies read while the ledger was away. Exit code 1 when the spool was damaged.

    Workers do it by themselves; run it on a machine that has no worker.
    """
    done = _asked(lambda ledger: ledger.replay())
    typer.echo(f"{done.entries} entries came out of the spool.")
    if done.faults:
        _refuse("\n".join(f"The spool was damaged: {fault}." for fault in done.faults), 1)


@app.command()
def key() -> None:
    """Print the verification keys: of this log, and of this installation as a witness."""
    ledger = _ledger()
    typer.echo(f"log      {ledger.log_signer().verifier}\nwitness  {ledger.witness_signer().witness}")


@app.command()
def retention(
    apply: Annotated[bool, typer.Option("--apply/--dry-run", help="Shred, or only count (the default).")] = False,
    output: Output = Format.TEXT,
) -> None:
    """Shred the details whose time is over, as EPIONE_RETENTION says; their leaves stay for ever."""
    ledger = _ledger()
    reports = {str(p): ledger.apply_retention(by=operator(p), apply=apply) for p in ledger.practices()}
    if output is Format.JSON:
        told = {practice: {"due": report.due, "applied": report.applied} for practice, report in reports.items()}
        typer.echo(json.dumps({"days": ledger.retention_policy(), "practices": told}))
        return
    for practice, report in reports.items():
        said = ", ".join(f"{count} {name}" for name, count in report.due.items()) or "nothing"
        typer.echo(f"{practice}: {said} {'shredded' if report.applied else 'due'}")


def _ledger() -> ModuleType:
    boot()
    from epione.ledger import public  # noqa: PLC0415 -- needs Django set up

    return public


def _asked(question: Any) -> Any:
    """The answer of the ledger."""
    ledger = _ledger()
    with refused():
        return question(ledger)


def _write(text: str, to: Path | None, end: str = "\n") -> None:
    if to is None:
        typer.echo(text + end, nl=False)
    else:
        to.write_text(text + end, encoding="utf-8", newline="")


def _refuse(sentence: str, code: int) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)
