"""Wiring of the identity module."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.identity"
    label = "identity"

    def ready(self) -> None:
        """Listen to sign-ins; give the pages' shell what it says of people; take places in the navigation."""
        from epione.kernel.kit import navigation, shell  # noqa: PLC0415 -- the registry of apps is ready only now
        from epione.ledger.public import provide_directory  # noqa: PLC0415 -- it has rows

        from . import guards, subscribers  # noqa: PLC0415 -- they have rows
        from .web import facts  # noqa: PLC0415 -- it has rows

        subscribers.connect()
        shell.provide(may=facts.may, practice=facts.practice, role=facts.role, emergency=facts.emergency)
        shell.provide(guard=guards.signed_in)
        provide_directory(people=facts.people)
        shell.include("identity/idle.html")
        navigation.register(
            navigation.NavItem(
                key="people",
                label=_("People"),
                url_name="identity:people",
                icon="people",
                section=navigation.PRACTICE,
                scope="people:read",
                order=80,
                count=facts.waiting_people,
            )
        )
        navigation.register(
            navigation.NavItem(
                key="emergencies",
                label=_("Emergency access"),
                url_name="identity:emergencies",
                icon="lock",
                section=navigation.PRACTICE,
                scope="emergencies:read",
                order=85,
                count=facts.waiting_reviews,
            )
        )
