"""`epione imaging peer`: which DICOM systems may open associations."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from epione.project.boot import operator, refused

from .user import prepared

if TYPE_CHECKING:
    from epione.kernel.actor import Actor

app = typer.Typer(
    no_args_is_help=True, help="DICOM systems that may store, search or retrieve (epione run --role dicom)."
)
Practice = Annotated[str, typer.Option("--practice", help="FINESS or id, when several practices live here.")]


@app.command()
def add(
    ae_title: Annotated[str, typer.Argument(help="How the system calls itself: up to 16 characters.")],
    host: Annotated[str, typer.Argument(help="Its address: associations from elsewhere are rejected.")],
    port: Annotated[int, typer.Argument(help="Where it receives what it asks to be sent (C-MOVE).")],
    store: Annotated[bool, typer.Option("--store", help="It may send images.")] = False,
    query: Annotated[bool, typer.Option("--query", help="It may search.")] = False,
    retrieve: Annotated[bool, typer.Option("--retrieve", help="It may have images sent.")] = False,
    practice: Practice = "",
) -> None:
    """Let a system in. Without an option it may do nothing, and is refused."""
    by = _administrator(practice)
    from epione.imaging.public import add_peer  # noqa: PLC0415 -- needs Django set up

    wanted = {"may_store": store, "may_query": query, "may_retrieve": retrieve}
    with refused():
        may = frozenset(name for name, given in wanted.items() if given)
        made = add_peer(ae_title=ae_title, host=host, port=port, may=may, by=by)
    typer.echo(f"{made.ae_title} may open associations from {made.host}.")


@app.command("list")
def list_(practice: Practice = "") -> None:
    """The systems that may open associations."""
    by = _administrator(practice)
    from epione.imaging.public import list_peers  # noqa: PLC0415 -- needs Django set up

    for one in list_peers(by=by):
        given = {"store": one.may_store, "query": one.may_query, "retrieve": one.may_retrieve}
        may = " ".join(name for name, yes in given.items() if yes)
        typer.echo(f"{one.ae_title:<16} {one.host}:{one.port} {may}")


@app.command()
def remove(
    ae_title: Annotated[str, typer.Argument(help="The title of the system.")],
    practice: Practice = "",
) -> None:
    """Let a system in no more."""
    by = _administrator(practice)
    from epione.imaging.public import disable_peer, list_peers  # noqa: PLC0415 -- needs Django set up

    found = next((one for one in list_peers(by=by) if one.ae_title == ae_title), None)
    if found is None:
        typer.echo(f"There is no system '{ae_title}': `epione imaging peer list` names them.", err=True)
        raise typer.Exit(1)
    with refused():
        disable_peer(peer_id=found.id, by=by)
    typer.echo(f"Associations of {ae_title} are rejected from now on.")


def _administrator(practice: str) -> "Actor":
    """The one at the machine, with an administrator's rights in the practice; a wrong call ends here."""
    with prepared():
        from epione.identity.public import find_practice  # noqa: PLC0415 -- needs Django set up

        found = find_practice(practice)
        if found is None:
            typer.echo("Name one practice with --practice (its FINESS or id).", err=True)
            raise typer.Exit(2)
        return replace(operator(found.id), roles=frozenset({"admin"}))
