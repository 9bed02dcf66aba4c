"""Wiring of the imaging module."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from .domain.analyses import SHIPPED


class ImagingConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.imaging"
    label = "imaging"

    def ready(self) -> None:
        """Enter the navigation, the record, the home page; register the jobs, the models and the report."""
        from epione.documents.public import register_kind  # noqa: PLC0415 -- it has rows
        from epione.inference.public import register_builtin  # noqa: PLC0415 -- it has rows

        from . import subscribers, tasks  # noqa: F401, PLC0415 -- the same; importing tasks registers them
        from .services.reports import KIND  # noqa: PLC0415 -- the same
        from .web import analysis, reports  # noqa: PLC0415 -- the same
        from .web.panels import PANELS  # noqa: PLC0415 -- the same

        subscribers.connect()
        for manifest, run in SHIPPED:
            register_builtin(manifest, run)
        register_kind(KIND, _("Imaging report"))
        for panel in (reports.panel, analysis.panel):
            if panel not in PANELS:
                PANELS.append(panel)
        _enter_navigation()
        _enter_record_and_home()


def _enter_navigation() -> None:
    from epione.kernel.kit import navigation  # noqa: PLC0415 -- apps must be loaded first

    from . import home  # noqa: PLC0415 -- it has rows

    navigation.register(
        navigation.NavItem(
            key="imaging",
            label=_("Imaging"),
            url_name="imaging:list",
            icon="scan",
            scope="imaging:read",
            order=30,
            roles=frozenset({"radiologist"}),
            count=home.to_read,
            tab=True,
        )
    )
    navigation.register(
        navigation.NavItem(
            key="imaging-dashboard",
            label=_("Follow-up of imaging"),
            url_name="imaging:dashboard",
            icon="settings",
            section=navigation.PRACTICE,
            scope="imaging_settings:read",
            order=72,
            roles=frozenset({"admin"}),
        )
    )


def _enter_record_and_home() -> None:
    from epione.kernel.kit import home as panels  # noqa: PLC0415 -- apps must be loaded first
    from epione.patients.public import (  # noqa: PLC0415 -- it has rows
        Tab,
        register_key_holders,
        register_tab,
        register_timeline,
    )

    from . import home, queries  # noqa: PLC0415 -- the same

    scope, roles = "imaging:read", frozenset({"radiologist"})
    register_tab(Tab("imaging", _("Imaging"), "imaging:patient", scope, 40))
    register_timeline(home.moments)
    register_key_holders(queries.key_subjects)
    panels.register_sentence("imaging", home.load)
    for key, column, context in (("next", "next", home.next_action), ("list", "main", home.worklist)):
        template = f"imaging/home_{key}.html"
        panels.register(panels.Panel(f"imaging-{key}", template, context, roles, scope, column))
