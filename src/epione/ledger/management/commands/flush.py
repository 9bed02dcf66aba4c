"""Emptying the database: refused, because the ledger forbids it; allowed to the test suite."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import flush

from epione.ledger.triggers import lifted


class Command(flush.Command):
    """Takes the place of Django's own `flush`."""

    def handle(self, **options: Any) -> None:
        """Flush a test database; refuse any other."""
        if not settings.TESTING:
            raise CommandError("A record is never emptied. Start a new one in another EPIONE_HOME.")
        with lifted():
            super().handle(**options)
