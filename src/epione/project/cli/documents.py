"""`epione documents`: the practice's certificate authority, revocation, verification of signed files."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from epione.project.boot import NOBODY

from .user import FormatOption, PracticeOption, fail, operator, prepared

if TYPE_CHECKING:
    from epione.documents.domain.signing import Verdict, Verification
    from epione.documents.providers.verification import Anchors

app = typer.Typer(no_args_is_help=True, help="Signatures: the authority of a practice, verification of signed files.")


@app.command()
def ca(
    export: Annotated[Path | None, typer.Option(help="File to write: the root certificates, PEM.")] = None,
    crl: Annotated[Path | None, typer.Option(help="File to write: the list of revoked certificates, DER.")] = None,
    practice: PracticeOption = "",
) -> None:
    """Make the authority of the practice if there is none; list its certificates, export its root and its list."""
    with prepared():
        from epione.documents import services  # noqa: PLC0415 -- needs Django set up
        from epione.documents.providers.authority import fingerprint  # noqa: PLC0415 -- as above
        from epione.documents.services.authority import root_of  # noqa: PLC0415 -- as above
        from epione.identity.public import people_of  # noqa: PLC0415 -- as above

        by = operator(practice)
        root = root_of(by)
        names = {one.id: one.username for one in people_of(by.practice_id)}
        typer.echo(f"Root, SHA-256 {fingerprint(bytes(root.der))}")
        for row in services.certificates(by.practice_id):
            state = f"revoked {row.revoked_at:%Y-%m-%d}" if row.revoked_at else f"until {row.not_after:%Y-%m-%d}"
            typer.echo(f"{row.purpose:<7} {names.get(row.owner_id or NOBODY, ''):<24} {state:<20} {int(row.serial):x}")
        if export:
            export.write_bytes(services.authority_file(by.practice_id))
        if crl:
            crl.write_bytes(services.revocation_file(by.practice_id))


@app.command()
def revoke(
    username: Annotated[str, typer.Argument(help="Whose certificates.")],
    reason: Annotated[
        str, typer.Option(help="keyCompromise, affiliationChanged, superseded or cessationOfOperation.")
    ] = "cessationOfOperation",
    practice: PracticeOption = "",
) -> None:
    """Revoke the certificates of a person. What she signed before, with a timestamp, stays valid."""
    with prepared():
        from epione.documents import services  # noqa: PLC0415 -- needs Django set up
        from epione.documents.providers.authority import REASONS  # noqa: PLC0415 -- as above
        from epione.identity.public import people_of  # noqa: PLC0415 -- as above

        if reason not in REASONS:
            raise fail(f"The reason is one of {', '.join(REASONS)}.")
        by = operator(practice)
        person = next((one for one in people_of(by.practice_id) if one.username.lower() == username.lower()), None)
        if person is None:
            raise fail(f"Nobody is called '{username}' in this practice: see `epione user list`.")
        count = services.revoke(person_id=person.id, why=reason, by=by)
        typer.echo(f"Revoked: {count}. Give verifiers the new list: epione documents ca --crl FILE")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="The PDF.", exists=True, dir_okay=False)],
    root: Annotated[list[Path] | None, typer.Option(help="Root certificate to trust (PEM or DER).")] = None,
    clock: Annotated[list[Path] | None, typer.Option(help="Root of a timestamp authority (PEM or DER).")] = None,
    crl: Annotated[list[Path] | None, typer.Option(help="List of revoked certificates (DER).")] = None,
    output: FormatOption = "text",
) -> None:
    """Say who signed a PDF, when, and whether it changed since, without a network. Exit code 1 unless all is valid.

    With --root nothing of this installation is read; without, its practices are trusted.
    """
    from epione.documents.providers.verification import NotReadable  # noqa: PLC0415 -- slow import
    from epione.documents.providers.verification import verify as examine  # noqa: PLC0415 -- slow import

    anchors = _given(root, clock, crl) if root else _of_this_installation()
    try:
        found = examine(file.read_bytes(), anchors, now=datetime.now(UTC))
    except NotReadable as error:
        raise fail("This file cannot be verified: it is not an intact PDF of at most 32 MB.") from error
    typer.echo(_as_json(found) if output == "json" else _as_text(found))
    raise typer.Exit(0 if found.valid else 1)


def _given(root: list[Path], clock: list[Path] | None, crl: list[Path] | None) -> "Anchors":
    from epione.documents.providers.authority import certificates_of  # noqa: PLC0415 -- slow import
    from epione.documents.providers.verification import Anchors  # noqa: PLC0415 -- slow import

    def read(paths: list[Path] | None) -> list[bytes]:
        return [one for path in paths or [] for one in certificates_of(path.read_bytes())]

    try:
        return Anchors(read(root), read(clock), [path.read_bytes() for path in crl or []])
    except ValueError as error:
        raise fail("A root is not a certificate: give PEM or DER files.") from error


def _of_this_installation() -> "Anchors":
    with prepared():
        from epione.documents.providers.verification import Anchors  # noqa: PLC0415 -- needs Django set up
        from epione.documents.services.verifying import anchors_of  # noqa: PLC0415 -- as above
        from epione.identity.public import practice_ids  # noqa: PLC0415 -- as above

        known = [anchors_of(practice_id) for practice_id in practice_ids()]
        return Anchors(
            [root for one in known for root in one.roots],
            [root for one in known for root in one.clocks],
            [each for one in known for each in one.revoked],
        )


def _as_json(found: "Verification") -> str:
    told = asdict(found) | {"valid": found.valid}
    return json.dumps(told, ensure_ascii=False, default=str)


def _as_text(found: "Verification") -> str:
    if not found.verdicts:
        return f"No signature. SHA-256 {found.sha256}"
    lines = [f"{'VALID' if found.valid else 'NOT VALID'}. SHA-256 {found.sha256}"]
    return "\n".join([*lines, *(_line(one) for one in found.verdicts)])


def _line(one: "Verdict") -> str:
    who = ", ".join(filter(None, (one.name, one.title, one.rpps and f"RPPS {one.rpps}", one.practice)))
    when = f"{one.at:%Y-%m-%d %H:%M:%S} UTC ({one.timestamp} timestamp)" if one.at else f"{one.claimed}, as claimed"
    content = "intact" if one.intact else "ALTERED"
    return f"  {who}: {when}; {one.level}; content {content}; certificate {one.trust}; added since: {one.change}"
