"""Wiring of the inference module."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InferenceConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.inference"
    label = "inference"

    def ready(self) -> None:
        """Enter the navigation."""
        from epione.kernel.kit import navigation  # noqa: PLC0415 -- apps must be loaded first

        navigation.register(
            navigation.NavItem(
                key="models",
                label=_("Models"),
                url_name="inference:list",
                icon="layers",
                section=navigation.PRACTICE,
                scope="models:read",
                order=70,
            )
        )
