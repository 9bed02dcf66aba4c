"""Wiring of the identity module."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.identity"
    label = "identity"
