"""Wiring of the billing module."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.billing"
    label = "billing"
