"""Wiring of the prescriptions module."""

from django.apps import AppConfig


class PrescriptionsConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.prescriptions"
    label = "prescriptions"
