"""Wiring of the medications module."""

from django.apps import AppConfig


class MedicationsConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.medications"
    label = "medications"
