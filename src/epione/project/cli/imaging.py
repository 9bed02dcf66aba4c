"""`epione imaging`: de-identification of files, without a database; import of folders into a practice."""

import hashlib
import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn
from uuid import UUID

import typer

from epione.imaging.domain.archive import ArchiveLimits, BadArchive, is_archive, members
from epione.imaging.domain.deid import POLICIES, TABLE_EDITION
from epione.kernel.sandbox import Sandbox, SandboxError
from epione.project.boot import operator, refused

from ._folders import Folders
from ._peers import app as peers
from .user import prepared

if TYPE_CHECKING:
    from epione.kernel.actor import Actor

app = typer.Typer(no_args_is_help=True, help="Import images, de-identify files, DICOM systems.")
app.add_typer(peers, name="peer")

PENDING = "review"
_KEY_BYTES = 32
_KINDS = ("received", "waiting", "already_there", "refused")
_TELL_EVERY = 320
_SECONDS = 60.0
_MEMORY = 1 << 30


class Format(StrEnum):
    """How the report is printed."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file, named by its rank and the hash of its bytes: names of files name patients."""

    number: int
    sha256: str
    state: str
    code: str = ""
    output: str = ""
    reasons: tuple[str, ...] = ()
    report: dict[str, Any] | None = None


@app.callback()
def _imaging() -> None:
    """Import images into a practice, or de-identify files without one."""


@app.command()
def deidentify(
    source: Annotated[Path, typer.Argument(help="A DICOM file, a folder or a zip archive.", exists=True)],
    target: Annotated[Path, typer.Argument(help="The folder to write into; made when absent.", file_okay=False)],
    policy: Annotated[str, typer.Option(help=f"One of: {', '.join(POLICIES)}.")] = "complete",
    output: Annotated[Format, typer.Option("--format", help="How to print the report.")] = Format.TEXT,
    key_file: Annotated[
        Path | None, typer.Option(help="32 bytes in hexadecimal; made when absent. Same key, same identifiers.")
    ] = None,
    lenient: Annotated[bool, typer.Option("--lenient", help="Accept files without preamble or meta data.")] = False,
) -> None:
    """De-identify after DICOM PS3.15. Files whose pixels may show a name go to the folder `review`.

    Exit code 0: all is written and nothing is pending; 1: a file was refused or waits for review; 2: wrong usage.
    """
    if policy not in POLICIES:
        _stop(f"There is no policy '{policy}'. Choose: {', '.join(POLICIES)}.")
    key, stated = _key(key_file)
    typer.echo(stated, err=True)
    target.mkdir(parents=True, exist_ok=True)
    asked = {"policy": policy, "secret": key.hex(), "lenient": lenient}
    with closing(Sandbox("epione.imaging.sandboxed", processes=1, memory=_MEMORY)) as sandbox:
        done = [_one(sandbox, asked, number, content, target) for number, content in _numbered(source)]
    if not done:
        _stop("There is no file to de-identify.")
    _print(done, policy, output)
    if any(outcome.state != "written" for outcome in done):
        raise typer.Exit(1)


@app.command("import")
def import_(
    paths: Annotated[list[Path], typer.Argument(help="DICOM files, folders or zip archives.", exists=True)],
    practice: Annotated[str, typer.Option("--practice", help="FINESS or id, when several practices live here.")] = "",
    patient: Annotated[UUID | None, typer.Option(help="Id of the record that all these images belong to.")] = None,
    lenient: Annotated[bool, typer.Option("--lenient", help="Accept files without preamble or meta data.")] = False,
    named: Annotated[
        bool, typer.Option("--names", help="Tell the names of refused files as well: they often name patients.")
    ] = False,
    output: Annotated[Format, typer.Option("--format", help="How to print what became of the files.")] = Format.TEXT,
) -> None:
    """Take files into a practice: de-identified, encrypted, registered. Progress goes to the error output.

    May be interrupted and run again: what was taken is known by its content and not taken twice. Exit code 0: all is
    in the record; 1: a file was refused (it is kept aside, encrypted) or could not be read; 2: wrong call.
    """
    by = _importer(practice, patient)
    from epione.imaging.public import import_files  # noqa: PLC0415 -- needs Django set up

    files = Folders(paths)
    with refused():
        tally = import_files(
            contents=files.contents(), source="folder", by=by, patient_id=patient, lenient=lenient, told=_told
        )
    told = tally.to_dict() | {"unread": dict(files.unread)}
    if named:
        for refusal in told["refusals"]:
            refusal["name"] = files.names[refusal["file"] - 1]
        told["unread_names"] = [{"name": name, "code": code} for name, code in files.unread_names]
    _print_tally(told, output)
    if told.get("refused") or files.unread:
        raise typer.Exit(1)


def _importer(practice: str, patient: UUID | None) -> "Actor":
    """Who imports: the one at the machine, with a radiologist's rights in the practice; a wrong call ends here."""
    with prepared():
        from epione.identity.public import find_practice  # noqa: PLC0415 -- needs Django set up
        from epione.patients.public import require_clinical  # noqa: PLC0415 -- as above

        found = find_practice(practice)
        if found is None:
            _stop("Name one practice with --practice (its FINESS or id); `epione setup` opens the first one.")
        by = replace(operator(found.id), roles=frozenset({"radiologist"}))
        if patient is not None:
            require_clinical(by, patient)
        return by


def _told(done: int) -> None:
    """One line that grows on a terminal; elsewhere one line now and then."""
    if sys.stderr.isatty():
        typer.echo(f"\r{done} files", nl=False, err=True)
    elif done % _TELL_EVERY == 0:
        typer.echo(f"{done} files", err=True)


def _print_tally(told: dict[str, Any], output: Format) -> None:
    if sys.stderr.isatty():
        typer.echo("", err=True)
    if output is Format.JSON:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for refusal in told["refusals"]:
        typer.echo(f"  file {refusal['file']} refused: {refusal['code']} {refusal.get('name', '')}".rstrip())
    for one in told.get("unread_names", []):
        typer.echo(f"  not read: {one['code']} {one['name']}")
    unread = "".join(f", {count} {code}" for code, count in sorted(told["unread"].items()))
    kinds = ", ".join(f"{told.get(kind, 0)} {kind.replace('_', ' ')}" for kind in _KINDS)
    typer.echo(f"{told['files']} files in {len(told['studies'])} examinations: {kinds}{unread}.")


def _numbered(source: Path) -> Iterator[tuple[int, bytes]]:
    try:
        yield from enumerate(_contents(source), start=1)
    except BadArchive as error:
        _stop(f"The archive is not opened: {error.code}.")


def _contents(source: Path) -> Iterator[bytes]:
    """The bytes of each regular file, archives opened once; links are not followed."""
    files = [source] if source.is_file() else sorted(one for one in source.rglob("*") if one.is_file())
    for file in files:
        if file.is_symlink() and file != source:
            continue
        with file.open("rb") as stream:
            head = stream.read(132)
            stream.seek(0)
            if is_archive(head):
                yield from members(stream, ArchiveLimits())
            else:
                yield stream.read()


def _one(sandbox: Sandbox, asked: dict[str, Any], number: int, content: bytes, target: Path) -> Outcome:
    """De-identify one file in a child process and write it under its new identifier."""
    digest = hashlib.sha256(content).hexdigest()
    try:
        said, [made] = sandbox.call("deidentified", asked, content, seconds=_SECONDS)
    except SandboxError as error:
        return Outcome(number, digest, "refused", error.code)
    clean = bool(said["identity_removed"])
    folder = target if clean else target / PENDING
    written = folder / f"{said['sop_uid']}.dcm"
    if written.exists() and written.read_bytes() != made:
        return Outcome(number, digest, "refused", "same_uid_other_content")
    folder.mkdir(exist_ok=True)
    written.write_bytes(made)
    state, reasons = "written" if clean else "pending", tuple(said["risk"]["reasons"])
    return Outcome(number, digest, state, "", str(written.relative_to(target)), reasons, said["report"])


def _key(file: Path | None) -> tuple[bytes, str]:
    """The secret, and what to tell about it."""
    if file is None:
        return secrets.token_bytes(_KEY_BYTES), "No --key-file: a key for this run only, which is not kept."
    if not file.exists():
        key = secrets.token_bytes(_KEY_BYTES)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(key.hex() + "\n")
        return key, "A new key was written to the key file: who has it can link the images to their patients again."
    try:
        key = bytes.fromhex(file.read_text().strip())
    except ValueError:
        _stop("The key file must hold 32 bytes in hexadecimal.")
    if len(key) != _KEY_BYTES:
        _stop("The key file must hold 32 bytes in hexadecimal.")
    return key, "The key of the key file is used: the same patient gets the same identifiers as before."


def _print(done: list[Outcome], policy: str, output: Format) -> None:
    counts = {state: sum(one.state == state for one in done) for state in ("written", "pending", "refused")}
    if output is Format.JSON:
        answer = {"policy": policy, "table": TABLE_EDITION, "counts": counts, "files": [asdict(one) for one in done]}
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for one in done:
        typer.echo(_line(one))
    typer.echo(f"{counts['written']} written, {counts['pending']} to review, {counts['refused']} refused.")


def _line(one: Outcome) -> str:
    report = one.report or {}
    changed = ", ".join(f"{count} {action}" for action, count in sorted(report.get("counts", {}).items()))
    warned = f" [{', '.join(report['warnings'])}]" if report.get("warnings") else ""
    reasons = f" ({', '.join(one.reasons)})" if one.reasons else ""
    return f"{one.number:>5} {one.sha256[:12]} {one.state:<8} {one.code or one.output}{reasons} {changed}{warned}"


def _stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
