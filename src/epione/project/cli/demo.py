"""`epione demo`: fill the demo practice, or say who signs in."""

from typing import Annotated

import typer

from epione.project.boot import boot


def demo(
    logins: Annotated[bool, typer.Option("--logins", help="Only print who signs in.")] = False,
) -> None:
    """Fill the demo practice when it is empty; needs the demo's own home (EPIONE_DEMO=1)."""
    boot()
    from django.conf import settings  # noqa: PLC0415 -- needs Django set up

    from epione.identity.models import Practice  # noqa: PLC0415 -- needs Django set up
    from epione.project.demo import filling  # noqa: PLC0415 -- needs Django set up

    if not settings.DEMO:
        typer.echo(
            "The demo has a home of its own: use `epione run --demo`, or set EPIONE_DEMO=1 and EPIONE_HOME.", err=True
        )
        raise typer.Exit(1)
    if not logins and not Practice.objects.exists():
        count = filling.fill()
        typer.echo(f"The demo practice has {count} patients.")
    for username, roles in filling.logins():
        typer.echo(f"  {username:<16} {settings.DEMO_PASSWORD:<12} {roles}")


commands = [demo]
