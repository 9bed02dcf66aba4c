"""Wiring of the medication_reviews module."""

from django.apps import AppConfig


class MedicationReviewsConfig(AppConfig):
    """Django's view of the module."""

    name = "epione.medication_reviews"
    label = "medication_reviews"
