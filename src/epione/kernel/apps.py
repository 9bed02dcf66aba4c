"""Wiring of the kernel module."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules

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
        autodiscover_modules("tasks")
