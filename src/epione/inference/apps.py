"""Wiring of the inference module."""

from django.apps import AppConfig


class InferenceConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.inference"
    label = "inference"
