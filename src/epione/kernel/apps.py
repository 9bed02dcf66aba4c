"""Wiring of the kernel module."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.kernel"
    label = "kernel"
