"""Wiring of the imaging module."""

from django.apps import AppConfig


class ImagingConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.imaging"
    label = "imaging"
