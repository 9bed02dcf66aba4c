"""Wiring of the ledger module."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Have checkpoints travel with each backup, and the ledger verified after each restore."""
        from epione.kernel.backup import Part, register  # noqa: PLC0415 -- it has rows, and the registry is ready only now

        from .services import faults_after_restore, make_checkpoint  # noqa: PLC0415 -- as above

        self._enter_pages()
        register(Part("ledger", "ledger", before=make_checkpoint, after=faults_after_restore))

    def _enter_pages(self) -> None:
        """Take a place in the navigation, at the foot of every page and on the home page; auditors start here."""
        from epione.kernel.kit import home, navigation, shell  # noqa: PLC0415 -- apps must be loaded first

        from .web import panels  # noqa: PLC0415 -- as above

        navigation.register(
            navigation.NavItem(
                key="ledger",
                label=_("Ledger"),
                url_name="ledger:list",
                icon="ledger",
                section=navigation.PRACTICE,
                scope="audit:read",
                order=70,
                roles=frozenset({"auditor"}),
            )
        )
        shell.provide(ledger=panels.line)
        home.register(
            home.Panel(
                key="ledger",
                template="kit/home_ledger.html",
                context=panels.panel,
                scope="audit:read",
                column=home.SIDE,
                order=90,
            )
        )
        home.open_on("auditor", "ledger:list")
