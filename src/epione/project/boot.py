"""Django made ready for a command."""

import getpass
import os
from uuid import UUID

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
