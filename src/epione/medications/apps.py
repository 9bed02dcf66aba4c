"""Wiring of the medications module."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MedicationsConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.medications"
    label = "medications"

    def ready(self) -> None:
        """Enter the navigation, the search and the home page."""
        from epione.kernel.kit import home, navigation, search  # noqa: PLC0415 -- apps must be loaded first

        from .web import catalogue  # noqa: PLC0415 -- it has rows

        navigation.register(
            navigation.NavItem(
                key="medications",
                label=_("Medicines"),
                url_name="medications:search",
                icon="book",
                section=navigation.PRACTICE,
                scope="medications:read",
                order=40,
            )
        )
        search.register(
            search.Source("medications", _("Medicines"), "book", catalogue.find, "medications:read", order=30)
        )
        home.register(
            home.Panel(
                key="catalogue",
                template="medications/panel.html",
                context=catalogue.panel,
                roles=frozenset({"admin", "pharmacist"}),
                column=home.SIDE,
                order=80,
            )
        )
