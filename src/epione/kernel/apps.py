"""Wiring of the kernel module."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Declare the tasks of every module (its `tasks.py`), so that any process may enqueue them by name."""
        from epione.kernel.crypto import clear_cache  # noqa: PLC0415 -- it has rows, and the registry is ready only now

        post_migrate.connect(lambda **_: clear_cache(), sender=self, weak=False, dispatch_uid="kernel.crypto")
        autodiscover_modules("tasks")
