"""Wiring of the kernel module."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Declare the tasks of every module (its `tasks.py`), so that any process may enqueue them by name."""
        autodiscover_modules("tasks")
