"""Wiring of the patients module."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatientsConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.patients"
    label = "patients"

    def ready(self) -> None:
        """Enter the navigation and the timeline."""
        from epione.kernel.kit import navigation  # noqa: PLC0415 -- apps must be loaded first
        from epione.ledger.public import provide_directory  # noqa: PLC0415 -- it has rows

        from . import audit, extensions, timeline  # noqa: PLC0415 -- apps must be loaded first

        item = navigation.NavItem(
            key="patients",
            label=_("Patients"),
            url_name="patients:list",
            icon="people",
            section="",
            scope="patients:read",
            order=10,
            tab=True,
        )
        navigation.register(item)
        navigation.register(
            navigation.NavItem(
                key="erasures",
                label=_("Erasures"),
                url_name="patients:erasures",
                icon="trash",
                section=navigation.PRACTICE,
                scope="erasures:read",
                order=90,
            )
        )
        extensions.register_timeline(timeline.items)
        extensions.register_tab(
            extensions.Tab("access", _("Access to the record"), "patients:access", "patients:read", order=95)
        )
        provide_directory(patients=audit.names, find_patient=audit.find, opens=audit.opens)
