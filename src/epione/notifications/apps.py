"""Wiring of the notifications module."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Give the bell its number; listen to identity."""
        from epione.kernel.kit import shell  # noqa: PLC0415 -- the registry of apps is ready only now

        from . import subscribers  # noqa: PLC0415 -- they have rows
        from .web import facts  # noqa: PLC0415 -- it has rows

        shell.provide(unread=facts.unread)
        subscribers.connect()
