"""Wiring of the patients module."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.patients"
    label = "patients"
