"""`epione setup`: a real start: the practice, its first administrator with a second factor, the keys saved."""

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from .run import get_ready
from .user import fail, prepared

if TYPE_CHECKING:
    from epione.identity.queries import PracticeFacts

TRIES = 3


def _asked(given: str, question: str, *, hidden: bool = False) -> str:
    """What an option says, else what the person answers, else one sentence that names the option."""
    if given:
        return given
    if not sys.stdin.isatty():
        raise fail(f"{question}: give it as an option, or run `epione setup` in a terminal.")
    return str(typer.prompt(question, hide_input=hidden, confirmation_prompt=hidden))


def _open_practice(practice: str, finess: str, sites: list[str]) -> "PracticeFacts":
    from epione.identity.public import create_practice, find_practice  # noqa: PLC0415 -- needs Django set up

    if find_practice("") is not None:
        raise fail("A practice lives here already: add people with `epione user create`.")
    return create_practice(name=_asked(practice, "Name of the practice"), finess=finess, sites=sites)


def _enrol(username: str) -> None:
    from qrcode.main import QRCode  # noqa: PLC0415 -- slow import

    from epione.identity.services import enrol_factor, propose_factor  # noqa: PLC0415 -- needs Django set up
    from epione.kernel.errors import Invalid  # noqa: PLC0415 -- needs Django set up

    secret, address = propose_factor(username)
    drawing = QRCode(border=1)
    drawing.add_data(address)
    drawing.print_ascii()
    typer.echo(f"Scan this with an application of codes, or type this secret there: {secret}")
    for _attempt in range(TRIES):
        try:
            codes = enrol_factor(username=username, secret=secret, code=typer.prompt("Code that it shows"))
        except Invalid as refusal:
            typer.echo(str(refusal), err=True)
        else:
            typer.echo("Recovery codes, each for one use. Print them and keep them apart:")
            typer.echo("\n".join(f"  {code}" for code in codes))
            return
    typer.echo("No code was right: the second factor will be asked for at the first sign-in.", err=True)


def _keys_are_saved(*, saved: bool) -> None:
    from epione.kernel.crypto.holder import key_holder, keys_url  # noqa: PLC0415 -- needs Django set up

    key_holder()  # made now if there is none, so that there is something to save
    typer.echo(f"Encryption key: {keys_url()}")
    typer.echo("Without it nothing can be read, not even from a backup. Copy it now: epione keys backup FILE")
    if not saved and sys.stdin.isatty():
        saved = typer.confirm("Is a copy in a safe place, apart from the backups?")
    if not saved:
        raise fail("Save the key first, then confirm with --keys-saved.")


def setup(
    practice: Annotated[str, typer.Option(help="Name of the practice.")] = "",
    finess: Annotated[str, typer.Option(help="Its FINESS number, checked by its key.")] = "",
    site: Annotated[list[str] | None, typer.Option(help="A site; may be repeated.")] = None,
    admin: Annotated[str, typer.Option(help="Identifier of the first administrator.")] = "",
    email: Annotated[str, typer.Option(help="Her e-mail.")] = "",
    keys_saved: Annotated[bool, typer.Option("--keys-saved", help="A copy of the key is in a safe place.")] = False,
) -> None:
    """Open the practice and create its first administrator. There is no default account.

    Asks for what the options leave out; the password comes from EPIONE_ADMIN_PASSWORD when there is no terminal.
    """
    with prepared():
        from django.db import connection, transaction  # noqa: PLC0415 -- needs Django set up

        from epione.identity.models import User  # noqa: PLC0415 -- needs Django set up
        from epione.identity.public import check_password, create_user  # noqa: PLC0415 -- needs Django set up

        if User._meta.db_table not in connection.introspection.table_names():
            connection.close()
            get_ready()
        _keys_are_saved(saved=keys_saved)
        with transaction.atomic():
            opened = _open_practice(practice, finess, site or [])
            username = _asked(admin, "Identifier of the first administrator")
            password = _asked(os.environ.get("EPIONE_ADMIN_PASSWORD", ""), "Password (a sentence)", hidden=True)
            check_password(password, user=User(username=username, email=email), roles=["admin"])
            create_user(practice_id=opened.id, username=username, password=password, roles=["admin"], email=email)
        if sys.stdin.isatty():
            _enrol(username)
        else:
            typer.echo("A second factor will be asked for at the first sign-in.")
        typer.echo(f"{opened.name} is open. Start with: epione run")


commands = [setup]
