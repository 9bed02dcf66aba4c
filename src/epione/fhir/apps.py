"""Wiring of the fhir module."""

from django.apps import AppConfig


class FhirConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.fhir"
    label = "fhir"
