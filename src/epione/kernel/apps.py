"""Wiring of the kernel module."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from epione.kernel.translations import compile_catalogues


class KernelConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.kernel"
    label = "kernel"

    def import_models(self) -> None:
        """Compile what is missing or stale first: models ask for translations, and Django reads them only once."""
        compile_catalogues()
        super().import_models()

    def ready(self) -> None:
        """Declare the tasks of every module (its `tasks.py`), so that any process may enqueue them by name."""
        from epione.kernel.crypto import clear_cache  # noqa: PLC0415 -- it has rows, and the registry is ready only now

        post_migrate.connect(lambda **_: clear_cache(), sender=self, weak=False, dispatch_uid="kernel.crypto")
        _furnish()
        autodiscover_modules("tasks")


def _furnish() -> None:
    """What every person sees: the way home, and the state of the ledger."""
    from epione.kernel.kit import home, navigation, shell  # noqa: PLC0415 -- it reads templates' settings

    navigation.register(
        navigation.NavItem(key="home", label=_("Home"), url_name="home", icon="home", section="", order=0, tab=True)
    )
    home.register(
        home.Panel(
            key="ledger",
            template="kit/home_ledger.html",
            context=lambda actor: {"line": line} if (line := shell.ledger_of(actor)) else None,
            column=home.SIDE,
            order=900,
        )
    )
