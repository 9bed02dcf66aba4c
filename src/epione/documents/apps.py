"""Wiring of the documents module."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.documents"
    label = "documents"

    def ready(self) -> None:
        """Enter the navigation, the search, and every patient's record."""
        from epione.kernel.kit import navigation, search  # noqa: PLC0415 -- apps must be loaded first
        from epione.patients.public import Tab, register_tab, register_timeline  # noqa: PLC0415 -- it has rows

        from .web import found  # noqa: PLC0415 -- it has rows

        navigation.register(
            navigation.NavItem(
                key="documents",
                label=_("Documents"),
                url_name="documents:list",
                icon="doc",
                section=navigation.PRACTICE,
                scope="documents:read",
                order=50,
                count=found.waiting,
            )
        )
        search.register(search.Source("documents", _("Documents"), "doc", found.find, "documents:read", order=40))
        register_tab(Tab("documents", _("Documents"), "documents:patient", "documents:read", order=70))
        register_timeline(found.moments)
