"""Wiring of the surgery module."""

from django.apps import AppConfig


class SurgeryConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.surgery"
    label = "surgery"
