"""Wiring of the billing module."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.billing"
    label = "billing"

    def ready(self) -> None:
        """Enter the navigation."""
        from epione.kernel.kit import navigation  # noqa: PLC0415 -- apps must be loaded first

        navigation.register(
            navigation.NavItem(
                key="billing",
                label=_("Billing"),
                url_name="billing:list",
                icon="euro",
                section=navigation.PRACTICE,
                scope="billing:read",
                order=60,
            )
        )
