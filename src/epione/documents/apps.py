"""Wiring of the documents module."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.documents"
    label = "documents"
