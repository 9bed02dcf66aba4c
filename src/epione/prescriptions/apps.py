"""Wiring of the prescriptions module."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrescriptionsConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.prescriptions"
    label = "prescriptions"

    def ready(self) -> None:
        """Enter the record: its tab, its medicines, its timeline, the treatments under its curves."""
        from epione.patients.public import (  # noqa: PLC0415 -- apps must be loaded first
            Tab,
            register_lanes,
            register_medicines,
            register_tab,
            register_timeline,
        )

        from . import record  # noqa: PLC0415 -- apps must be loaded first

        tab = Tab(
            key="treatment",
            label=_("Treatment"),
            url_name="prescriptions:treatment",
            scope="prescriptions:read",
            order=10,
        )
        register_tab(tab)
        register_medicines(record.names)
        register_lanes(record.lanes)
        register_timeline(record.moments)
