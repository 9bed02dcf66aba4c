"""Wiring of the ledger module."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.ledger"
    label = "ledger"
