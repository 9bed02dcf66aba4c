"""Django made ready for a command."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import typer

from epione.kernel.actor import Actor, ActorKind

NOBODY = UUID(int=0)


def boot() -> None:
    """Set Django up; to be called before the first import that needs it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "epione.project.settings")
    import django  # noqa: PLC0415 -- slow import

    django.setup()


def operator(practice_id: UUID = NOBODY) -> Actor:
    """The one who types the command, as the ledger records it; without a practice for work on the installation."""
    name = f"command line ({getpass.getuser()})"
    return Actor(NOBODY, ActorKind.SERVICE, practice_id, frozenset({"operator"}), name)


@contextmanager
def refused() -> Iterator[None]:
    """An expected error becomes one sentence on the standard error, and exit code 1."""
    from epione.kernel.errors import Expected  # noqa: PLC0415 -- needs Django set up

    try:
        yield
    except Expected as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
